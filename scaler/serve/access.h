// Who is asking, and whether they may. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/control/api_tokens.h"
#include "scaler/runtime/http_server.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

struct Caller {
  std::string name;  // of the token
  Role role = Role::kViewer;
  std::vector<std::string> clusters;  // empty: all

  bool MaySee(std::string_view cluster) const;
};

// An address that sent `failures` wrong tokens within `window` is refused for `locked`, with any
// token: else the lock would tell which token is right.
struct LockOut {
  int failures = 10;
  Duration window = std::chrono::minutes(1);
  Duration locked = std::chrono::minutes(5);
  std::size_t addresses = 4096;  // remembered; beyond it the longest quiet is forgotten
};

class Access {
 public:
  // All outlive it.
  Access(Metrics& metrics, Log& log, LockOut lock_out = {});

  void SetTokens(std::vector<ApiToken> tokens) { tokens_ = std::move(tokens); }
  // Before a token that is not known is refused, `look` may set those that were made meanwhile.
  void LookAgainBy(std::function<void()> look) { look_again_ = std::move(look); }

  // Who sends this `Authorization: Bearer TOKEN`. Throws a Problem: 401 without a token or with a
  // wrong one, 429 while the address is locked out. Compares with every token in constant time.
  Caller Admit(const HttpQuestion& question, Time now);

  // Whether the token is still there, with the same rights: for what goes on after its admission.
  bool StillAdmits(const Caller& caller) const;

 private:
  struct Failures {
    int count = 0;
    Time since;
    Time locked_until = kDistantPast;
  };

  const ApiToken* Find(std::string_view token) const;
  void RememberFailure(const std::string& peer, Time now);

  const LockOut lock_out_;
  Log& log_;
  Counter refused_;
  Counter locked_;
  std::vector<ApiToken> tokens_;
  std::function<void()> look_again_ = [] {};
  std::map<std::string, Failures> failures_;  // by address
};

}  // namespace spillway
