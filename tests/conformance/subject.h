// What the conformance kit needs of a provider and of the fake that it talks to: the kit
// (*_test.cc in this folder) drives every Provider through the same life, with the same
// misfortunes. A new provider gives a Subject of its own and one line in subjects.cc.
//
// A function that gives bool says false when this provider's service has no such thing (a rack has
// no quota); then nothing was changed, and the kit leaves that part out.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "providers/provider.h"
#include "scaler/model/kinds.h"
#include "scaler/model/time.h"

namespace spillway::conformance {

// The calls of Provider that go to the other side. Where two of them ask the same of it (a list by
// tag), a misfortune of one may meet the other too.
enum class Operation { kOffers, kCreate, kFind, kList, kDelete };

// What happens to such a call, as this provider's real service does it.
enum class Misfortune {
  kThrottled,      // refused in its own words for being asked too often; nothing happened
  kServerError,    // a load balancer's HTML page with a status of 5xx; nothing happened
  kLostRequest,    // the connection breaks before the call is carried out
  kLostAnswer,     // the call is carried out, its answer never comes
  kHang,           // carried out, and the connection stays open without an answer
  kCutAnswer,      // carried out, the answer breaks off in its middle
  kGarbledAnswer,  // carried out, the answer has a good status and is not what the API describes
  kDenied,         // the credentials are refused
  kIndiscreet,     // refused for being wrong, in words that repeat the credentials
  kNoCapacity,     // kCreate: none of this to be had here now
  kQuota,          // kCreate: the account's limit
};

// Which of the coming calls meet it, as they arrive at the fake: each page is a call.
struct Turn {
  int after = 0;     // so many go well before
  int times = 1000;  // then so many do not; the usual: from now on all
};

// One provider and its world, which has no machines yet. Time in it stands still until Settle.
class Subject {
 public:
  virtual ~Subject() = default;

  virtual Provider& provider() = 0;
  // The same account, told of another address of its API. Null: it has none.
  virtual std::unique_ptr<Provider> ProviderAt(const std::string& /*endpoint*/) { return nullptr; }
  // The rows of the product's matrix that its offers keep to.
  virtual std::span<const MatrixRow> rows() const = 0;

  // One that the fake takes, with this token, with owner "conformance", and with a `host` of the
  // token's own. The same token gives the same.
  virtual MachineSpec Spec(const std::string& token) const = 0;

  virtual bool Meet(Operation operation, Misfortune misfortune, Turn turn) = 0;

  // New machines are neither found nor listed for so many looks; after these and a Settle they are.
  // A Settle may end it sooner: nothing stays hidden for a quarter of an hour.
  virtual bool HideNewMachines(int looks) = 0;
  // At most so many machines stand on a page.
  virtual bool SetPageSize(int machines) = 0;
  // Every page names this one as the next.
  virtual bool RepeatPages() = 0;
  // The state of a machine becomes a word that the provider's documents do not have.
  virtual bool GiveUnknownState(const std::string& machine_id) = 0;
  // Somebody else switches it off, or takes it away and the service forgets it.
  virtual void SwitchOff(const std::string& machine_id) = 0;
  virtual void TakeAway(const std::string& machine_id) = 0;
  // A machine that another deployment ("somebody-else") made.
  virtual void AddForeignMachine() = 0;

  // Time passes on the provider's clock and in its fake, a quarter of an hour or more: every
  // machine has booted, every removal has ended, every rate has recovered, nothing is fresh.
  virtual void Settle() = 0;

  // How many machines the fake ever made for this token, and how many of all exist now.
  virtual int MadeFor(const std::string& token) const = 0;
  virtual int Existing() const = 0;
  // The credentials that this subject uses: they must never show up in an error.
  virtual std::vector<std::string> Secrets() const = 0;
};

struct SubjectKind {
  std::string name;  // "digitalocean", "vultr_metal": letters, digits and '_'
  // The provider is configured with this time limit of a call: so a hang can be tested.
  std::unique_ptr<Subject> (*make)(Duration call_time_limit);
};

// The whole list, in subjects.cc.
std::span<const SubjectKind> Subjects();

}  // namespace spillway::conformance
