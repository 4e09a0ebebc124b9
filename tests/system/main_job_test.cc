// The main job through the real binary: a peak on the bus becomes hypervisor hosts, and they go
// again.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

constexpr int kDisabled = 4;  // OpenNebula's number

std::vector<std::string> StatesOf(BusEvents& events, const std::string& host) {
  std::vector<std::string> states;
  for (const nlohmann::json& event : events.Of("spillway/1/hosts/edge")) {
    if (event.at("host") == host) states.push_back(event.at("state"));
  }
  states.erase(std::unique(states.begin(), states.end()), states.end());
  return states;
}

std::size_t DisabledHosts(const fakes::OpenNebula& one) {
  const auto hosts = one.Hosts();
  return static_cast<std::size_t>(std::count_if(
      hosts.begin(), hosts.end(), [](const auto& host) { return host.state == kDisabled; }));
}

TEST(MainJob, APeakBurstsOntoTheCloudAndComesHomeAgain) {
  // Guests move only when the test says so.
  DeploymentOptions options;
  options.one.step_every_time = std::chrono::milliseconds(0);
  Deployment deployment(options);
  fakes::OpenNebula& one = deployment.one();
  deployment.Start();

  // The peak.
  deployment.SetLoad(3);
  deployment.WaitFor("three hosts in OpenNebula", [&] { return one.Hosts().size() == 3; });
  EXPECT_EQ(deployment.instances(), 3);
  one.Advance();
  EXPECT_EQ(deployment.monitored(), 3);
  deployment.WaitFor("three ready hosts in /metrics",
                     [&] { return deployment.Metric("spillway_hosts", "state=\"ready\"") == 3; });
  EXPECT_EQ(deployment.Get("/readyz").status, 200);
  EXPECT_EQ(deployment.Get("/healthz").status, 200);
  EXPECT_GT(deployment.Metric("spillway_cluster_spent_month"), 0);
  const auto decisions = deployment.events().Of("spillway/1/decisions/edge");
  EXPECT_TRUE(std::any_of(decisions.begin(), decisions.end(), [](const auto& decision) {
    return decision.at("verdict") == "grow" && decision.at("plan").at("take").size() == 1;
  }));
  for (const fakes::Ec2FakeInstance& instance : deployment.ec2().instances()) {
    EXPECT_EQ(instance.tags.at("spillway:token"), instance.client_token);
    EXPECT_EQ(instance.type, "c5.metal");
  }
  for (const fakes::OneHostRecord& host : one.Hosts()) {
    EXPECT_EQ(host.driver, "kvm");
    EXPECT_EQ(host.attributes.at("BURST"), "yes");
    one.AddGuest({.host = host.id});
  }

  // It is over: two hosts go, and their guests move to the third first.
  deployment.SetLoad(1);
  deployment.WaitFor("two disabled hosts", [&] { return DisabledHosts(one) == 2; });
  deployment.WaitFor("guests on their way", [&] {
    const auto guests = one.Guests();
    return std::count_if(guests.begin(), guests.end(),
                         [](const auto& guest) { return guest.target >= 0; }) == 2;
  });
  EXPECT_EQ(deployment.instances(), 3);
  for (int step = 0; step < 3; ++step) one.Advance();
  deployment.WaitFor("one host",
                     [&] { return one.Hosts().size() == 1 && deployment.instances() == 1; });
  EXPECT_EQ(one.Guests().size(), 3u);
  for (const fakes::OneGuest& guest : one.Guests()) {
    EXPECT_EQ(guest.host, one.Hosts()[0].id);
    EXPECT_EQ(guest.lcm_state, 3);  // RUNNING
  }

  // An operator looks.
  const std::string store = deployment.store_path();
  for (const char* command : {"status", "hosts"}) {
    const Finished text = deployment.Command({command, "--store", store});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_NE(text.out.find("ready"), std::string::npos) << text.out;
    const Finished json = deployment.Command({command, "--store", store, "--output", "json"});
    EXPECT_TRUE(nlohmann::json::accept(json.out)) << json.out;
  }
  const Finished explained = deployment.Command({"explain", "latest", "--store", store});
  EXPECT_EQ(explained.exit_code, 0) << explained.err;
  EXPECT_NE(explained.out.find("load is 1, the target is 1 a host"), std::string::npos)
      << explained.out;
  const Finished json =
      deployment.Command({"explain", "latest", "--store", store, "--output", "json"});
  EXPECT_TRUE(nlohmann::json::accept(json.out)) << json.out;

  // The night.
  for (const fakes::OneGuest& guest : one.Guests()) one.RemoveGuest(guest.id);
  deployment.SetLoad(0);
  deployment.WaitFor("nothing left over", [&] { return deployment.nothing_is_left(); });
  deployment.WaitFor("the last host's last event", [&] {
    const auto hosts = deployment.events().Of("spillway/1/hosts/edge");
    return std::count_if(hosts.begin(), hosts.end(),
                         [](const auto& host) { return host.at("state") == "gone"; }) == 3;
  });
  const std::vector<std::string> life = {"requested", "creating", "booting",  "configuring",
                                         "enrolling", "ready",    "cordoned", "draining",
                                         "removing",  "gone"};
  for (const nlohmann::json& host : deployment.StoredHosts()) {
    EXPECT_EQ(host.at("state"), "gone");
    EXPECT_EQ(StatesOf(deployment.events(), host.at("id")), life);
  }
  EXPECT_EQ(deployment.events().Gaps(), "");
  EXPECT_EQ(deployment.Stop(), 0);
}

}  // namespace
}  // namespace spillway::testing
