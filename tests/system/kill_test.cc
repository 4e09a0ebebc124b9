// kill -9 at random moments while the clouds lose answers. A failing seed is in the failure's
// text; replay it with
//   SPILLWAY_SYSTEM_SEED=<seed> system --gtest_filter=Kill.*
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <set>

#include "scaler/runtime/random.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using namespace std::chrono_literals;

constexpr int kKills = 8;

std::uint64_t Seed() {
  const char* replay = std::getenv("SPILLWAY_SYSTEM_SEED");
  return replay ? std::strtoull(replay, nullptr, 10) : Random::SeedFromSystem();
}

// The next call of its kind goes wrong in one of the ways in which real ones do.
void Misbehave(Deployment& deployment, Random& luck) {
  using fakes::Ec2Fault;
  using fakes::OneFault;
  fakes::FakeEc2& ec2 = deployment.ec2();
  fakes::OpenNebula& one = deployment.one();
  switch (luck.Below(12)) {
    case 0: return ec2.Fail("RunInstances", Ec2Fault::Lost());
    case 1: return ec2.Fail("RunInstances", Ec2Fault::NeverCame());
    case 2: return ec2.Fail("RunInstances", Ec2Fault::Refused(503, "RequestLimitExceeded"));
    case 3: return ec2.Fail("DescribeInstances", Ec2Fault::Refused(503, "RequestLimitExceeded"));
    case 4: return ec2.Fail("DescribeInstances", Ec2Fault::Page(502));
    case 5: return ec2.Fail("TerminateInstances", Ec2Fault::Lost());
    case 6: return ec2.FailStarts("Server.InternalError");
    case 7: return one.FailNext("one.host.allocate", OneFault::kLostAnswer);
    case 8: return one.FailNext("one.host.update", OneFault::kLostRequest);
    case 9: return one.FailNext("one.host.status", OneFault::kHttp500);
    case 10: return one.FailNext("one.host.delete", OneFault::kLostAnswer);
    default: return one.FailNext("one.cluster.allocate", OneFault::kLostAnswer);
  }
}

// No machine twice for one host, no host twice in OpenNebula.
void ExpectNothingTwice(Deployment& deployment) {
  std::map<std::string, int> live;
  for (const fakes::Ec2FakeInstance& instance : deployment.ec2().instances()) {
    if (instance.IsLive()) ++live[instance.tags.at("spillway:host")];
    EXPECT_EQ(deployment.ec2().made(instance.client_token), 1) << instance.client_token;
  }
  for (const auto& [host, count] : live) EXPECT_EQ(count, 1) << host;
  std::set<std::string> enrolled;
  for (const fakes::OneHostRecord& host : deployment.one().Hosts()) {
    const auto mark = host.attributes.find("SPILLWAY_HOST");
    if (mark == host.attributes.end()) continue;  // allocated, the answer was lost
    EXPECT_TRUE(enrolled.insert(mark->second).second) << mark->second;
  }
}

TEST(Kill, AtRandomMomentsLeavesNothingBehindAndMakesNothingTwice) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("SPILLWAY_SYSTEM_SEED=" + std::to_string(seed));
  Random luck(seed);
  DeploymentOptions options;
  options.ec2.hidden_looks = 1;
  // Whose machine was lost is backed off for minutes; there are others.
  options.instance_types += ", c5n.metal, i3.metal, m5zn.metal, z1d.metal";
  Deployment deployment(options);
  deployment.Start();

  // Up and down, and up again.
  for (int kill = 0; kill < kKills; ++kill) {
    for (int fault = 0; fault < 2; ++fault) Misbehave(deployment, luck);
    deployment.SetLoad(kill % 5 < 3 ? 4 : 1);
    deployment.Pass(std::chrono::milliseconds(luck.Below(1500)));
    deployment.Kill();
    ExpectNothingTwice(deployment);
    deployment.Start();
  }
  deployment.SetLoad(2);
  deployment.WaitFor(
      "two hosts that are ready",
      [&] {
        return deployment.instances() == 2 && deployment.monitored() == 2 &&
               deployment.one().Hosts().size() == 2;
      },
      60s);
  ExpectNothingTwice(deployment);

  deployment.SetLoad(0);
  deployment.WaitFor(
      "nothing left over", [&] { return deployment.nothing_is_left(); }, 60s);
  deployment.WaitFor("the end of every record", [&] {
    const nlohmann::json hosts = deployment.StoredHosts();
    return std::all_of(hosts.begin(), hosts.end(),
                       [](const auto& host) { return host.at("state") == "gone"; });
  });
  std::set<std::string> recorded;
  for (const nlohmann::json& host : deployment.StoredHosts()) recorded.insert(host.at("token"));
  for (const fakes::Ec2FakeInstance& instance : deployment.ec2().instances()) {
    EXPECT_TRUE(recorded.contains(instance.client_token)) << instance.client_token;
  }
  EXPECT_EQ(deployment.Stop(), 0);
}

}  // namespace
}  // namespace spillway::testing
