// A rack of machines behind BMCs that speak Redfish, for tests: what real ones do to their clients.
// Each BMC has an address of its own. Nothing runs on the machines; they only have power.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "scaler/model/time.h"
#include "tests/fakes/http_server.h"

namespace spillway::fakes {

struct RedfishOptions {
  std::string listen = "127.0.0.1";
  int port = 0;  // of the first BMC, the others follow; 0: free ones
  int machines = 1;
  std::string user = "operator";
  std::string password = "rack-password";
  bool has_sessions = true;
  int most_sessions = 8;
  bool uses_tls = false;               // with certificates that it made itself
  std::string system = "437XR1138R2";  // its name in paths; every vendor has other ones
  // The ways of Reset that it takes, said with the action or in a document of their own.
  std::vector<std::string> resets = {"On",           "ForceOff",        "GracefulShutdown",
                                     "ForceRestart", "GracefulRestart", "PowerCycle",
                                     "ForceOn",      "PushPowerButton"};
  bool tells_resets_elsewhere = false;
  // From the request to the state; zero: at once.
  Duration on_time = std::chrono::seconds(20);
  Duration off_time = std::chrono::seconds(5);
  Duration shutdown_time = std::chrono::seconds(60);
  bool refuses_what_is = true;  // 409 for "On" when it is on
  bool real_time = false;       // else time passes only by Advance
};

// What happens to a request instead of its answer, or to its answer.
struct RedfishFault {
  int status = 0;    // 0: the request is carried out
  std::string code;  // name of the registry message; empty: a page of something in between
  std::string message;
  bool is_garbled = false;  // the answer is a page, whatever its status
  Delivery delivery = Delivery::kNormal;
  int retry_after = 0;                 // seconds, as a header; 0: none
  std::chrono::milliseconds delay{0};  // before anything else

  static RedfishFault Refused(int status, std::string code, std::string message = "");
  static RedfishFault Page(int status) { return Refused(status, ""); }
  static RedfishFault NeverCame();                 // not carried out, no answer
  static RedfishFault Garbled();                   // carried out, and the answer is a page
  static RedfishFault Carried(Delivery delivery);  // carried out, and the answer does that
};

// Thread-safe. Machines are counted from 0.
class FakeRedfish {
 public:
  explicit FakeRedfish(RedfishOptions options = {});
  ~FakeRedfish();
  FakeRedfish(const FakeRedfish&) = delete;
  FakeRedfish& operator=(const FakeRedfish&) = delete;

  std::string url(int machine) const;
  // With TLS: what shows that it is this BMC.
  std::string certificate(int machine) const;  // PEM
  std::string pinned_key(int machine) const;   // "sha256//BASE64"

  // The next `times` requests of this kind to the machine's BMC: "root", "login", "systems",
  // "system", "reset", "action info" or "*" for any. Calls of this function queue up.
  void Fail(int machine, const std::string& request, const RedfishFault& fault, int times = 1);
  // Nobody answers at the BMC's address any more.
  void Unplug(int machine);
  // The operating system does not hear that it is to shut down.
  void IgnoreShutdown(int machine);
  // As by somebody else, at once; any word, also one that Redfish does not have.
  void SetPower(int machine, const std::string& state);
  // "OK", "Warning", "Critical".
  void SetHealth(int machine, const std::string& health);
  // The BMC forgets who is logged in.
  void EndSessions(int machine);
  // Without real_time.
  void Advance(Duration d);

  std::string power(int machine) const;  // "On", "PoweringOff", …
  int sessions(int machine) const;       // that are open
  // How many requests of this kind came, refused ones among them.
  int requests(int machine, const std::string& request) const;
  // The ways of those resets that were carried out, in their order.
  std::vector<std::string> resets(int machine) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::fakes
