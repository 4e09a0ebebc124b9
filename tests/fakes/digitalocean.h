// A stateful DigitalOcean (API v2) for tests: what the real one does to its clients, and nothing of
// what it does to machines.
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
struct DigitalOceanChaos {
  std::uint64_t seed = 1;
  double throttled = 0;        // 429 instead of any answer
  double lost = 0;             // the call is carried out, its answer never comes
  double never_came = 0;       // the connection breaks before the call is carried out
  double page = 0;             // a load balancer's HTML page
  double no_capacity = 0;      // create droplet: the size is not to be had
  double creation_failed = 0;  // a new Droplet vanishes, its action has failed
};

struct DigitalOceanOptions {
  std::string listen = "127.0.0.1";
  int port = 0;                       // 0: a free one
  std::string address = "127.0.0.1";  // of every Droplet, public and private
  bool own_addresses = false;         // each Droplet has one of its own in 127.1.0.0/16 instead
  // How a new Droplet appears: it is not seen by so many looks at it, for a minute at most, then it
  // is "new" to so many, and until `boot_time` has passed, then "active".
  int hidden_looks = 0;
  int new_looks = 1;
  Duration boot_time{0};
  // A Droplet that was deleted keeps its status for so many looks.
  int deleted_looks = 1;
  bool real_time = false;  // else time passes only by Advance
  int page_size = 200;     // the most entries of a page, whatever is asked for
  int droplet_limit = 25;
  std::string token = {};  // the only one that is let in; empty: everyone who has one
  DigitalOceanChaos chaos = {};
};

// What happens to a call instead of its answer, or to its answer.
struct DigitalOceanFault {
  int status = 0;  // 0: the call is carried out
  std::string id;  // of the error; empty: a load balancer's page
  std::string message;
  std::map<std::string, std::string> headers;  // of the answer, beside the usual ones
  bool is_garbled = false;                     // the answer is a page, whatever its status
  Delivery delivery = Delivery::kNormal;
  std::chrono::milliseconds delay{0};  // before anything else

  static DigitalOceanFault Refused(int status, std::string id, std::string message = "");
  static DigitalOceanFault Page(int status) { return Refused(status, ""); }
  static DigitalOceanFault Throttled(const std::map<std::string, std::string>& headers = {});
  static DigitalOceanFault Carried(Delivery delivery);  // carried out, and the answer does that
  static DigitalOceanFault Lost() { return Carried(Delivery::kCutAfter); }
  static DigitalOceanFault NeverCame();  // not carried out, no answer
  static DigitalOceanFault Garbled();    // carried out, and the answer is a page
};

struct FakeDroplet {
  std::string id;
  std::string name;
  std::string region;
  std::string size;
  std::string status;  // "new", "active", …
  std::string address;
  std::string user_data;
  std::vector<std::string> tags;
  std::string request;  // the body of its creation, as it was
  std::string action;   // that makes it
  std::string action_status;
  Time created_at;
  int hidden_looks = 0;
  int new_looks = 0;
  int deleted_looks = 0;
  bool is_deleted = false;  // asked to go; seen until its looks are used up
  bool is_gone = false;
  bool will_fail = false;  // it vanishes instead of becoming active
};

// Thread-safe. Calls have the names that the provider's errors have: "create droplet",
// "get droplet", "list droplets", "delete droplet", "get action", "get account", "list regions",
// "list sizes".
class FakeDigitalOcean {
 public:
  explicit FakeDigitalOcean(DigitalOceanOptions options = {});
  ~FakeDigitalOcean();
  FakeDigitalOcean(const FakeDigitalOcean&) = delete;
  FakeDigitalOcean& operator=(const FakeDigitalOcean&) = delete;

  std::string url() const;  // without "/v2"

  // The next `times` calls of this name ("*" for any); calls of this function queue up.
  void Fail(const std::string& call, const DigitalOceanFault& fault, int times = 1);
  // The next `times` new Droplets vanish.
  void FailCreations(int times = 1);
  // From now on at most so many Droplets of a size, in all regions together.
  void SetCapacity(const std::string& size, int droplets);
  // From now on a region takes no new Droplets.
  void CloseRegion(const std::string& region);
  // "warning", "locked", with a message.
  void SetAccountStatus(const std::string& status, const std::string& message);
  // From now on every page names this one as the next.
  void RepeatPages();
  // From now on the entry of this Droplet in lists lacks this member.
  void LeaveOut(const std::string& id, const std::string& member);
  // The only token that is let in from now on.
  void SetToken(const std::string& token);
  // As DigitalOceanOptions has them, from now on.
  void SetPageSize(int entries);
  void HideNewDroplets(int looks);

  // Without real_time.
  void Advance(Duration d);
  // As by somebody else, at once.
  void SetStatus(const std::string& id, const std::string& status);
  void TakeAway(const std::string& id);
  // A Droplet that nobody asked this fake for. Gives its id.
  std::string Add(const std::string& region, const std::string& size,
                  const std::vector<std::string>& tags);

  // In the order of their creation, gone ones among them.
  std::vector<FakeDroplet> droplets() const;
  int live() const;
  // How many Droplets were ever made with this tag.
  int made(const std::string& tag) const;
  // How many calls of this name came, refused ones among them.
  int calls(const std::string& call) const;
  // Every call that came: "GET /v2/account".
  std::vector<std::string> requests() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::fakes
