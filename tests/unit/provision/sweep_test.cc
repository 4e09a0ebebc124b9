#include "scaler/provision/sweep.h"

#include <gtest/gtest.h>

#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;

Machine AMachine(const std::string& id, const std::string& token) {
  Machine machine;
  machine.id = id;
  machine.token = token;
  machine.state = MachineState::kRunning;
  machine.launched_at = At(-1h);
  return machine;
}

TEST(Sweep, AMachineWithoutARecordIsAnOrphanOnlyAfterTwoSightings) {
  SweepMemory memory;
  const MachineList list{{AMachine("m1", "stranger"), AMachine("machine-a", "token-a")}, true};
  const std::vector<HostRecord> hosts = {AHost("a")};
  EXPECT_TRUE(Sweep(hosts, list, memory, 5min, At(0s)).orphans.empty());
  const SweepFindings second = Sweep(hosts, list, memory, 5min, At(3min));
  ASSERT_EQ(second.orphans.size(), 1u);
  EXPECT_EQ(second.orphans[0].id, "m1");
}

TEST(Sweep, AYoungOrphanIsLeftAlone) {
  SweepMemory memory;
  MachineList list{{AMachine("m1", "stranger")}, true};
  list.machines[0].launched_at = At(-1min);
  Sweep({}, list, memory, 5min, At(0s));
  EXPECT_TRUE(Sweep({}, list, memory, 5min, At(3min)).orphans.empty());
  EXPECT_EQ(Sweep({}, list, memory, 5min, At(6min)).orphans.size(), 1u);
}

TEST(Sweep, ARecordWithoutAMachineNeedsTwoCompleteListings) {
  SweepMemory memory;
  const std::vector<HostRecord> hosts = {AHost("a")};
  const MachineList none{{}, true};
  const MachineList partial{{}, false};
  EXPECT_TRUE(Sweep(hosts, none, memory, 5min, At(0s)).vanished.empty());
  EXPECT_TRUE(Sweep(hosts, partial, memory, 5min, At(3min)).vanished.empty());
  EXPECT_EQ(Sweep(hosts, none, memory, 5min, At(6min)).vanished, std::vector<std::string>{"a"});
}

TEST(Sweep, AMachineSeenAgainBeginsAnew) {
  SweepMemory memory;
  const std::vector<HostRecord> hosts = {AHost("a")};
  const MachineList there{{AMachine("machine-a", "token-a")}, true};
  Sweep(hosts, {{}, true}, memory, 5min, At(0s));
  Sweep(hosts, there, memory, 5min, At(3min));
  EXPECT_TRUE(Sweep(hosts, {{}, true}, memory, 5min, At(6min)).vanished.empty());
}

TEST(Sweep, HostsThatAreNotYetOrNoLongerThereAreNotMissed) {
  SweepMemory memory;
  const std::vector<HostRecord> hosts = {AHost("a", HostState::kRequested),
                                         AHost("b", HostState::kCreating),
                                         AHost("c", HostState::kRemoving)};
  Sweep(hosts, {{}, true}, memory, 5min, At(0s));
  EXPECT_TRUE(Sweep(hosts, {{}, true}, memory, 5min, At(1h)).vanished.empty());
}

}  // namespace
}  // namespace spillway
