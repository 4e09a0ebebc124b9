// A stateful EC2 for tests: what real ones do to their clients, and nothing of what they do to
// machines. At the same address answer the metadata service (with a container's credentials at
// /latest/container for the token "container-token") and Service Quotas. Regions are told apart by
// the signature's scope; signatures themselves are not computed here (tests/contract does that).
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
struct Ec2Chaos {
  std::uint64_t seed = 1;
  double throttled = 0;     // RequestLimitExceeded instead of any answer
  double lost = 0;          // the call is carried out, its answer never comes
  double never_came = 0;    // the connection breaks before the call is carried out
  double page = 0;          // a load balancer's HTML page
  double no_capacity = 0;   // RunInstances: InsufficientInstanceCapacity
  double start_failed = 0;  // an instance goes from pending to terminated
};

struct Ec2Options {
  std::string listen = "127.0.0.1";
  int port = 0;                       // 0: a free one
  std::string address = "127.0.0.1";  // of every instance, public and private
  bool own_addresses = false;         // each instance has one of its own in 127.1.0.0/16 instead
  // How a new instance appears: it is not seen by so many looks at it, then shown as pending to so
  // many, and until `boot_time` has passed, then it runs. Likewise shutting-down.
  int hidden_looks = 0;
  int pending_looks = 1;
  Duration boot_time{0};
  int stopping_looks = 1;
  bool real_time = false;   // else time passes only by Advance
  int page_size = 1000;     // the most items of a page, whatever is asked for
  std::string key_id = {};  // the only one that is let in, beside the role's; empty: everyone
  Ec2Chaos chaos = {};
};

// What happens to a call instead of its answer, or to its answer.
struct Ec2Fault {
  int status = 0;    // 0: the call is carried out
  std::string code;  // of the EC2 error; empty: a load balancer's page
  std::string message;
  bool is_garbled = false;  // the answer is a page, whatever its status
  Delivery delivery = Delivery::kNormal;
  std::chrono::milliseconds delay{0};  // before anything else

  static Ec2Fault Refused(int status, std::string code, std::string message = "");
  static Ec2Fault Page(int status) { return Refused(status, ""); }
  static Ec2Fault Lost();                      // carried out, no answer
  static Ec2Fault NeverCame();                 // not carried out, no answer
  static Ec2Fault Garbled();                   // carried out, and the answer is a page
  static Ec2Fault Carried(Delivery delivery);  // carried out, and the answer does that
};

struct Ec2FakeInstance {
  std::string id;
  std::string region;
  std::string zone;
  std::string type;
  std::string address;
  std::string client_token;
  std::string user_data;  // decoded
  std::string state;      // "pending", "running", …
  std::string state_reason;
  std::string state_message;
  std::map<std::string, std::string> tags;
  std::map<std::string, std::string> parameters;  // of its RunInstances
  std::string start_failure;  // the stateReason it will end with; empty: it starts
  Time launched_at;
  int hidden_looks = 0;
  int pending_looks = 0;
  int stopping_looks = 0;

  bool IsLive() const { return state != "terminated"; }
};

// Thread-safe.
class FakeEc2 {
 public:
  explicit FakeEc2(Ec2Options options = {});
  ~FakeEc2();
  FakeEc2(const FakeEc2&) = delete;
  FakeEc2& operator=(const FakeEc2&) = delete;

  std::string url() const;  // both of EC2 and of the metadata service
  int port() const;

  // The next `times` calls of `action` ("RunInstances", or "*" for any); calls of this function
  // queue up.
  void Fail(const std::string& action, const Ec2Fault& fault, int times = 1);
  // The next `times` new instances go from pending to terminated with this stateReason code.
  void FailStarts(const std::string& state_reason, int times = 1);
  // From now on at most so many live instances of a type, in all regions together.
  void SetCapacity(const std::string& type, int instances);
  // From now on at most so many vCPU in each region.
  void SetVcpuLimit(int vcpu);
  // From now on a zone does not have this type any more.
  void TakeFromZone(const std::string& zone, const std::string& type);
  // From now on every page of DescribeInstances names this one as the next.
  void RepeatPages();
  // As Ec2Options has them, from now on.
  void SetPageSize(int items);
  void HideNewInstances(int looks);

  // Gives the role new credentials; those before are expired from now on.
  void RotateRole();
  // What the metadata service says of the role's credentials, "2026-03-02T10:00:00Z".
  void SetRoleExpiration(const std::string& expiration);

  // Nobody answers at the address until Listen(); what there is stays as it is.
  void StopListening();
  void Listen();

  // Without real_time.
  void Advance(Duration d);
  // As by somebody else, at once: "stopped", "terminated", with its cause.
  void SetState(const std::string& id, const std::string& state, const std::string& reason = "");
  // Terminated long ago: EC2 does not know it any more.
  void Forget(const std::string& id);
  // An instance that nobody asked this fake for. Gives its id.
  std::string Add(const std::string& region, const std::string& type,
                  const std::map<std::string, std::string>& tags);

  // In the order of their creation, terminated ones among them.
  std::vector<Ec2FakeInstance> instances() const;
  int live() const;
  // How many instances were ever made for this client token.
  int made(const std::string& client_token) const;
  // How many calls of this action came, refused ones among them.
  int calls(const std::string& action) const;
  // Every form body that came, as it was.
  std::vector<std::string> bodies() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  int port_ = 0;
};

}  // namespace spillway::fakes
