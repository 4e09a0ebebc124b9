#include "scaler/app/app_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/support/paths.h"
#include "tests/support/surroundings.h"

namespace spillway {
namespace {

using testing::SourcePath;

std::string Read(const std::string& name) {
  std::ifstream file(SourcePath("config/") + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Told(const std::vector<ConfigError>& errors) {
  std::string text;
  for (const ConfigError& error : errors) text += Describe(error) + "\n";
  return text;
}

// config/minimal.yaml with `from` replaced by `to`.
std::string Minimal(const std::string& from, const std::string& to) {
  std::string text = Read("minimal.yaml");
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(AppConfig, WhatIsShippedIsGood) {
  for (const char* file : {"spillway.yaml", "minimal.yaml", "demo.yaml"}) {
    const ReadConfigResult read = ReadConfigFile(SourcePath("config/") + file);
    EXPECT_TRUE(read.config) << file << ":\n" << Told(read.errors);
  }
}

TEST(AppConfig, WithoutTlsTheApiListensElsewhereOnlyWhenThatIsMeant) {
  const auto with = [](const std::string& serve) {
    return Told(ReadConfig(Minimal("version: 1", "version: 1\nserve: {" + serve + "}")).errors);
  };
  EXPECT_EQ(with("address: 127.0.0.2"), "");
  EXPECT_EQ(with("address: \"::1\""), "");
  EXPECT_EQ(with("address: 0.0.0.0, plain_text: true"), "");
  EXPECT_EQ(with("address: 0.0.0.0, tls: {certificate: api.pem, key: api.key}"), "");
  EXPECT_NE(with("address: 0.0.0.0, tls: {certificate: api.pem}").find("serve.tls.key"),
            std::string::npos);
  for (const char* address : {"0.0.0.0", "192.0.2.1", "\"::\""}) {
    EXPECT_NE(with(std::string("address: ") + address).find("serve.address (line "),
              std::string::npos)
        << address;
  }
}

TEST(AppConfig, EachMistakeIsToldWithItsPlaceAndWhatWasExpected) {
  struct Row {
    const char* from;
    const char* to;
    const char* expected;
  };
  const Row rows[] = {
      {"max: 5", "max: ten", "clusters[0].limits.hosts.max (line 15): expected an integer"},
      {"min: 0", "min: 7",
       "clusters[0].limits.hosts.min (line 15): expected at most max, 5, got 7"},
      {"registrar: lab", "registrar: labs", "expected one of the names under registrars"},
      {"provider: lab,", "provider: lap,", "expected one of the providers (lab), got \"lap\""},
      {"version: 1", "version: 2", "expected 1, the only version"},
      {"name: edge", "name: Edge One", "lower-case letters"},
      {"type: target_tracking", "type: tracking", "target_tracking"},
      {"hypervisor: lxc", "hypervizor: lxc", "hypervizor"},
      {"host_size: {vcpu: 4,", "host_size: {vcpu: 0,", "expected vcpu and memory above 0"},
      {"version: 1", "version: [", "line"},
      {"version: 1", "version: 1\nserve: {history: {step: 10ms}}", "serve.history.step (line "},
      {"version: 1", "version: 1\nserve: {history: {keep: 1s}}", "of 10s or more"},
  };
  for (const Row& row : rows) {
    const ReadConfigResult read = ReadConfig(Minimal(row.from, row.to));
    EXPECT_FALSE(read.config) << row.to;
    EXPECT_NE(Told(read.errors).find(row.expected), std::string::npos) << row.to << " gave:\n"
                                                                       << Told(read.errors);
  }
}

TEST(AppConfig, AllMistakesComeAtOnce) {
  std::string text = Minimal("max: 5", "max: ten");
  text.replace(text.find("host_size"), 9, "hostsize");
  EXPECT_GE(ReadConfig(text).errors.size(), 3u) << Told(ReadConfig(text).errors);
}

TEST(AppConfig, OutsideTheMatrixNothingStartsAndWhatIsPossibleIsSaid) {
  struct Row {
    const char* workload;
    const char* hypervisor;
    const char* profile;
    const char* expected;  // nullptr: it is allowed
  };
  const Row rows[] = {
      {"application_containers", "lxc", "digitalocean", nullptr},
      {"virtual_servers", "kvm", "digitalocean",
       "kvm on digitalocean for virtual_servers is not possible: digitalocean has virtual: lxc"},
      {"kubernetes", "lxc", "aws", "kubernetes run on metal: kvm, firecracker"},
      {"application_containers", "firecracker", "google", "google has virtual: lxc"},
      {"kubernetes", "firecracker", "equinix", nullptr},
      {"virtual_servers", "lxc", "aws", nullptr},
      {"virtual_servers", "lxc", "google", "virtual_servers run on metal: kvm, lxc"},
  };
  for (const Row& row : rows) {
    std::string text = Minimal("application_containers", row.workload);
    text.replace(text.find("hypervisor: lxc"), 15, std::string("hypervisor: ") + row.hypervisor);
    text.replace(text.find("digitalocean"), 12, row.profile);
    const ReadConfigResult read = ReadConfig(text);
    EXPECT_EQ(read.config.has_value(), row.expected == nullptr)
        << row.workload << " " << row.hypervisor << " " << row.profile << ":\n"
        << Told(read.errors);
    if (row.expected == nullptr) continue;
    EXPECT_NE(Told(read.errors).find(row.expected), std::string::npos) << Told(read.errors);
  }
}

TEST(AppConfig, AProviderWithMistakesIsStillCheckedAgainstTheMatrix) {
  std::string text = Minimal("type: simulated, profile: digitalocean", "type: digitalocean");
  text.replace(text.find("application_containers"), 22, "virtual_servers");
  text.replace(text.find("hypervisor: lxc"), 15, "hypervisor: kvm");
  const std::string told = Told(ReadConfig(text).errors);
  EXPECT_NE(told.find("providers.lab.regions"), std::string::npos) << told;
  EXPECT_NE(told.find("kvm on digitalocean"), std::string::npos) << told;
}

TEST(AppConfig, FilesOfProvidersAreReadWhenTheyAreGiven) {
  const std::string text = Minimal("type: simulated, profile: digitalocean",
                                   "type: onprem, state: /var/lib/rack, inventory: /etc/rack.yaml");
  EXPECT_TRUE(ReadConfig(text).config) << Told(ReadConfig(text).errors);
  const Surroundings files =
      testing::SurroundingsOf({}, {{"/etc/rack.yaml", "sites: {fra: {country: Germany}}\n"}});
  const ReadConfigResult read = ReadConfig(text, &files);
  EXPECT_FALSE(read.config);
  const std::string told = Told(read.errors);
  for (const char* part :
       {"providers.lab.inventory (line ", "/etc/rack.yaml: sites.fra.country "}) {
    EXPECT_NE(told.find(part), std::string::npos) << told;
  }
}

TEST(AppConfig, AProviderOfATypeThatIsNotThereIsToldOnce) {
  const ReadConfigResult read =
      ReadConfig(Minimal("type: simulated, profile: digitalocean", "type: nimbus"));
  ASSERT_EQ(read.errors.size(), 1u) << Told(read.errors);
  EXPECT_EQ(read.errors[0].path, "providers.lab.type");
}

TEST(AppConfig, TwoPossibleHostTypesMustBeToldApart) {
  std::string text = Minimal("profile: digitalocean", "profile: aws");
  EXPECT_NE(Told(ReadConfig(text).errors).find("cluster_type is required here"), std::string::npos);
}

TEST(AppConfig, APolicyOfAnotherProcessNeedsAnAddressWhereItIsServed) {
  const std::string with = Minimal(
      "    policies:\n",
      "    policies:\n"
      "      - {name: ahead, type: remote, fallback: {name: reserve, type: manual, hosts: 1}}\n");
  const std::vector<ConfigError> errors = ReadConfig(with).errors;
  ASSERT_EQ(errors.size(), 1u) << Told(errors);
  EXPECT_EQ(errors[0].path, "bus.policies");
  EXPECT_NE(errors[0].message.find("is required for the policy ahead"), std::string::npos);
  std::string served = with;
  served.replace(served.find("bus: {"), 6, "bus: {policies: {bind: [\"tcp://127.0.0.1:*\"]}, ");
  const ReadConfigResult read = ReadConfig(served);
  ASSERT_TRUE(read.config) << Told(read.errors);
  EXPECT_EQ(read.config->conversations.size(), 1u);
}

}  // namespace
}  // namespace spillway
