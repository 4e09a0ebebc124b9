#include "providers/simulated/simulated_manager.h"

#include <gtest/gtest.h>

#include <set>

#include "providers/simulated/simulated_world.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;

HostTarget ATarget(const std::string& host) {
  HostTarget target;
  target.host = host;
  target.cluster = "edge";
  target.address = host + ".example";
  return target;
}

class SimulatedManagerTest : public ::testing::Test {
 protected:
  SimulatedManager& Open(SimulatedFaults faults = {}) {
    SimulatedManagerSpec spec;
    spec.name = "manager";
    spec.per_host = {4, {4, 4096}};
    spec.faults = std::move(faults);
    manager_ = std::make_unique<SimulatedManager>(
        loop_, spec, [this](const std::string& address) { return !silent_.contains(address); });
    return *manager_;
  }
  EnrolmentState StateOf(const std::string& host) { return manager_->Look(ATarget(host))->state; }
  // Monitored, with guests.
  SimulatedManager& OpenWithHost(const std::string& host) {
    SimulatedManager& manager = Open();
    manager.Enrol(ATarget(host)).ok();
    loop_.RunFor(5s);
    EXPECT_EQ(StateOf(host), EnrolmentState::kMonitored);
    return manager;
  }

  SimulatedLoop loop_{kStart};
  std::set<std::string> silent_;
  std::unique_ptr<SimulatedManager> manager_;
};

TEST_F(SimulatedManagerTest, HostIsMonitoredAfterAWhileAndTakesGuests) {
  SimulatedManager& manager = Open();
  EXPECT_EQ(StateOf("a"), EnrolmentState::kAbsent);
  const auto id = manager.Enrol(ATarget("a"));
  EXPECT_EQ(*manager.Enrol(ATarget("a")), *id) << "can be repeated";
  EXPECT_EQ(StateOf("a"), EnrolmentState::kPending);
  loop_.RunFor(5s);
  EXPECT_EQ(manager.Look(ATarget("a"))->guests.count, 4);
}

TEST_F(SimulatedManagerTest, GuestsLeaveOverTimeAndOnlyThenTheHostCanBeRemoved) {
  SimulatedManager& manager = OpenWithHost("a");
  EXPECT_EQ(manager.Remove(ATarget("a")).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(manager.Evacuate(ATarget("a"))->guests.count, 4);
  EXPECT_EQ(StateOf("a"), EnrolmentState::kCordoned);
  loop_.RunFor(15s);
  EXPECT_EQ(manager.Evacuate(ATarget("a"))->guests, (Guests{2, {2, 2048}}));
  loop_.RunFor(15s);
  EXPECT_EQ(manager.Evacuate(ATarget("a"))->guests.count, 0);
  EXPECT_TRUE(manager.Remove(ATarget("a")));
  EXPECT_EQ(StateOf("a"), EnrolmentState::kAbsent);
  EXPECT_TRUE(manager.Remove(ATarget("a"))) << "absent is a success";
  EXPECT_EQ(manager.GuestsHurt(), 0);
}

TEST_F(SimulatedManagerTest, HostThatIsTakenBackTakesGuestsAgain) {
  SimulatedManager& manager = OpenWithHost("a");
  manager.Evacuate(ATarget("a")).ok();
  loop_.RunFor(20s);
  manager.SetSchedulable(ATarget("a"), true).ok();
  EXPECT_EQ(manager.Look(ATarget("a"))->guests.count, 4);
  EXPECT_EQ(StateOf("a"), EnrolmentState::kMonitored);
}

TEST_F(SimulatedManagerTest, SilentHostIsAnErrorAndItsGuestsAreHurt) {
  SimulatedManager& manager = OpenWithHost("a");
  silent_.insert("a.example");
  EXPECT_FALSE(manager.Probe(ATarget("a"))->is_ready());
  EXPECT_EQ(StateOf("a"), EnrolmentState::kError);
  EXPECT_EQ(manager.Remove(ATarget("a")).error().kind, ErrorKind::kConflict);
  loop_.RunFor(60s);
  EXPECT_TRUE(manager.Remove(ATarget("a"))) << "its guests were restarted elsewhere";
  EXPECT_EQ(manager.GuestsHurt(), 4);
}

TEST_F(SimulatedManagerTest, FaultsStickEnrolmentSlowEvacuationAndLoseAnswers) {
  SimulatedManager& stuck = Open({.chance = {{SimulatedFault::kStuckEnrolment, 1}}, .spans = {}});
  stuck.Enrol(ATarget("a")).ok();
  loop_.RunFor(24h);
  EXPECT_EQ(StateOf("a"), EnrolmentState::kPending);

  SimulatedManager& slow = Open({.chance = {{SimulatedFault::kSlowEvacuation, 1}}, .spans = {}});
  slow.Enrol(ATarget("a")).ok();
  loop_.RunFor(5s);
  slow.Evacuate(ATarget("a")).ok();
  loop_.RunFor(299s);
  EXPECT_EQ(slow.Look(ATarget("a"))->guests.count, 1);

  SimulatedManager& lossy = Open({.chance = {{SimulatedFault::kLostAnswer, 1}}, .spans = {}});
  EXPECT_EQ(lossy.Enrol(ATarget("a")).error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(StateOf("a"), EnrolmentState::kPending) << "it was carried out";
}

TEST_F(SimulatedManagerTest, ManagerOfAWorldReachesMachinesOfItsClouds) {
  SimulatedWorld world(loop_);
  SimulatedCloudSpec cloud;
  cloud.name = "cloud";
  cloud.offers.push_back({});
  cloud.offers[0].location = "fra";
  cloud.offers[0].plan = "m";
  cloud.offers[0].hypervisors = {Hypervisor::kLxc};
  MachineSpec spec;
  spec.token = "a";
  spec.location = "fra";
  spec.plan = "m";
  ASSERT_TRUE(world.Cloud(cloud).Create(spec));
  loop_.RunFor(10min);
  HostTarget target = ATarget("a");
  target.address = world.Cloud(cloud).Find("a", "fra")->address;
  EXPECT_TRUE(world.Manager({}).Probe(target)->is_ready());
  EXPECT_EQ(world.MachinesNow().size(), 1u);
}

}  // namespace
}  // namespace spillway
