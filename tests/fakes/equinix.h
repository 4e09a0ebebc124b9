// A stateful Metal API v1 of Equinix for tests: what the real one did to its clients, and nothing
// of what it did to machines. One project, open to one key.
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
struct EquinixChaos {
  std::uint64_t seed = 1;
  double throttled = 0;     // 429 instead of any answer
  double lost = 0;          // the call is carried out, its answer never comes
  double never_came = 0;    // the connection breaks before the call is carried out
  double page = 0;          // a load balancer's HTML page
  double no_capacity = 0;   // create device: 422, no provisionable servers
  double start_failed = 0;  // a device goes from provisioning to failed
};

struct EquinixOptions {
  std::string listen = "127.0.0.1";
  int port = 0;  // 0: a free one
  std::string project = "6f0b6f0e-5b1c-4b8e-9d3a-000000000001";
  std::string key = {};                       // the only one that is let in; empty: any
  std::string address = "127.0.0.1";          // public, of every device
  std::string private_address = "127.0.0.2";  // likewise
  bool own_addresses = false;  // each device has a public one of its own in 127.2.0.0/16 instead
  // How a new device appears: it is not seen by so many looks at it, for ten minutes at most; then
  // it is shown as queued and provisioning to so many, and until `boot_time` has passed, then it is
  // active. Likewise deprovisioning.
  int hidden_looks = 0;
  int starting_looks = 1;
  Duration boot_time{0};
  int removing_looks = 1;
  bool real_time = false;  // else time passes only by Advance
  int page_size = 1000;    // the most devices of a page, whatever is asked for
  EquinixChaos chaos = {};
};

// What happens to a call instead of its answer, or to its answer.
struct EquinixFault {
  int status = 0;                              // 0: the call is carried out
  std::string text;                            // of the refusal; empty: a load balancer's page
  std::string body;                            // instead of a good answer's own; empty: that
  std::map<std::string, std::string> headers;  // besides
  Delivery delivery = Delivery::kNormal;
  std::chrono::milliseconds delay{0};  // before anything else

  static EquinixFault Refused(int status, std::string text);
  static EquinixFault Page(int status) { return Refused(status, ""); }
  static EquinixFault Throttled();
  static EquinixFault Garbled(std::string body);   // carried out, the answer is this
  static EquinixFault Lost();                      // carried out, no answer
  static EquinixFault NeverCame();                 // not carried out, no answer
  static EquinixFault Carried(Delivery delivery);  // carried out, and the answer does that
};

struct EquinixFakeDevice {
  std::string id;
  std::string state;  // "queued", "active", …; "": Equinix has taken it away
  std::string plan;
  std::string metro;
  std::string hostname;
  std::string user_data;
  std::string public_address;  // empty: it has none
  std::vector<std::string> tags;
  std::string body;  // of its create call, as it was
  std::vector<std::string> events;
  std::string start_failure;  // the event it will fail with; empty: it starts
  bool is_locked = false;
  Time created_at;
  int hidden_looks = 0;
  int starting_looks = 0;
  int removing_looks = 0;

  bool IsLive() const { return state != "deleted" && !state.empty(); }
};

// Thread-safe. Calls have the names "create device", "get device", "list devices", "delete device",
// "list events", "list plans", "list metros", "list capacity", "check capacity".
class FakeEquinix {
 public:
  explicit FakeEquinix(EquinixOptions options = {});
  ~FakeEquinix();
  FakeEquinix(const FakeEquinix&) = delete;
  FakeEquinix& operator=(const FakeEquinix&) = delete;

  std::string url() const;     // with the path of the API
  std::string origin() const;  // without
  int port() const;
  const EquinixOptions& options() const;

  // After `after` calls of `name` ("*" for any) the next `times` meet `fault`; calls of this
  // function queue up.
  void Fail(const std::string& name, const EquinixFault& fault, int times = 1, int after = 0);
  // The next `times` new devices go from provisioning to failed, with this event.
  void FailStarts(const std::string& event, int times = 1);
  // From now on at most so many live devices of a plan in a metro.
  void SetCapacity(const std::string& metro, const std::string& plan, int devices);
  // From now on at most so many live devices.
  void SetDeviceLimit(int devices);
  // From now on at most so many devices stand on a page, or every page names itself as the next.
  void SetPageSize(int devices);
  void RepeatPages();
  // New devices are not seen by so many looks from now on.
  void SetHiddenLooks(int looks);

  // Nobody answers at the address until Listen(); what there is stays as it is.
  void StopListening();
  void Listen();

  // Without real_time.
  void Advance(Duration d);
  // As by somebody else, at once.
  void SetState(const std::string& id, const std::string& state);
  void Lock(const std::string& id);
  // Equinix takes it back: forbidden from now on, and in no list.
  void TakeAway(const std::string& id);
  // Deleted long ago: the API does not know it any more.
  void Forget(const std::string& id);
  // A running device that nobody asked this fake for. Gives its id.
  std::string Add(const std::string& metro, const std::string& plan,
                  const std::vector<std::string>& tags);

  // In the order of their creation, deleted ones among them.
  std::vector<EquinixFakeDevice> devices() const;
  int live() const;
  // How many devices were ever made with this tag.
  int made(const std::string& tag) const;
  // How many calls of this name came, refused ones among them.
  int calls(const std::string& name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  int port_ = 0;
};

}  // namespace spillway::fakes
