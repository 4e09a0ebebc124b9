// What the conformance kit needs of a provider and of the fake that it talks to: the kit
// (provider_conformance_test.cc) drives every Provider through the same life, with the same
// misfortunes. A new provider gives a Subject of its own and one line in subjects.cc.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "providers/provider.h"

namespace spillway::conformance {

// The calls of Provider that go to the other side.
enum class Operation { kOffers, kCreate, kFind, kList, kDelete };

// What happens to such a call, as this provider's real service does it.
enum class Misfortune {
  kThrottled,      // refused in its own words for being asked too often; nothing happened
  kServerError,    // a load balancer's HTML page with a status of 5xx; nothing happened
  kLostRequest,    // the connection breaks before the call is carried out
  kLostAnswer,     // the call is carried out, its answer never comes
  kHang,           // carried out, and the connection stays open without an answer
  kCutAnswer,      // carried out, the answer breaks off in its middle
  kGarbledAnswer,  // carried out, the answer is not what the API describes
  kDenied,         // the credentials are refused
  kNoCapacity,     // kCreate: none of this to be had here now
  kQuota,          // kCreate: the account's limit
};

// One provider and its world. Time in it stands still until Advance.
class Subject {
 public:
  virtual ~Subject() = default;

  virtual Provider& provider() = 0;

  // One that the fake takes, with this token and with owner "conformance".
  virtual MachineSpec Spec(const std::string& token) const = 0;

  // The next `times` calls of `operation` meet `misfortune`. False: this provider's service cannot
  // fail in that way (a rack has no quota), and nothing was changed.
  virtual bool Meet(Operation operation, Misfortune misfortune, int times) = 0;

  // New machines are neither found nor listed for so many looks. False: they always are.
  virtual bool HideNewMachines(int looks) = 0;
  // At most so many machines stand on a page. False: there are no pages.
  virtual bool SetPageSize(int machines) = 0;
  // Every page names this one as the next. False: there are no pages.
  virtual bool RepeatPages() = 0;
  // The state of a machine becomes a word that the provider's documents do not have. False: its
  // states are no words.
  virtual bool GiveUnknownState(const std::string& machine_id) = 0;
  // Somebody else switches it off, or takes it away and the service forgets it.
  virtual void SwitchOff(const std::string& machine_id) = 0;
  virtual void TakeAway(const std::string& machine_id) = 0;
  // A machine that another deployment ("somebody-else") made.
  virtual void AddForeignMachine() = 0;

  // Time passes on the provider's clock and in its fake: enough of it for every machine to boot and
  // for every removal to end.
  virtual void Settle() = 0;

  // How many machines the fake ever made for this token, and how many of all exist now.
  virtual int MadeFor(const std::string& token) const = 0;
  virtual int Existing() const = 0;
  // The credentials that this subject uses: they must never show up in an error.
  virtual std::vector<std::string> Secrets() const = 0;
};

struct SubjectKind {
  std::string name;  // "digitalocean", "vultr_metal": letters, digits and '_'
  std::unique_ptr<Subject> (*make)();
};

// The whole list.
std::span<const SubjectKind> Subjects();

}  // namespace spillway::conformance
