#include "scaler/app/config_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kConfig = R"(
version: 1
store: {type: memory}
bus: {inbound: [{socket: pull, bind: "tcp://127.0.0.1:*"}]}
providers: {lab: {type: simulated, profile: digitalocean}}
registrars: {lab: {type: simulated}}
clusters: # a comment
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: lab
    host_size: {vcpu: 4, memory: 8GiB}
    limits: {hosts: {min: 1, max: 10}}
    policies:
      - {name: follow, type: target_tracking, kind: load, target: 1, signal: {metric: demand}}
      - {name: try, shadow: true, type: target_tracking, kind: load, target: 2, signal: {metric: demand}}
      - {name: by-hand, type: manual, kind: floor, hosts: 1}
    ladder: [{name: lab, provider: lab, max_hosts: 10}]
)";

// What comes of a file in which `what` is written as `by`.
class Reading : public ::testing::Test {
 protected:
  static std::string With(std::string text, const std::string& what, const std::string& by) {
    text.replace(text.find(what), what.size(), by);
    return text;
  }
  ConfigReading Read(const std::string& text) {
    return ReadAnew(scratch_.Write("spillway.yaml", text), kConfig);
  }

  testing::ScratchDir scratch_;
};

TEST_F(Reading, OfTheSameFileHasNoChangesAndItsText) {
  const std::string text = With(kConfig, "# a comment", "# another");
  const ConfigReading reading = Read(text);
  EXPECT_THAT(reading.changes, IsEmpty());
  EXPECT_FALSE(reading.changes_at_once());
  ASSERT_TRUE(reading.next);
  EXPECT_EQ(reading.next->text, text);
  EXPECT_EQ(reading.next->path, scratch_.File("spillway.yaml"));
}

TEST_F(Reading, KnowsPoliciesThatAreTheSameThoughTheyActOrNot) {
  std::string text = With(kConfig, "try, shadow: true", "try");
  text = With(text, "target: 1,", "target: 3,");
  const ConfigReading reading = Read(text);
  EXPECT_TRUE(reading.changes_at_once());
  EXPECT_THAT(reading.unchanged.at("edge"), ElementsAre("by-hand", "try"));
  EXPECT_THAT(Read(With(kConfig, "vcpu: 4", "vcpu: 2")).unchanged.at("edge"), IsEmpty())
      << "they count in hosts";
}

TEST_F(Reading, LeavesForTheRestartWhatNeedsOne) {
  const ConfigReading reading =
      Read(With(With(kConfig, "max: 10}", "max: 12}"), "type: memory", "path: other.db"));
  ASSERT_TRUE(reading.next);
  EXPECT_EQ(reading.next->store.kind, StoreKind::kMemory);
  EXPECT_EQ(reading.next->clusters.at(0).limits.max_hosts, 12);
  EXPECT_EQ(reading.changes.size(), 3u);  // of the store both members
  const ReadConfigResult again = ReadConfig(reading.next->text);
  ASSERT_TRUE(again.config) << "it is written down so that it can be read";
  EXPECT_EQ(again.config->clusters, reading.next->clusters);
}

TEST_F(Reading, TakesNothingWhereTheRestOfTheFileIsNeeded) {
  std::string text =
      With(kConfig, "providers: {", "providers: {new: {type: simulated, profile: digitalocean}, ");
  const ConfigReading reading = Read(With(text, "provider: lab", "provider: new"));
  EXPECT_THAT(reading.wrong, IsEmpty());
  ASSERT_EQ(reading.too_early.size(), 1u);
  EXPECT_EQ(reading.too_early[0].path, "clusters[0].ladder[0].provider");
  EXPECT_FALSE(reading.next);
}

TEST_F(Reading, OfAWrongFileHasItsErrorsAndNothingElse) {
  const ConfigReading reading = Read(With(kConfig, "max: 10}}", "max: 10}, colour: red}"));
  ASSERT_EQ(reading.wrong.size(), 1u);
  EXPECT_EQ(reading.wrong[0].path, "clusters[0].limits.colour");
  EXPECT_EQ(reading.wrong[0].line, 13);
  EXPECT_FALSE(reading.next);
  const ConfigReading gone = ReadAnew(scratch_.File("none.yaml"), kConfig);
  ASSERT_EQ(gone.wrong.size(), 1u);
  EXPECT_THAT(gone.wrong[0].message, HasSubstr("cannot read"));
}

TEST_F(Reading, RefusesALimitCycleInAClusterThatHasChanged) {
  const std::string flips =
      "type: threshold, signal: {metric: cpu, function: last}, "
      "steps: [{from: 0.7, change: {hosts: 1}}, {to: 0.5, change: {hosts: -1}}]}";
  const std::string text = With(
      kConfig, "type: target_tracking, kind: load, target: 1, signal: {metric: demand}}", flips);
  const ConfigReading reading = Read(text);
  ASSERT_EQ(reading.wrong.size(), 1u);
  EXPECT_THAT(reading.wrong[0].message, HasSubstr("a limit cycle"));
  EXPECT_FALSE(reading.next);
  const ConfigReading allowed =
      Read(With(text, "policies:", "allow_flapping: true\n    policies:"));
  EXPECT_TRUE(allowed.next);
}

}  // namespace
}  // namespace spillway
