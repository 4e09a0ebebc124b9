// A stateful Vultr (API v2) for tests: instances and bare metal side by side, and what the real one
// does to its clients.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scaler/model/kinds.h"
#include "scaler/model/time.h"
#include "tests/fakes/http_server.h"

namespace spillway::fakes {

// Misfortune at random, each with a probability from 0 to 1, the same for the same seed and calls.
struct VultrChaos {
  std::uint64_t seed = 1;
  double throttled = 0;    // 429 instead of any answer
  double lost = 0;         // the call is carried out, its answer never comes
  double never_came = 0;   // the connection breaks before the call is carried out
  double page = 0;         // a load balancer's HTML page
  double no_capacity = 0;  // create: the plan is not available in the region
  double locked = 0;       // delete: the machine is locked
};

struct VultrOptions {
  std::string listen = "127.0.0.1";
  int port = 0;                       // 0: a free one
  std::string address = "127.0.0.1";  // of every machine
  bool own_addresses = false;         // each machine has one of its own in 127.2.0.0/16 instead
  // How a new machine appears: it is not seen by so many looks at it in its first ten minutes, then
  // shown as pending to so many, and until its boot time has passed. An instance is then shown as
  // locked and switched off to so many, to as many as installing and booting, and runs.
  int hidden_looks = 0;
  int pending_looks = 1;
  int installing_looks = 0;
  Duration boot_time{0};
  Duration metal_boot_time{0};
  int deleted_looks = 1;     // looks that still see a machine that was deleted
  bool real_time = false;    // else time passes only by Advance
  int page_size = 500;       // the most machines of a page, whatever is asked for
  std::string api_key = {};  // the only one that is let in; empty: everyone who has one
  VultrChaos chaos = {};
};

// What happens to a call instead of its answer, or to its answer.
struct VultrFault {
  int status = 0;    // 0: the call is carried out
  std::string text;  // of Vultr's refusal; empty: a load balancer's page
  std::map<std::string, std::string> headers = {};
  bool is_garbled = false;  // the answer is a page, whatever its status
  Delivery delivery = Delivery::kNormal;
  std::chrono::milliseconds delay{0};  // before anything else

  static VultrFault Refused(int status, std::string text);
  static VultrFault Page(int status) { return Refused(status, ""); }
  static VultrFault Lost();                      // carried out, no answer
  static VultrFault NeverCame();                 // not carried out, no answer
  static VultrFault Garbled();                   // carried out, and the answer is a page
  static VultrFault Carried(Delivery delivery);  // carried out, and the answer does that
};

struct VultrFakeMachine {
  std::string id;
  ClusterType type = ClusterType::kVirtual;
  std::string region;
  std::string plan;
  std::string label;
  std::string address;
  std::string status;  // "pending", "active", …; "" when it is gone
  std::string power_status;
  std::string server_status;
  std::vector<std::string> tags;
  std::string user_data;  // decoded
  std::string body;       // of its create call
  Time created_at;
  int hidden_looks = 0;
  int pending_looks = 0;
  int installing_looks = 0;
  int booting_looks = 0;
  int deleted_looks = -1;  // -1: nobody has deleted it

  bool IsLive() const { return !status.empty() && deleted_looks < 0; }
  // "instances/ID", "bare-metals/ID".
  std::string path() const;
  bool HasTag(const std::string& tag) const;
};

// Thread-safe.
class FakeVultr {
 public:
  explicit FakeVultr(VultrOptions options = {});
  ~FakeVultr();
  FakeVultr(const FakeVultr&) = delete;
  FakeVultr& operator=(const FakeVultr&) = delete;

  std::string url() const;
  int port() const;

  // The next `times` calls of `action`: "create", "get", "list", "delete", "account", "regions",
  // "plans", "stock", "os", or "*" for any; calls of this function queue up.
  void Fail(const std::string& action, const VultrFault& fault, int times = 1);
  // From now on at most so many live machines of a plan, in all regions together. What is used up
  // is not listed as available either.
  void SetCapacity(const std::string& plan, int machines);
  // From now on at most so many live machines of a type.
  void SetMachineLimit(ClusterType type, int machines);
  // From now on machines appear to nobody for so many looks, pages have at most so many machines,
  // and every page of machines names this one as the next.
  void SetHiddenLooks(int looks);
  void SetPageSize(int machines);
  void RepeatPages();

  // Nobody answers at the address until Listen(); what there is stays as it is.
  void StopListening();
  void Listen();

  // Without real_time.
  void Advance(Duration d);
  // As by somebody else, at once.
  void SetState(const std::string& id, const std::string& status, const std::string& power_status,
                const std::string& server_status);
  void Forget(const std::string& id);
  // An active machine that nobody asked this fake for. Gives its id.
  std::string Add(ClusterType type, const std::string& region, const std::string& plan,
                  const std::vector<std::string>& tags);

  // In the order of their creation, those that are gone among them.
  std::vector<VultrFakeMachine> machines() const;
  int live() const;
  // How many machines were ever made with this tag.
  int made(const std::string& tag) const;
  // How many calls of this action came, refused ones among them.
  int calls(const std::string& action) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  int port_ = 0;
};

}  // namespace spillway::fakes
