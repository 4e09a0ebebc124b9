// A fake of Acme's API: a real server that keeps machines, and does to its clients what a real one
// does on a bad day.
#pragma once

#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/fakes/http_server.h"

namespace spillway::example {

// What happens to a call instead of its answer, or to its answer.
struct AcmeFault {
  int status = 0;    // 0: the call is carried out
  std::string code;  // of the refusal; empty: a page
  std::string message;
  bool is_garbled = false;  // the answer is a page
  fakes::Delivery delivery = fakes::Delivery::kNormal;
};

// Thread-safe.
class FakeAcme {
 public:
  std::string url() const { return server_.url(); }

  // Of the calls "GET /machines", "POST /machines", "DELETE /machines", "GET /plans", the next but
  // `after` meet it, so many times.
  void Fail(const std::string& call, const AcmeFault& fault, int after, int times);
  void HideNewMachines(int looks) { hidden_looks_ = looks; }
  void SetPageSize(std::size_t machines) { page_size_ = machines; }
  void RepeatPages() { repeats_pages_ = true; }

  // Everything that is building is up, everything that is deleting is gone, nothing is hidden.
  void Settle();
  // As by somebody else.
  void SetStatus(const std::string& id, const std::string& status);
  void Forget(const std::string& id);
  void Add(const std::vector<std::string>& tags);

  // Every machine that was ever made; those that are gone have the status "gone".
  std::vector<nlohmann::json> machines() const;

 private:
  fakes::Response Handle(const fakes::Request& request);
  fakes::Response Carry(const std::string& call, const std::string& id,
                        const std::map<std::string, std::string>& query, const std::string& body);
  std::optional<AcmeFault> NextFault(const std::string& call);
  nlohmann::json& Make(const std::string& plan, const std::vector<std::string>& tags);
  fakes::Response ListOf(const std::map<std::string, std::string>& query);

  mutable std::mutex mutex_;  // guards what follows but the server
  std::deque<nlohmann::json> machines_;
  std::vector<std::pair<std::string, std::optional<AcmeFault>>> faults_;  // by call, in their order
  int hidden_looks_ = 0;
  std::size_t page_size_ = 100;
  bool repeats_pages_ = false;
  fakes::HttpServer server_{[this](const fakes::Request& request) { return Handle(request); }};
};

}  // namespace spillway::example
