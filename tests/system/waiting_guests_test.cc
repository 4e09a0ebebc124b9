// Guests that OpenNebula cannot place, through the real binary: those that a host helps get one.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

fakes::OneGuest OfVcpus(std::int64_t vcpus) {
  fakes::OneGuest guest;
  guest.cpu_percent = vcpus * 100;
  return guest;
}

bool IsWaiting(const fakes::OpenNebula& one, int id) {
  const auto guests = one.Guests();
  return std::any_of(guests.begin(), guests.end(),
                     [id](const auto& guest) { return guest.id == id && guest.state == 1; });
}

TEST(WaitingGuests, GetTheHostsThatHoldThemAndNoMore) {
  DeploymentOptions options;
  options.policies = {"{name: waiting, type: waiting_guests, settle: 2s}"};
  options.instance_types = "c5.metal";  // 96 vCPU
  Deployment deployment(options);
  fakes::OpenNebula& one = deployment.one();
  const int from_before = one.AddWaitingGuest(OfVcpus(1), 1);
  deployment.SetLoad(0);
  deployment.Start();
  deployment.WaitFor("the cluster with its datastore", [&] {
    const auto clusters = one.Clusters();
    return std::any_of(clusters.begin(), clusters.end(), [](const auto& cluster) {
      return cluster.name == "edge" && !cluster.datastores.empty();
    });
  });
  fakes::OneGuest leaseless = OfVcpus(1);
  leaseless.obstacle = "[VNET] Unavailable leases on vnets: 4";
  const int without_lease = one.AddWaitingGuest(leaseless, 1);
  const int too_large = one.AddWaitingGuest(OfVcpus(97), 1);
  deployment.Pass(std::chrono::milliseconds(1500));
  EXPECT_EQ(deployment.instances(), 0) << "no host would help any of these";

  // Two of 40 vCPU fit into a host, three do not.
  std::vector<int> guests;
  for (int i = 0; i < 3; ++i) guests.push_back(one.AddWaitingGuest(OfVcpus(40), 1));
  deployment.always = [&] { ASSERT_LE(deployment.instances(), 2); };
  deployment.WaitFor("places for all three", [&] {
    return std::none_of(guests.begin(), guests.end(), [&](int id) { return IsWaiting(one, id); });
  });
  deployment.Pass(std::chrono::milliseconds(3000));
  EXPECT_EQ(deployment.instances(), 2);
  for (const int id : {from_before, without_lease, too_large}) EXPECT_TRUE(IsWaiting(one, id));

  const Finished told = deployment.Command(
      {"explain", "latest", "--store", deployment.store_path(), "--output", "json"});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  for (const char* why : {"deploy it there by hand", "Unavailable leases", "97 vCPU"}) {
    EXPECT_NE(told.out.find(why), std::string::npos) << told.out;
  }
}

}  // namespace
}  // namespace spillway::testing
