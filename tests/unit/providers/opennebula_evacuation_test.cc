#include <gtest/gtest.h>

#include "providers/opennebula/evacuation.h"

namespace spillway {
namespace {

OneHost AHost(int id, OneCapacity room = {800, 16 << 20}) {
  OneHost host;
  host.id = id;
  host.state = OneHostState::kMonitored;
  host.cluster_id = 100;
  host.vm_driver = "kvm";
  host.schedulable = room;
  return host;
}

OneVm ARunningGuest(int id, int host = 1) {
  OneVm guest;
  guest.id = id;
  guest.state = 3;
  guest.lcm_state = 3;
  guest.size = {100, 1 << 20};
  guest.host_id = host;
  return guest;
}

EvacuationPlan PlanFor(const std::vector<OneVm>& guests, EvacuationWay way,
                       std::vector<OneHost> others = {AHost(2)}) {
  others.push_back(AHost(1));
  return PlanEvacuation(AHost(1), guests, others, way);
}

TEST(Evacuation, MovesInTheWayOfTheHypervisor) {
  struct Case {
    EvacuationWay way;
    EvacuationStep step;
  };
  const Case cases[] = {
      {EvacuationWay::kLive, {5, OneMigration::kLive, 2, ""}},
      {EvacuationWay::kPowerOffMigrate, {5, OneMigration::kPowerOff, 2, ""}},
      {EvacuationWay::kReschedule, {5, std::nullopt, -1, "resched"}},
      {EvacuationWay::kTerminate, {5, std::nullopt, -1, "terminate"}},
  };
  for (const Case& c : cases) {
    const EvacuationPlan plan = PlanFor({ARunningGuest(5)}, c.way);
    EXPECT_EQ(plan.steps, std::vector{c.step});
    EXPECT_TRUE(plan.stuck.empty());
  }
  EXPECT_TRUE(PlanFor({ARunningGuest(5)}, EvacuationWay::kWait).steps.empty());
  EXPECT_EQ(DefaultEvacuation(Hypervisor::kKvm), EvacuationWay::kLive);
  EXPECT_EQ(DefaultEvacuation(Hypervisor::kLxc), EvacuationWay::kPowerOffMigrate);
  EXPECT_EQ(DefaultEvacuation(Hypervisor::kFirecracker), EvacuationWay::kPowerOffMigrate);
}

TEST(Evacuation, LeavesGuestsThatAreOnTheirWay) {
  OneVm migrating = ARunningGuest(1);
  migrating.lcm_state = 4;
  const OneVm already_elsewhere = ARunningGuest(2, 9);  // RUNNING still, but its place is new
  OneVm ending = ARunningGuest(3);
  ending.lcm_state = 12;
  const EvacuationPlan plan = PlanFor({migrating, already_elsewhere, ending}, EvacuationWay::kLive);
  EXPECT_EQ(plan.under_way, 3);
  EXPECT_TRUE(plan.steps.empty());
}

TEST(Evacuation, ReportsGuestsThatCannotGo) {
  OneVm failed = ARunningGuest(1);
  failed.lcm_state = 36;
  OneVm asked = ARunningGuest(2);
  asked.is_to_be_rescheduled = true;
  const EvacuationPlan plan = PlanFor({failed, asked}, EvacuationWay::kLive);
  EXPECT_TRUE(plan.steps.empty());
  EXPECT_EQ(plan.under_way, 0);
  EXPECT_EQ(plan.stuck, (std::vector<std::string>{"guest 1 is in state 3, LCM state 36",
                                                  "guest 2 waits for the scheduler"}));
}

// They keep the host's capacity as running ones do, and so keep it from being removed.
TEST(Evacuation, MovesGuestsThatAreOffWithoutStartingThem) {
  OneVm off = ARunningGuest(1);
  off.state = 8;
  off.lcm_state = 0;
  for (const EvacuationWay way : {EvacuationWay::kLive, EvacuationWay::kPowerOffMigrate}) {
    const EvacuationPlan plan = PlanFor({off}, way);
    EXPECT_EQ(plan.steps, (std::vector<EvacuationStep>{{1, OneMigration::kCold, 2, ""}}));
  }
}

TEST(Evacuation, ChoosesAMonitoredHostOfTheClusterWithRoom) {
  OneHost elsewhere = AHost(2);
  elsewhere.cluster_id = 0;
  OneHost cordoned = AHost(3);
  cordoned.state = OneHostState::kDisabled;
  OneHost other_driver = AHost(4);
  other_driver.vm_driver = "lxc";
  const OneHost full = AHost(5, {50, 16 << 20});
  OneHost burst = AHost(6, {800, 64 << 20});
  burst.is_burst = true;
  const OneHost small = AHost(7, {800, 4 << 20});
  const OneHost large = AHost(8, {800, 8 << 20});

  const auto target = [](std::vector<OneHost> hosts) {
    const EvacuationPlan plan =
        PlanFor({ARunningGuest(1)}, EvacuationWay::kPowerOffMigrate, std::move(hosts));
    return plan.steps.empty() ? -1 : plan.steps.front().host;
  };
  EXPECT_EQ(target({elsewhere, cordoned, other_driver, full}), -1);
  EXPECT_EQ(target({elsewhere, cordoned, other_driver, full, burst}), 6);
  EXPECT_EQ(target({burst, small, large}), 8);
}

TEST(Evacuation, GivesTheSameRoomOnlyOnce) {
  const EvacuationPlan plan = PlanFor({ARunningGuest(1), ARunningGuest(2)}, EvacuationWay::kLive,
                                      {AHost(2, {150, 16 << 20})});
  EXPECT_EQ(plan.steps, (std::vector<EvacuationStep>{{1, OneMigration::kLive, 2, ""},
                                                     {2, std::nullopt, -1, "resched"}}));
}

TEST(Evacuation, SaysWhenAPoweroffMigrationHasNowhereToGo) {
  const EvacuationPlan plan = PlanFor({ARunningGuest(1)}, EvacuationWay::kPowerOffMigrate, {});
  EXPECT_EQ(plan.stuck, (std::vector<std::string>{"guest 1: no host of the cluster has room"}));
}

}  // namespace
}  // namespace spillway
