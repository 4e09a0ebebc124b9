// What `spillway run` says when it cannot start: where, what was expected, and by its exit code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using ::testing::HasSubstr;

constexpr int kFailed = 1;
constexpr int kBadConfig = 3;

constexpr const char* kSixMistakes = R"(version: 1
name: bad
store: {type: sqlite, path: "never-made.db", colour: red}
bus:
  inbound: [{socket: pull}]
serve: {port: 99999}
providers:
  ocean: {type: simulated, profile: digitalocean}
registrars:
  one: {type: none}
clusters:
  - name: edge
    workload: virtual_servers
    hypervisor: kvm
    registrar: two
    host_size: {vcpu: 8, memory: 16GiB}
    limits:
      hosts: {min: 5, max: 4}
    policies:
      - {name: by-hand, type: schedule, cron: "0 8 * * *", duration: 1h, kind: floor, hosts: 1}
    ladder:
      - {name: ocean, provider: ocean, max_hosts: 4}
)";

std::string TextOf(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("no " + from + " in\n" + text);
  return text.replace(at, from.size(), to);
}

Finished RunWith(const Deployment& deployment, const std::string& config) {
  return deployment.Command({"run", "--config", config});
}

TEST(Start, ABadConfigurationIsToldAsAWhole) {
  const Deployment deployment;
  const std::string path = deployment.scratch().Write("bad.yaml", kSixMistakes);
  const Finished run = RunWith(deployment, path);
  EXPECT_EQ(run.exit_code, kBadConfig);
  for (const char* place :
       {"store.colour (line 3)", "bus.inbound[0] (line 5)", "serve.port (line 6)",
        "clusters[0].registrar (line 15)", "clusters[0].limits.hosts.min (line 18)", "6 errors"}) {
    EXPECT_THAT(run.err, HasSubstr(place));
  }
  // KVM at DigitalOcean is outside the matrix; what would be possible is said.
  EXPECT_THAT(run.err,
              HasSubstr("clusters[0].ladder[0].provider (line 22): kvm on digitalocean for "
                        "virtual_servers is not possible: digitalocean has virtual: lxc; "
                        "virtual_servers run on metal: kvm, lxc"));
  EXPECT_EQ(deployment.Command({"check-config", path}).err, run.err);
}

TEST(Start, AConfigurationThatCannotBeReadIsNamed) {
  const Deployment deployment;
  for (const std::string& path :
       {std::string("/nowhere/spillway.yaml"), deployment.scratch().path(),
        deployment.scratch().Write("torn.yaml", "clusters: [{name: ")}) {
    const Finished run = RunWith(deployment, path);
    EXPECT_EQ(run.exit_code, kBadConfig) << path;
    EXPECT_THAT(run.err, HasSubstr(path));
  }
}

TEST(Start, ASecondServiceOnTheSameStoreIsRefused) {
  Deployment deployment;
  deployment.Start();
  const Finished second = RunWith(deployment, deployment.config_path());
  EXPECT_EQ(second.exit_code, kFailed);
  EXPECT_THAT(second.err, HasSubstr(deployment.store_path()));
  EXPECT_THAT(second.err, HasSubstr("another writer has the store open (process " +
                                    std::to_string(deployment.service().pid()) + ")"));
  EXPECT_EQ(deployment.Get("/readyz").status, 200);
  EXPECT_EQ(deployment.Stop(), 0);
}

TEST(Start, AnOccupiedPortIsNamed) {
  Deployment deployment;
  deployment.Start();
  const std::string config = Replaced(TextOf(deployment.config_path()), "store.db", "other.db");
  const std::string bus = deployment.inbound_address();
  const std::string bus_path =
      deployment.scratch().Write("bus.yaml", Replaced(config, "tcp://127.0.0.1:*", bus));
  const Finished by_bus = RunWith(deployment, bus_path);
  EXPECT_EQ(by_bus.exit_code, kFailed);
  EXPECT_THAT(by_bus.err, HasSubstr(bus));

  const std::string ec2_port = std::to_string(deployment.ec2().port());
  const std::string serve_path =
      deployment.scratch().Write("serve.yaml", Replaced(config, "port: 0", "port: " + ec2_port));
  const Finished by_http = RunWith(deployment, serve_path);
  EXPECT_EQ(by_http.exit_code, kFailed);
  EXPECT_THAT(by_http.err, HasSubstr("127.0.0.1:" + ec2_port));
  EXPECT_THAT(by_http.err, HasSubstr("in use"));
  EXPECT_EQ(deployment.Stop(), 0);
}

TEST(Start, AMissingPasswordFileIsNamed) {
  const Deployment deployment;
  std::filesystem::remove(deployment.scratch().File("one_auth"));
  const Finished run = RunWith(deployment, deployment.config_path());
  EXPECT_EQ(run.exit_code, kFailed);
  EXPECT_THAT(run.err, HasSubstr(deployment.scratch().File("one_auth")));
  EXPECT_THAT(run.err, HasSubstr("user:password"));
}

}  // namespace
}  // namespace spillway::testing
