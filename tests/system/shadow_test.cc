// A shadow beside what acts, in the real binary: scores, comparison, promotion, and that both are
// still there after a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/scratch_dir.h"
#include "tests/system/lab.h"

namespace spillway::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kConfig = R"(
version: 1
store: {type: sqlite, path: "STORE"}
bus: {inbound: [{socket: pull, bind: "tcp://127.0.0.1:*"}]}
serve: {port: 0}
control: {evaluate_at_least_every: 100ms}
providers: {lab: {type: simulated, profile: digitalocean}}
registrars: {lab: {type: simulated}}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: lab
    host_size: {vcpu: 4, memory: 8GiB}
    limits: {hosts: {min: 1, max: 10}}
    objective: {signal: {metric: demand, function: last}, kind: load, limit: 1}
    policies:
      - {name: careful, type: target_tracking, kind: load, target: 1, signal: {metric: demand, function: last}}
      - {name: bold, shadow: true, type: target_tracking, kind: load, target: 0.5, signal: {metric: demand, function: last}}
    ladder: [{name: lab, provider: lab, max_hosts: 10}]
)";

class ShadowSystem : public ::testing::Test {
 protected:
  ShadowSystem() {
    std::string text = kConfig;
    text.replace(text.find("STORE"), 5, scratch_.File("store.db"));
    config_ = scratch_.Write("spillway.yaml", text);
  }

  nlohmann::json Compared() const {
    const Finished compare =
        Lab::Command({"policy", "compare", "edge", "--config", config_, "--output", "json"});
    return compare.exit_code == 0 ? nlohmann::json::parse(compare.out) : nlohmann::json::array();
  }

  const ScratchDir scratch_;
  std::string config_;
  Lab lab_{[] { return 2.0; }};
};

TEST_F(ShadowSystem, IsComparedAndPromotedWhileTheServiceRuns) {
  lab_.Start(config_);
  EXPECT_EQ(Lab::Command({"policy", "promote", "edge", "brave", "--config", config_}).exit_code, 4);
  lab_.WaitFor("the shadow's hosts", [this] {
    const nlohmann::json scores = Compared();
    return !scores.empty() && scores[0].at("shadow").at("cost") > scores[0].at("acting").at("cost");
  });
  const nlohmann::json score = Compared().at(0);
  EXPECT_EQ(score.at("policy"), "bold");
  EXPECT_GT(score.at("shadow").at("launches").get<int>(), 0);
  const std::string store = scratch_.File("store.db");
  EXPECT_THAT(Lab::Command({"status", "--store", store}).out,
              AllOf(HasSubstr("shadow"), HasSubstr("bold: ")));
  EXPECT_THAT(Lab::Command({"policy", "compare", "--store", store}).out,
              AllOf(HasSubstr("what acts"), HasSubstr("LAUNCHES"), HasSubstr("bold")));

  const Finished promoted =
      Lab::Command({"policy", "promote", "edge", "bold", "--config", config_});
  EXPECT_EQ(promoted.exit_code, 0) << promoted.err;
  lab_.WaitForLog("control.roles_taken cluster=edge acting=bold");
  lab_.WaitFor("the new shadow", [this] {
    const nlohmann::json scores = Compared();
    return scores.size() == 1 && scores[0].at("policy") == "careful";
  });
  EXPECT_EQ(lab_.Stop(), 0);

  lab_.Start(config_);
  lab_.WaitForLog("control.roles_taken cluster=edge acting=bold");
  EXPECT_EQ(lab_.Stop(), 0);
  // What was compared so far is not lost, however short a life was.
  ASSERT_EQ(Compared().size(), 1u);
  EXPECT_EQ(Compared().at(0).at("policy"), "careful");
}

}  // namespace
}  // namespace spillway::testing
