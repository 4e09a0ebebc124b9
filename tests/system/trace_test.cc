// A real day's load through the real binary: the hours around a football match of 1998.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>

#include "scaler/model/capacity.h"
#include "tests/fakes/ec2_answers.h"
#include "tests/support/paths.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

const std::string kTrace = SourcePath("../shared/traces/wc98.csv");
constexpr int kFrom = 61661 * 60;  // seconds since the trace's start; the match begins at 61715
constexpr int kUntil = 62021 * 60;
constexpr int kEvery = 4 * 60;
constexpr double kRequestsPerHost = 46'000;  // a minute; the peak needs 4.99 hosts
constexpr std::int64_t kMaxHosts = 4;

// The load in hosts; empty when the trace is not here.
std::vector<double> ReadTrace() {
  std::vector<double> load;
  std::ifstream file(kTrace);
  for (std::string line; std::getline(file, line);) {
    const std::size_t comma = line.find(',');
    const double time = std::strtod(line.c_str(), nullptr);
    if (comma == std::string::npos || line[0] == '#' || time < kFrom || time >= kUntil) continue;
    if (std::fmod(time, kEvery) != std::fmod(kFrom, kEvery)) continue;
    load.push_back(std::strtod(line.c_str() + comma + 1, nullptr) / kRequestsPerHost);
  }
  return load;
}

// Of each host that OpenNebula would give guests.
std::vector<std::int64_t> VcpusOfHosts(Deployment& deployment) {
  std::vector<std::int64_t> vcpus;
  const auto instances = deployment.ec2().instances();
  for (const fakes::OneHostRecord& host : deployment.one().Hosts()) {
    const auto instance = std::find_if(instances.begin(), instances.end(), [&](const auto& i) {
      return i.address == host.name && i.state == "running";
    });
    if (host.state != 2 || instance == instances.end()) continue;
    vcpus.push_back(fakes::FindEc2FakeType(instance->type)->vcpu);
  }
  return vcpus;
}

// Enough, and no host too many.
bool Fits(const std::vector<std::int64_t>& hosts, std::int64_t wanted) {
  std::int64_t sum = 0;
  std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t vcpus : hosts) {
    sum += vcpus;
    smallest = std::min(smallest, vcpus);
  }
  return sum >= wanted && sum - smallest < wanted;
}

TEST(MainJob, FollowsTheHoursAroundAMatch) {
  const std::vector<double> trace = ReadTrace();
  if (trace.empty()) GTEST_SKIP() << "needs " << kTrace;
  DeploymentOptions options;
  options.max_hosts = kMaxHosts;
  Deployment deployment(options);
  int most = 0;
  deployment.always = [&] {
    most = std::max(most, deployment.instances());
    ASSERT_LE(deployment.instances(), kMaxHosts);
  };
  deployment.Start();

  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::int64_t wanted =
        std::min(Scaled({kHostVcpus, 1}, trace[i]).vcpu, kHostVcpus * kMaxHosts);
    deployment.SetLoad(trace[i]);
    deployment.WaitFor("the decision on point " + std::to_string(i),
                       [&] { return deployment.wanted_vcpus() == wanted; });
    const bool is_peak = trace[i] == *std::max_element(trace.begin(), trace.end());
    if (i % 15 != 0 && !is_peak) continue;
    deployment.WaitFor("the fleet of point " + std::to_string(i),
                       [&] { return Fits(VcpusOfHosts(deployment), wanted); });
  }
  EXPECT_EQ(most, kMaxHosts);

  deployment.SetLoad(0);
  deployment.WaitFor("nothing left over", [&] { return deployment.nothing_is_left(); });
  std::set<std::string> tokens;
  for (const fakes::Ec2FakeInstance& instance : deployment.ec2().instances()) {
    EXPECT_TRUE(tokens.insert(instance.client_token).second) << instance.client_token;
  }
  EXPECT_EQ(deployment.events().Gaps(), "");
  EXPECT_EQ(deployment.Stop(), 0);
}

}  // namespace
}  // namespace spillway::testing
