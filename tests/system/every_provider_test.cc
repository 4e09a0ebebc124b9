// The peak of the main job through the real binary, onto every provider of the matrix: by its own
// API on its fake, enrolled in OpenNebula, and home again. tests/matrix goes through every row.
#include <gtest/gtest.h>

#include "scaler/model/kinds.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

constexpr Capacity kSize{4, 8 * 1024};

Burst BurstOnto(const std::string& kind, const fakes::Cloud& cloud) {
  const MatrixRow& row = ProviderMatrix(kind).front();
  const Hypervisor hypervisor = row.hypervisors.front();
  for (const Workload workload :
       {Workload::kApplicationContainers, Workload::kVirtualServers, Workload::kKubernetes}) {
    if (!Allows(WorkloadMatrix(workload), row.type, hypervisor)) continue;
    return {&cloud, std::string(Name(row.type)), std::string(Name(hypervisor)),
            std::string(Name(workload)), kSize};
  }
  throw std::invalid_argument("no workload runs on " + kind);
}

std::int64_t ReadyVcpus(BusEvents& events) {
  std::int64_t vcpus = 0;
  for (const nlohmann::json& host : events.Of("spillway/1/hosts/edge")) {
    if (host.at("state") == "ready") vcpus += host.at("capacity").at("vcpu").get<std::int64_t>();
  }
  return vcpus;
}

class EveryProvider : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryProvider, TakesThePeakAndGivesEveryMachineBack) {
  const fakes::SshBanner ssh("SSH-2.0-Fake", "0.0.0.0");
  const auto cloud = fakes::MakeCloud(GetParam(), ssh.port(), fakes::Pace::kReal);
  DeploymentOptions options;
  options.burst = BurstOnto(GetParam(), *cloud);
  options.max_hosts = 10;
  Deployment deployment(options);
  deployment.Start();

  deployment.SetLoad(4);
  deployment.WaitFor("enough ready hosts",
                     [&] { return ReadyVcpus(deployment.events()) >= 4 * kSize.vcpu; });
  EXPECT_EQ(deployment.monitored(), static_cast<int>(deployment.one().Hosts().size()));
  EXPECT_EQ(cloud->live(), deployment.monitored());
  for (const fakes::OneHostRecord& host : deployment.one().Hosts()) {
    EXPECT_EQ(host.driver, options.burst->hypervisor);
  }

  deployment.SetLoad(0);
  deployment.WaitFor("nothing left over",
                     [&] { return cloud->live() == 0 && deployment.one().Hosts().empty(); });
  for (const auto& [name, secret] : cloud->variables()) {
    if (secret.front() == '/') continue;  // the place of a secret
    EXPECT_EQ(deployment.log().find(secret), std::string::npos) << name;
  }
  EXPECT_EQ(deployment.Stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Of, EveryProvider, ::testing::ValuesIn(fakes::Kinds()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace spillway::testing
