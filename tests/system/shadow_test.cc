// A shadow beside what acts, in the real binary: scores, comparison, promotion, and that both are
// still there after a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bus/sample_sender.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {
namespace {

using namespace std::chrono_literals;
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

  void Start() {
    service_ = std::make_unique<Process>(
        ProcessOptions{{BuiltPath("spillway"), "run", "--config", config_}, {}, std::nullopt});
    const std::string mark = "bus.listening address=";
    WaitFor("the bus", [&] { return service_->err().find(mark) != std::string::npos; });
    const std::size_t at = service_->err().find(mark) + mark.size();
    sender_ = std::make_unique<bus::SampleSender>(
        service_->err().substr(at, service_->err().find_first_of(" \n", at) - at));
  }
  void Stop() {
    service_->Send(SIGTERM);
    ASSERT_EQ(service_->WaitForEnd(20s), 0) << service_->err();
  }
  void WaitFor(const std::string& what, const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!holds()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << what << "\n" << service_->err();
      ASSERT_FALSE(service_->has_ended()) << what << "\n" << service_->err();
      if (sender_) sender_->Send({"edge", "demand", {}}, 2.0);
      service_->WaitForNews(50ms);
    }
  }
  Finished Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), BuiltPath("spillway"));
    return RunToEnd({arguments, {}, std::nullopt});
  }
  nlohmann::json Compared() const {
    const Finished compare =
        Run({"policy", "compare", "edge", "--config", config_, "--output", "json"});
    return compare.exit_code == 0 ? nlohmann::json::parse(compare.out) : nlohmann::json::array();
  }

  const ScratchDir scratch_;
  std::string config_;
  std::unique_ptr<Process> service_;
  std::unique_ptr<bus::SampleSender> sender_;
};

TEST_F(ShadowSystem, IsComparedAndPromotedWhileTheServiceRuns) {
  Start();
  EXPECT_EQ(Run({"policy", "promote", "edge", "brave", "--config", config_}).exit_code, 4);
  WaitFor("the shadow's hosts", [this] {
    const nlohmann::json scores = Compared();
    return !scores.empty() && scores[0].at("shadow").at("cost") > scores[0].at("acting").at("cost");
  });
  const nlohmann::json score = Compared().at(0);
  EXPECT_EQ(score.at("policy"), "bold");
  EXPECT_GT(score.at("shadow").at("launches").get<int>(), 0);
  const std::string store = scratch_.File("store.db");
  EXPECT_THAT(Run({"status", "--store", store}).out,
              AllOf(HasSubstr("shadow"), HasSubstr("bold: ")));
  EXPECT_THAT(Run({"policy", "compare", "--store", store}).out,
              AllOf(HasSubstr("what acts"), HasSubstr("LAUNCHES"), HasSubstr("bold")));

  const Finished promoted = Run({"policy", "promote", "edge", "bold", "--config", config_});
  EXPECT_EQ(promoted.exit_code, 0) << promoted.err;
  WaitFor("the roles", [this] {
    return service_->err().find("control.roles_taken cluster=edge acting=bold") !=
           std::string::npos;
  });
  WaitFor("the new shadow", [this] {
    const nlohmann::json scores = Compared();
    return scores.size() == 1 && scores[0].at("policy") == "careful";
  });
  Stop();

  Start();
  WaitFor("the roles after the restart", [this] {
    return service_->err().find("control.roles_taken cluster=edge acting=bold") !=
           std::string::npos;
  });
  Stop();
  // What was compared so far is not lost, however short a life was.
  ASSERT_EQ(Compared().size(), 1u);
  EXPECT_EQ(Compared().at(0).at("policy"), "careful");
}

}  // namespace
}  // namespace spillway::testing
