#include "scaler/app/cluster_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using testing::At;
using ::testing::Optional;

// One cluster of hosts with 4 vCPU; 12 of them are ready.
std::string Configuration(const std::string& policies, const std::string& objective) {
  return R"(
version: 1
store: {type: memory}
bus: {inbound: [{socket: pull, bind: "tcp://127.0.0.1:*"}]}
providers: {lab: {type: simulated, profile: digitalocean}}
registrars: {lab: {type: simulated}}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: lab
    host_size: {vcpu: 4, memory: 8GiB}
    limits: {hosts: {min: 1, max: 10}}
    policies: [)" +
         policies + "]\n" + (objective.empty() ? "" : "    objective: " + objective + "\n") +
         "    ladder: [{name: lab, provider: lab, max_hosts: 10}]\n";
}

constexpr const char* kByUse =
    "{name: p, type: target_tracking, kind: utilisation, target: 0.5, "
    "signal: {metric: cpu, function: last}}";
constexpr const char* kByLoad =
    "{name: p, type: target_tracking, kind: load, target: 10, "
    "signal: {metric: demand, function: last}}";

// With the metrics cpu (a utilisation), demand and p99 as they are below.
LoadLook LookAt(const std::string& policies, const std::string& objective, double cpu = 0.75) {
  const ReadConfigResult read = ReadConfig(Configuration(policies, objective));
  EXPECT_TRUE(read.config) << (read.errors.empty() ? "" : Describe(read.errors.front()));
  Observations observations(8);
  SampleBatch batch;
  batch.announced = {
      {0, {"edge", "cpu", {}}}, {1, {"edge", "demand", {}}}, {2, {"edge", "p99", {}}}};
  batch.samples = {{0, cpu, At(1s)}, {1, 45, At(1s)}, {2, 0.4, At(1s)}};
  observations.Take(batch, [](std::string_view) {});
  ClusterSummary cluster;
  cluster.name = "edge";
  cluster.ready = {12, 24 * 1024};
  return ClusterLoad(*read.config).Look(cluster, observations, At(2s));
}

TEST(ClusterLoad, AnObjectiveOfUseTellsWhatIsUsed) {
  const LoadLook look =
      LookAt(kByLoad, "{signal: {metric: cpu, function: last}, kind: utilisation, limit: 0.7}");
  EXPECT_THAT(look.vcpu, Optional(9.0));
  EXPECT_THAT(look.is_violated, Optional(true));
}

TEST(ClusterLoad, AnObjectiveOfLoadTellsHowMuchOfAHostItTakes) {
  const LoadLook look =
      LookAt(kByUse, "{signal: {metric: demand, function: last}, kind: load, limit: 20}");
  EXPECT_THAT(look.vcpu, Optional(9.0)) << "45 of 20 a host are 2.25 hosts of 4 vCPU";
  EXPECT_THAT(look.is_violated, Optional(false));
}

TEST(ClusterLoad, WithoutOneTheUseThatAPolicyMeasuresTells) {
  EXPECT_EQ(LookAt(kByUse, ""), (LoadLook{9.0, std::nullopt}));
  const LoadLook look =
      LookAt(kByUse, "{signal: {metric: p99, function: last}, kind: latency, limit: 0.5}");
  EXPECT_EQ(look, (LoadLook{9.0, false})) << "a latency is judged, and is no load";
}

TEST(ClusterLoad, IsNotKnownWhereNothingTells) {
  EXPECT_EQ(LookAt(kByLoad, ""), LoadLook{}) << "what a host takes was not said";
  EXPECT_EQ(LookAt(kByUse, "", -1), LoadLook{}) << "less than nothing is nonsense";
}

}  // namespace
}  // namespace spillway
