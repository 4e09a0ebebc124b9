// A stateful Google Compute Engine (v1) with its token endpoint and metadata server for tests: what
// real ones do to their clients, and nothing of what they do to machines. It lets in whoever brings
// a token that it gave, and gives one for a JWT that its own service account has signed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scaler/model/time.h"
#include "tests/fakes/http_server.h"

namespace spillway::fakes {

// Misfortune at random, each with a probability from 0 to 1, the same for the same seed and calls.
struct GoogleChaos {
  std::uint64_t seed = 1;
  double throttled = 0;     // rateLimitExceeded instead of any answer
  double lost = 0;          // the call is carried out, its answer never comes
  double never_came = 0;    // the connection breaks before the call is carried out
  double page = 0;          // a load balancer's HTML page
  double no_capacity = 0;   // instances.insert: refused at once
  double start_failed = 0;  // an operation ends with ZONE_RESOURCE_POOL_EXHAUSTED
};

struct GoogleOptions {
  std::string listen = "127.0.0.1";
  int port = 0;  // 0: a free one
  std::string project = "edge-burst";
  std::string address = "127.0.0.1";  // of every instance, public and private
  bool own_addresses = false;         // each instance has one of its own in 127.1.0.0/16 instead
  // How a new instance appears: it and its operation are on no list for so many lists, then it is
  // shown as being made to so many looks, and until `boot_time` has passed, then it runs. Likewise
  // when it is deleted.
  int hidden_looks = 0;
  int starting_looks = 1;
  Duration boot_time{0};
  int stopping_looks = 1;
  bool real_time = false;  // else time passes only by Advance
  int page_size = 500;     // the most items of a page, whatever is asked for
  GoogleChaos chaos = {};
};

// What happens to a call instead of its answer, or to its answer.
struct GoogleFault {
  int status = 0;      // 0: the call is carried out
  std::string reason;  // of the error; empty: a load balancer's page
  std::string message;
  bool is_garbled = false;     // the answer is a page, whatever its status
  bool is_indiscreet = false;  // the message repeats who asked
  Delivery delivery = Delivery::kNormal;
  std::chrono::milliseconds delay{0};  // before anything else

  static GoogleFault Refused(int status, std::string reason, std::string message = "");
  static GoogleFault Page(int status) { return Refused(status, ""); }
  static GoogleFault Throttled() { return Refused(403, "rateLimitExceeded"); }
  static GoogleFault Indiscreet();                // refused as invalid, with the token
  static GoogleFault Lost();                      // carried out, no answer
  static GoogleFault NeverCame();                 // not carried out, no answer
  static GoogleFault Garbled();                   // carried out, and the answer is a page
  static GoogleFault Carried(Delivery delivery);  // carried out, and the answer does that
};

struct GoogleFakeInstance {
  std::uint64_t id = 0;
  std::string name;
  std::string zone;
  std::string type;
  std::string address;
  std::string status;  // "PROVISIONING", "RUNNING", …
  std::map<std::string, std::string> labels;
  std::string body;           // of its insert, JSON; empty: nobody asked for it
  std::string start_failure;  // the code that its operation will end with; empty: it starts
  Time created_at;
  bool is_gone = false;
  int hidden_looks = 0;
  int starting_looks = 0;
  int stopping_looks = 0;
};

// Thread-safe.
class FakeGoogle {
 public:
  explicit FakeGoogle(GoogleOptions options = {});
  ~FakeGoogle();
  FakeGoogle(const FakeGoogle&) = delete;
  FakeGoogle& operator=(const FakeGoogle&) = delete;

  // Of the API, the token endpoint (/token) and the metadata server, which has the same project.
  std::string url() const;
  std::string host() const;  // "127.0.0.1:PORT", for GCE_METADATA_HOST
  const std::string& project() const;

  // Files of credentials that are let in, and what of them must stay secret.
  std::string ServiceAccountFile() const;
  std::string UserFile() const;
  std::vector<std::string> secrets() const;  // the tokens that were given until now among them
  // All tokens given until now are refused from now on.
  void RevokeTokens();
  // The service account's key and the user's refresh token give no more tokens.
  void RevokeKeys();

  // The next `times` calls of `method` ("instances.insert", "token", "metadata", or "*" for any);
  // calls of this function queue up.
  void Fail(const std::string& method, const GoogleFault& fault, int times = 1);
  // The operations of the next `times` inserts end with this code; `at_once`: in their first
  // answer.
  void FailStarts(const std::string& code, int times = 1, bool at_once = false);
  // From now on the operation of an instance beyond so many live ones of the type ends with
  // ZONE_RESOURCE_POOL_EXHAUSTED.
  void SetCapacity(const std::string& type, int instances);
  // In each region, or of the project for CPUS_ALL_REGIONS. Beyond it an insert is refused.
  void SetQuota(const std::string& metric, double limit);
  // From now on the zone is left out of aggregated lists, with a warning.
  void LoseZone(const std::string& zone);
  // From now on every page names this one as the next.
  void RepeatPages();
  // As GoogleOptions has them, from now on.
  void SetPageSize(int items);
  void HideNewInstances(int looks);

  // Nobody answers at the address until Listen(); what there is stays as it is.
  void StopListening();
  void Listen();

  // Without real_time.
  void Advance(Duration d);
  // What is on its way arrives, however few have looked at it. (It still takes its time.)
  void SettleAll();
  // As by somebody else, at once.
  void SetStatus(const std::string& name, const std::string& status);
  // Gone, and no operation tells of its end.
  void Forget(const std::string& name);
  // Gone, and no operation on it is remembered at all.
  void ForgetOperations(const std::string& name);
  // An instance that nobody asked this fake for; it runs.
  void Add(const std::string& zone, const std::string& name, const std::string& type,
           const std::map<std::string, std::string>& labels);

  // In the order of their creation, those that are gone among them.
  std::vector<GoogleFakeInstance> instances() const;
  int live() const;
  // How many instances of this name were ever made.
  int made(const std::string& name) const;
  // How many calls of this method came, refused ones among them.
  int calls(const std::string& method) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  int port_ = 0;
};

}  // namespace spillway::fakes
