#include "providers/onprem/onprem_provider.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/surroundings.h"
#include "tests/unit/providers/onprem_rack.h"

namespace spillway {
namespace {

using fakes::Delivery;
using fakes::RedfishFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;
using testing::ARackSpec;
using testing::Rack;

// Created, switched on and answering.
Machine Running(Rack& rack, const std::string& token) {
  EXPECT_TRUE(rack.Create(token));
  rack.Pass(1min);
  const auto found = rack.Find(token);
  EXPECT_TRUE(found) << Describe(found.error());
  if (!found) return {};
  EXPECT_EQ(found->state, MachineState::kRunning) << found->state_text;
  return *found;
}

std::string NameOf(const Machine& machine) { return machine.id.substr(0, machine.id.find(':')); }

// Offers ------------------------------------------------------------------------------------------

TEST(OnpremOffers, AreWhatIsFreeOfEachClassAtEachSite) {
  Rack rack({.machines = 3});
  const auto catalogue = rack.provider->Offers();
  ASSERT_TRUE(catalogue);
  ASSERT_EQ(catalogue->offers.size(), 1u);
  const Offer& offer = catalogue->offers[0];
  EXPECT_EQ(offer.id, "rack/fra/big");
  EXPECT_EQ(offer.country, "DE");
  EXPECT_EQ(offer.coordinates, (Coordinates{50.1, 8.7}));
  EXPECT_EQ(offer.cluster_type, ClusterType::kMetal);
  EXPECT_EQ(offer.capacity, (Capacity{96, 192 * 1024}));
  EXPECT_EQ(offer.price_per_hour, Money::FromDouble(0.4));
  EXPECT_EQ(offer.stock, 3);
  EXPECT_THAT(catalogue->remarks, IsEmpty());
  Running(rack, "a");
  EXPECT_EQ(rack.Stock(), 2);
}

TEST(OnpremOffers, SayWhichMachinesAreSetAsideAndWhy) {
  Rack rack({.machines = 2});
  rack.bmcs.Unplug(0);
  EXPECT_FALSE(rack.Create("a"));
  const auto catalogue = rack.provider->Offers();
  EXPECT_EQ(catalogue->offers[0].stock, 1);
  ASSERT_EQ(catalogue->remarks.size(), 1u);
  EXPECT_THAT(catalogue->remarks[0], HasSubstr("m0 is set aside until 2026-03-02T00:05:00Z"));
}

TEST(OnpremOffers, LookAtTheSwitchOfOneFreeMachineInTurn) {
  Rack rack({.machines = 2});
  rack.bmcs.Unplug(1);
  EXPECT_THAT(rack.provider->Offers()->remarks, IsEmpty());
  const auto catalogue = rack.provider->Offers();
  EXPECT_THAT(catalogue->remarks, ElementsAre(HasSubstr("m1 is free, but its switch: redfish")));
  EXPECT_EQ(catalogue->offers[0].stock, 2) << "it may answer when it is needed";
  EXPECT_THAT(rack.provider->Offers()->remarks, IsEmpty());
}

TEST(OnpremOffers, SayThatAFreeMachineIsBroken) {
  Rack rack({.machines = 1});
  rack.bmcs.SetHealth(0, "Critical");
  EXPECT_THAT(rack.provider->Offers()->remarks,
              ElementsAre("m0 is free, but its switch: its health is Critical"));
}

// Up ----------------------------------------------------------------------------------------------

TEST(OnpremCreate, ReservesAMachineAndSwitchesItOn) {
  Rack rack;
  const auto made = rack.Create("a");
  ASSERT_TRUE(made) << Describe(made.error());
  EXPECT_EQ(made->id, "m0:a");
  EXPECT_EQ(made->token, "a");
  EXPECT_EQ(made->owner, "edge-deployment");
  EXPECT_EQ(made->address, "127.0.1.1");
  EXPECT_EQ(made->location, "fra");
  EXPECT_EQ(made->plan, "big");
  EXPECT_EQ(made->state, MachineState::kStarting);
  EXPECT_EQ(made->launched_at, rack.clock.Now());
  EXPECT_EQ(made->login, (Login{.user = "", .port = rack.ssh.port(), .runs_cloud_init = false}));
  EXPECT_EQ(rack.bmcs.power(0), "PoweringOn");
  EXPECT_EQ(rack.bmcs.power(1), "Off");
}

TEST(OnpremCreate, GivesTheSameMachineForTheSameTokenAlsoAfterARestart) {
  Rack rack;
  const auto first = rack.Create("a");
  ASSERT_TRUE(first);
  rack.Restart();
  const auto again = rack.Create("a");
  ASSERT_TRUE(again) << Describe(again.error());
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(rack.Stock(), 1);
  EXPECT_THAT(rack.bmcs.resets(0), ElementsAre("On"));

  MachineSpec other = ARackSpec("a");
  other.plan = "small";
  rack.config.inventory.classes["small"] = rack.config.inventory.classes["big"];
  rack.Restart();
  EXPECT_EQ(rack.provider->Create(other).error().kind, ErrorKind::kConflict);
}

TEST(OnpremCreate, SaysWhatBecameOfEachMachineWhenNoneIsFree) {
  Rack rack({.machines = 2});
  ASSERT_TRUE(rack.Create("a"));
  rack.bmcs.Unplug(1);
  EXPECT_EQ(rack.Create("b").error().kind, ErrorKind::kTransient);
  const auto none = rack.Create("b");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::kNoCapacity);
  EXPECT_THAT(none.error().text, HasSubstr("1 taken"));
  EXPECT_THAT(none.error().text, HasSubstr("m1 is set aside until"));
}

TEST(OnpremCreate, RefusesWhatTheInventoryDoesNotHave) {
  Rack rack;
  MachineSpec place = ARackSpec("a");
  place.location = "ham";
  MachineSpec plan = ARackSpec("a");
  plan.plan = "tiny";
  MachineSpec hypervisor = ARackSpec("a");
  rack.config.inventory.classes["big"].hypervisors = {Hypervisor::kLxc};
  rack.Restart();
  for (const MachineSpec& spec : {place, plan, hypervisor, ARackSpec("")}) {
    const auto refused = rack.provider->Create(spec);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid) << Describe(refused.error());
  }
  EXPECT_EQ(rack.Stock(), 2);
}

// A BMC that cannot be asked, or refuses: nothing was switched, so the machine is free again, and
// the next call takes another.
TEST(OnpremCreate, SetsAMachineAsideThatCannotBeSwitchedOnAndTakesAnotherNextTime) {
  const std::pair<const char*, RedfishFault> cases[] = {
      {"system", RedfishFault::Page(502)},
      {"system", RedfishFault::Refused(403, "InsufficientPrivilege")},
      {"login", RedfishFault::Refused(401, "ResourceAtUriUnauthorized")},
      {"reset", RedfishFault::Refused(400, "ActionNotSupported")},
      {"reset", RedfishFault::Refused(403, "InsufficientPrivilege")}};
  for (const auto& [request, fault] : cases) {
    SCOPED_TRACE(std::string(request) + " " + fault.code);
    Rack rack;
    rack.bmcs.Fail(0, request, fault);
    const auto refused = rack.Create("a");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kTransient) << Describe(refused.error());
    EXPECT_THAT(refused.error().text, HasSubstr("the next call takes another"));
    EXPECT_EQ(rack.Find("a").error().kind, ErrorKind::kNotFound);
    const auto made = rack.Create("a");
    ASSERT_TRUE(made) << Describe(made.error());
    EXPECT_EQ(NameOf(*made), "m1");
  }
}

TEST(OnpremCreate, SetsAMachineAsideThatIsBrokenAndNotOneThatWarns) {
  Rack rack;
  rack.bmcs.SetHealth(0, "Critical");
  rack.bmcs.SetHealth(1, "Warning");
  const auto refused = rack.Create("a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(refused.error().text, HasSubstr("its health is Critical"));
  EXPECT_THAT(rack.bmcs.resets(0), IsEmpty()) << "it was not switched on";
  EXPECT_EQ(NameOf(*rack.Create("a")), "m1");
}

TEST(OnpremCreate, TakesLastWhatWasGivenBackLast) {
  Rack rack({.machines = 3});
  for (const char* token : {"a", "b"}) {
    const Machine machine = Running(rack, token);
    ASSERT_TRUE(rack.Delete(machine));
    rack.Pass(2min);
    ASSERT_EQ(rack.Find(token)->state, MachineState::kGone);
  }
  std::vector<std::string> names;
  for (const char* token : {"c", "d", "e"}) names.push_back(NameOf(*rack.Create(token)));
  EXPECT_THAT(names, ElementsAre("m2", "m0", "m1"));
}

TEST(OnpremCreate, LeavesAFaultyMachineAloneForLongerEachTimeAlsoAfterARestart) {
  Rack rack({.machines = 1});
  const auto is_free = [&] { return rack.Stock() == 1; };
  const RedfishFault refusal = RedfishFault::Refused(400, "ActionNotSupported");
  rack.bmcs.Fail(0, "reset", refusal, 2);
  ASSERT_FALSE(rack.Create("a"));
  rack.Restart();
  rack.Pass(4min);
  EXPECT_FALSE(is_free());
  rack.Pass(1min);
  EXPECT_TRUE(is_free());
  ASSERT_FALSE(rack.Create("a"));
  rack.Pass(9min);
  EXPECT_FALSE(is_free());
  rack.Pass(1min);
  EXPECT_TRUE(is_free());

  // One that comes up is forgiven.
  const Machine machine = Running(rack, "a");
  ASSERT_TRUE(rack.Delete(machine));
  rack.Pass(2min);
  EXPECT_EQ(rack.Find("a")->state, MachineState::kGone);
  rack.bmcs.Fail(0, "reset", refusal);
  ASSERT_FALSE(rack.Create("b"));
  rack.Pass(5min);
  EXPECT_TRUE(is_free());
}

TEST(OnpremCreate, PrefersMachinesThatNeverFailed) {
  Rack rack;
  rack.bmcs.Fail(0, "system", RedfishFault::Page(502));
  ASSERT_FALSE(rack.Create("a"));
  rack.Pass(1h);
  EXPECT_EQ(NameOf(*rack.Create("a")), "m1");
  EXPECT_EQ(NameOf(*rack.Create("b")), "m0");
}

TEST(OnpremCreate, KeepsTheMachineWhenTheSwitchDoesNotAnswer) {
  for (const RedfishFault& fault :
       {RedfishFault::NeverCame(), RedfishFault::Carried(Delivery::kCutAfter),
        RedfishFault::Page(502)}) {
    Rack rack;
    rack.bmcs.Fail(0, "reset", fault);
    const auto lost = rack.Create("a");
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::kUnknownOutcome) << Describe(lost.error());
    // Looking goes on with it, whatever became of the request.
    const auto found = rack.Find("a");
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(found->id, "m0:a");
    rack.Pass(1min);
    EXPECT_EQ(rack.Find("a")->state, MachineState::kRunning);
    EXPECT_EQ(rack.bmcs.power(0), "On");
    EXPECT_THAT(rack.bmcs.resets(0), ElementsAre("On"));
  }
}

TEST(OnpremCreate, NeverFreesAMachineThatItHadBefore) {
  Rack rack({.machines = 2});
  Running(rack, "a");
  rack.bmcs.Fail(0, "*", RedfishFault::Page(502), 1000);
  const auto again = rack.Create("a");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(rack.Stock(), 1);
}

// Looking -----------------------------------------------------------------------------------------

TEST(OnpremFind, FollowsAMachineUntilItAnswers) {
  Rack rack;
  rack.config.inventory.machines[0].ssh_port = 1;  // nobody answers there
  rack.Restart();
  ASSERT_TRUE(rack.Create("a"));
  auto found = rack.Find("a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, MachineState::kStarting);
  EXPECT_THAT(found->state_text, HasSubstr("PoweringOn, no SSH yet"));
  rack.Pass(1min);
  found = rack.Find("a");
  EXPECT_EQ(found->state, MachineState::kStarting);
  EXPECT_THAT(found->state_text, HasSubstr("On, no SSH yet"));

  rack.config.inventory.machines[0].ssh_port = rack.ssh.port();
  rack.Restart();
  EXPECT_EQ(rack.Find("a")->state, MachineState::kRunning);
}

TEST(OnpremFind, SetsAMachineAsideThatDoesNotAnswerInTime) {
  Rack rack;
  rack.config.inventory.machines[0].ssh_port = 1;
  rack.Restart();
  ASSERT_TRUE(rack.Create("a"));
  rack.Pass(19min);
  EXPECT_EQ(rack.Find("a")->state, MachineState::kStarting);
  rack.Pass(1min);
  for (int i = 0; i < 3; ++i) {  // looking again is no new failure
    const auto found = rack.Find("a");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, MachineState::kStopped);
    EXPECT_EQ(found->start_failure, ErrorKind::kTransient);
    EXPECT_THAT(found->state_text, HasSubstr("no SSH 20 min after"));
  }
  ASSERT_TRUE(rack.Delete(*rack.Find("a")));
  rack.Pass(2min);
  EXPECT_EQ(rack.Find("a")->state, MachineState::kGone);
  const auto catalogue = rack.provider->Offers();
  ASSERT_EQ(catalogue->remarks.size(), 1u);
  EXPECT_THAT(catalogue->remarks[0],
              HasSubstr("m0 is set aside until 2026-03-02T00:25:00Z, 1 failure"));
}

TEST(OnpremFind, SetsAMachineAsideThatStaysOff) {
  Rack rack;
  ASSERT_TRUE(rack.Create("a"));
  rack.bmcs.SetPower(0, "Off");
  const auto found = rack.Find("a");
  EXPECT_EQ(found->state, MachineState::kStarting);
  EXPECT_EQ(rack.bmcs.power(0), "PoweringOn") << "it is switched on once more";
  rack.Pass(3min);
  rack.bmcs.SetPower(0, "Off");
  const auto late = rack.Find("a");
  EXPECT_EQ(late->state, MachineState::kStopped);
  EXPECT_EQ(late->start_failure, ErrorKind::kTransient);
  EXPECT_THAT(late->state_text, HasSubstr("still off 3 min after"));
  EXPECT_EQ(rack.bmcs.power(0), "Off");
}

TEST(OnpremFind, BelievesAMachineThatAnswersWhenItsBmcDoesNot) {
  Rack rack;
  ASSERT_TRUE(rack.Create("a"));
  rack.bmcs.Unplug(0);
  EXPECT_EQ(rack.Find("a")->state, MachineState::kRunning);
  EXPECT_EQ(rack.Find("a").error().kind, ErrorKind::kTransient) << "later only the BMC knows";
}

TEST(OnpremFind, TellsEveryStateOfAMachineThatRan) {
  Rack rack;
  Running(rack, "a");
  const std::pair<const char*, MachineState> cases[] = {
      {"On", MachineState::kRunning},          {"Off", MachineState::kStopped},
      {"PoweringOn", MachineState::kStarting}, {"PoweringOff", MachineState::kStopping},
      {"Paused", MachineState::kUnknown},      {"Hibernating", MachineState::kUnknown}};
  for (const auto& [word, state] : cases) {
    rack.bmcs.SetPower(0, word);
    const auto found = rack.Find("a");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, state) << word;
    EXPECT_EQ(found->state_text, word);
  }
}

TEST(OnpremFind, NeverTakesAReservationThatCannotBeReadForNone) {
  Rack rack;
  Running(rack, "a");
  rack.state.Write("m0.taken.json", "{");
  EXPECT_EQ(rack.Find("a").error().kind, ErrorKind::kTransient);
  EXPECT_EQ(rack.provider->Delete("m0:a", "fra").error().kind, ErrorKind::kTransient);
  const auto list = rack.provider->List("edge-deployment");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->is_complete);
  EXPECT_THAT(rack.provider->Offers()->remarks, ElementsAre(HasSubstr("m0 cannot be read")));
  EXPECT_EQ(NameOf(*rack.Create("b")), "m1");
}

TEST(OnpremList, HasTheMachinesOfTheOwnerAsTheyWereLastSeen) {
  Rack rack({.machines = 3});
  Running(rack, "a");
  const Machine leaving = Running(rack, "b");
  ASSERT_TRUE(rack.Delete(leaving));
  MachineSpec foreign = ARackSpec("c");
  foreign.owner = "somebody-else";
  ASSERT_TRUE(rack.provider->Create(foreign));
  const auto list = rack.provider->List("edge-deployment");
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->is_complete);
  ASSERT_EQ(list->machines.size(), 2u);
  EXPECT_EQ(list->machines[0].state, MachineState::kRunning);
  EXPECT_EQ(list->machines[1].state, MachineState::kStopping);
}

// Down --------------------------------------------------------------------------------------------

TEST(OnpremDelete, ShutsDownInOrderAndFreesTheMachineWhenItIsOff) {
  Rack rack({.machines = 1});
  const Machine machine = Running(rack, "a");
  ASSERT_TRUE(rack.Delete(machine));
  EXPECT_EQ(rack.Find("a")->state, MachineState::kStopping);
  EXPECT_EQ(rack.Stock(), 0);
  ASSERT_TRUE(rack.Delete(machine)) << "asked already";
  rack.Pass(1min);
  const auto gone = rack.Find("a");
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->state, MachineState::kGone);
  EXPECT_EQ(rack.Find("a").error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(rack.Delete(machine)) << "gone already";
  EXPECT_EQ(rack.Stock(), 1);
  EXPECT_THAT(rack.bmcs.resets(0), ElementsAre("On", "GracefulShutdown"));
}

TEST(OnpremDelete, CutsThePowerOfAMachineThatDoesNotShutDown) {
  Rack rack({.machines = 1});
  const Machine machine = Running(rack, "a");
  rack.bmcs.IgnoreShutdown(0);
  ASSERT_TRUE(rack.Delete(machine));
  rack.Pass(2min);
  EXPECT_EQ(rack.Find("a")->state, MachineState::kStopping);
  rack.Restart();
  rack.Pass(1min);
  const auto stubborn = rack.Find("a");
  EXPECT_EQ(stubborn->state, MachineState::kRunning) << "seen so, it is deleted again";
  EXPECT_THAT(stubborn->state_text, HasSubstr("3 min after it was shut down"));
  ASSERT_TRUE(rack.Delete(machine));
  rack.Pass(5s);
  EXPECT_EQ(rack.Find("a")->state, MachineState::kGone);
  EXPECT_THAT(rack.bmcs.resets(0), ElementsAre("On", "GracefulShutdown", "ForceOff"));
}

TEST(OnpremDelete, CutsThePowerOfAMachineWhoseBmcRefusesToShutItDown) {
  const RedfishFault refusals[] = {RedfishFault::Refused(400, "ActionNotSupported"),
                                   RedfishFault::Refused(409, "ResourceInUse")};
  for (const RedfishFault& refusal : refusals) {
    SCOPED_TRACE(refusal.code);
    Rack rack({.machines = 1});
    const Machine machine = Running(rack, "a");
    rack.bmcs.Fail(0, "reset", refusal);
    ASSERT_TRUE(rack.Delete(machine));
    EXPECT_EQ(rack.Find("a")->state, MachineState::kStopping);
    rack.Pass(3min);
    EXPECT_EQ(rack.Find("a")->state, MachineState::kRunning) << "seen so, it is deleted again";
    ASSERT_TRUE(rack.Delete(machine));
    rack.Pass(5s);
    EXPECT_EQ(rack.Find("a")->state, MachineState::kGone);
    EXPECT_THAT(rack.bmcs.resets(0), ElementsAre("On", "ForceOff"));
  }
}

TEST(OnpremDelete, AsksAgainForAShutdownThatDidNotGetThrough) {
  for (const RedfishFault& fault :
       {RedfishFault::Page(503), RedfishFault::Refused(403, "InsufficientPrivilege")}) {
    Rack rack({.machines = 1});
    const Machine machine = Running(rack, "a");
    rack.bmcs.Fail(0, "reset", fault);
    EXPECT_FALSE(rack.Delete(machine));
    ASSERT_TRUE(rack.Delete(machine));
    EXPECT_THAT(rack.bmcs.resets(0), ElementsAre("On", "GracefulShutdown"));
  }
}

TEST(OnpremDelete, FreesAMachineByItselfWhenNobodyLooks) {
  Rack rack({.machines = 1});
  const Machine machine = Running(rack, "a");
  ASSERT_TRUE(rack.Delete(machine));
  rack.Pass(2min);
  ASSERT_TRUE(rack.Delete(machine));
  EXPECT_EQ(rack.Stock(), 1);
}

// Else a repeated call of a host that is gone would end the next one's.
TEST(OnpremDelete, DoesNothingToTheNextHolderOfTheMachine) {
  Rack rack({.machines = 1});
  const Machine first = Running(rack, "a");
  ASSERT_TRUE(rack.Delete(first));
  rack.Pass(2min);
  ASSERT_TRUE(rack.Delete(first));
  Running(rack, "b");
  EXPECT_TRUE(rack.Delete(first));
  EXPECT_EQ(rack.Find("b")->state, MachineState::kRunning);
  EXPECT_THAT(rack.bmcs.resets(0), ElementsAre("On", "GracefulShutdown", "On"));
}

TEST(OnpremDelete, KeepsAMachineThatRanUntilItIsKnownToBeOff) {
  Rack rack({.machines = 1});
  const Machine machine = Running(rack, "a");
  rack.bmcs.Fail(0, "system", RedfishFault::Page(502));
  EXPECT_EQ(rack.Delete(machine).error().kind, ErrorKind::kTransient);
  EXPECT_EQ(rack.Stock(), 0);
  rack.bmcs.Fail(0, "reset", RedfishFault::Refused(403, "InsufficientPrivilege"));
  EXPECT_EQ(rack.Delete(machine).error().kind, ErrorKind::kDenied);
  EXPECT_EQ(rack.Find("a")->state, MachineState::kRunning);
  EXPECT_TRUE(rack.Delete(machine));
}

TEST(OnpremDelete, FreesAMachineThatNeverAnsweredAndWhoseBmcIsDead) {
  Rack rack({.machines = 1});
  rack.config.inventory.machines[0].ssh_port = 1;
  rack.Restart();
  const auto made = rack.Create("a");
  ASSERT_TRUE(made);
  rack.bmcs.Unplug(0);
  rack.Pass(20min);
  EXPECT_EQ(rack.Find("a")->state, MachineState::kStopped);
  EXPECT_TRUE(rack.Delete(*made));
  EXPECT_EQ(rack.Find("a").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(rack.Stock(), 0) << "it is set aside";
}

TEST(OnpremDelete, RefusesAnotherPlaceAndIdsThatAreNone) {
  Rack rack;
  const Machine machine = Running(rack, "a");
  EXPECT_EQ(rack.provider->Delete(machine.id, "ham").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(rack.provider->Delete("m0", "fra").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(rack.bmcs.power(0), "On");
}

TEST(OnpremDelete, LetsGoOfAMachineThatLeftTheInventory) {
  Rack rack({.machines = 2});
  Running(rack, "a");
  rack.config.inventory.machines.erase(rack.config.inventory.machines.begin());
  rack.Restart();
  const auto found = rack.Find("a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, MachineState::kUnknown);
  EXPECT_THAT(found->state_text, HasSubstr("not in the inventory any more"));
  EXPECT_EQ(rack.provider->List("edge-deployment")->machines.size(), 1u);
  EXPECT_THAT(rack.provider->Offers()->remarks, ElementsAre(HasSubstr("m0 is taken by host")));
  EXPECT_TRUE(rack.Delete(*found));
  EXPECT_EQ(rack.Find("a").error().kind, ErrorKind::kNotFound);
}

TEST(OnpremMachineWithoutASwitch, IsTakenAndGivenBackAsItIs) {
  Rack rack({.machines = 1});
  rack.config.inventory.machines[0].power = PowerConfig{};
  rack.Restart();
  const Machine machine = Running(rack, "a");
  EXPECT_EQ(rack.Stock(), 0);
  EXPECT_TRUE(rack.Delete(machine));
  EXPECT_EQ(rack.Find("a").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(rack.Stock(), 1);
  EXPECT_EQ(rack.bmcs.requests(0, "root"), 0);
}

// Making ------------------------------------------------------------------------------------------

TEST(OnpremProvider, IsNotMadeWithoutThePasswordsAndSaysWhereTheyWereLookedFor) {
  Rack rack;
  const auto why = [&](PasswordPlace place) -> std::string {
    rack.config.inventory.machines[0].power.password = std::move(place);
    try {
      rack.Restart();
    } catch (const std::runtime_error& problem) {
      return problem.what();
    }
    return "it was made";
  };
  EXPECT_THAT(why({"OTHER", ""}), HasSubstr("BMC of m0: the variable OTHER is not set"));
  EXPECT_THAT(why({"", "/no/such/file"}), HasSubstr("the file /no/such/file cannot be read"));
}

TEST(OnpremProvider, ReadsTheInventoryFileWhenItIsMade) {
  Rack rack;
  const auto make = [&](const std::string& text) {
    rack.config.inventory_file = "/etc/rack.yaml";
    OnpremProvider provider(rack.config, PluginContext{.clock = rack.clock,
                                                       .http = rack.http,
                                                       .surroundings = testing::SurroundingsOf(
                                                           {}, {{"/etc/rack.yaml", text}})});
    return provider.Offers()->offers.at(0).id;
  };
  EXPECT_EQ(make("sites: {ham: {country: DE}}\n"
                 "classes: {s: {vcpu: 4, memory: 8GiB, price_per_hour: 0}}\n"
                 "machines: [{name: x, site: ham, class: s, address: 192.0.2.1}]\n"),
            "rack/ham/s");
  EXPECT_THROW(make("machines: []"), std::runtime_error);
  rack.config.inventory_file = "/etc/none.yaml";
  EXPECT_THROW(rack.Restart(), std::runtime_error);
}

TEST(OnpremProvider, KeepsPasswordsOutOfErrorsAndOfItsFolder) {
  Rack rack({.machines = 1});
  rack.bmcs.Fail(0, "system", RedfishFault::Refused(400, "X", "you said " + rack.password), 1000);
  const auto refused = rack.Create("a");
  EXPECT_THAT(Describe(refused.error()), HasSubstr("you said ***"));
  EXPECT_THAT(Describe(rack.Create("a").error()), Not(HasSubstr(rack.password)));
  for (const auto& entry : std::filesystem::directory_iterator(rack.state.path())) {
    const auto text = ProcessSurroundings().file(entry.path());
    EXPECT_THAT(text.value_or(""), Not(HasSubstr(rack.password))) << entry.path();
  }
}

}  // namespace
}  // namespace spillway
