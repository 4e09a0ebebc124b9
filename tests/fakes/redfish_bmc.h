// One BMC of the fake rack: its documents, its logins, and the power of its machine.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scaler/model/time.h"
#include "tests/fakes/redfish.h"

namespace spillway::fakes {

Response RedfishRefusal(int status, const std::string& code, const std::string& message);

// Not thread-safe.
class RedfishBmc {
 public:
  RedfishBmc(const RedfishOptions& options, int number) : options_(options), number_(number) {}

  // Which kind of request it is: "reset"; see FakeRedfish::Fail.
  std::string KindOf(const Request& request) const;
  // Carries it out.
  Response Answer(const Request& request, Time now);

  std::string Power(Time now);
  void SetPower(const std::string& state);
  void SetHealth(const std::string& health) { health_ = health; }
  void IgnoreShutdown() { ignores_shutdown_ = true; }
  void EndSessions() { sessions_.clear(); }
  int sessions() const { return static_cast<int>(sessions_.size()); }
  const std::vector<std::string>& resets() const { return resets_; }

 private:
  bool IsLetIn(const Request& request) const;
  Response LogIn(const Request& request);
  Response LogOut(const std::string& session);
  Response Reset(const Request& request, Time now);
  void Turn(const std::string& through, const std::string& to, Duration time, Time now);
  nlohmann::json Root() const;
  nlohmann::json Systems() const;
  nlohmann::json System(Time now);
  nlohmann::json ActionInfo() const;

  const RedfishOptions& options_;
  const int number_;
  std::string power_ = "Off";
  std::string health_ = "OK";
  std::optional<std::pair<Time, std::string>> next_power_;
  bool ignores_shutdown_ = false;
  std::map<std::string, std::string> sessions_;  // token by id
  int logins_ = 0;
  std::vector<std::string> resets_;
};

}  // namespace spillway::fakes
