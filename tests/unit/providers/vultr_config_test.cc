#include "providers/vultr/vultr_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

struct Read {
  VultrConfig config;
  std::vector<std::string> errors;
};

Read ReadText(const std::string& text) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(text, lines);
  ConfigDocument document(tree, lines);
  const ConfigNode root = document.Root();
  Read read;
  read.config = ReadVultrConfig("vultr", root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) read.errors.push_back(Describe(error));
  return read;
}

TEST(VultrConfiguration, NeedsRegionsAndHasDefaultsForTheRest) {
  const Read read = ReadText("regions: [fra]");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  EXPECT_EQ(read.config.account.name, "vultr");
  EXPECT_EQ(read.config.regions, std::vector<std::string>{"fra"});
  EXPECT_EQ(read.config.os, "Debian 12 x64");
  EXPECT_EQ(read.config.hours_per_month, 672);
  EXPECT_EQ(read.config.most_instances, std::nullopt);
}

TEST(VultrConfiguration, TakesEverythingThatCanBeSaid) {
  const Read read = ReadText(R"(
regions: [fra, ams]
credentials_file: /etc/spillway/vultr.yaml
snapshot: cb676a46-66fd-4dfb-b839-443f2e6c0b60
plans: [vbm-8c-132gb-v2, vc2-4c-8gb]
ssh_keys: [3b8066a7-b438-455a-9688-44afc9a3597f]
firewall_group: 1e6a6c0f-3e0a-4c7b-8f0e-2d1f2a3b4c5d
disks: raid1
hours_per_month: 730
limits: {instances: 25, bare_metals: 0}
prices: {vc2-4c-8gb: 0.07}
endpoint: http://127.0.0.1:8080
)");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  const VultrConfig& config = read.config;
  EXPECT_EQ(config.credentials_file, "/etc/spillway/vultr.yaml");
  EXPECT_EQ(config.snapshot, "cb676a46-66fd-4dfb-b839-443f2e6c0b60");
  EXPECT_EQ(config.plans.size(), 2u);
  EXPECT_EQ(config.ssh_keys.size(), 1u);
  EXPECT_EQ(config.firewall_group, "1e6a6c0f-3e0a-4c7b-8f0e-2d1f2a3b4c5d");
  EXPECT_EQ(config.disks, "raid1");
  EXPECT_EQ(config.hours_per_month, 730);
  EXPECT_EQ(config.MostOf(ClusterType::kVirtual), 25);
  EXPECT_EQ(config.MostOf(ClusterType::kMetal), 0);
  EXPECT_EQ(config.account.prices.at("vc2-4c-8gb"), Money{70'000});
  EXPECT_EQ(config.account.endpoint, "http://127.0.0.1:8080");
  EXPECT_EQ(ReadText("regions: [fra]\nos_id: 2136").config.os_id, 2136);
  EXPECT_EQ(ReadText("regions: [fra]\nos: Ubuntu 24.04").config.os, "Ubuntu 24.04");
}

TEST(VultrConfiguration, TellsWhereTheKeyLiesWithoutUsingIt) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml("regions: [fra]\ncredentials_file: /etc/v.yaml", lines);
  ConfigDocument document(tree, lines);
  const ParsedProvider parsed = ParseVultrProvider("vultr", document.Root());
  const auto sight = [&parsed](const std::optional<std::string>& text) {
    return parsed.sight_credentials({.variable = [](const std::string&) { return std::nullopt; },
                                     .file = [text](const std::string&) { return text; }});
  };
  using State = CredentialSighting::State;
  EXPECT_EQ(sight("api-key: K"), (CredentialSighting{State::kFound, "/etc/v.yaml: api-key"}));
  EXPECT_EQ(sight(std::nullopt),
            (CredentialSighting{State::kMissing, "/etc/v.yaml: cannot be read"}));
}

TEST(VultrConfiguration, NamesThePlaceAndTheExpectationOfEachMistake) {
  const std::pair<std::string, std::string> cases[] = {
      {"os: Debian 12 x64", "regions"},
      {"regions: []", "at least one region"},
      {"regions: [Frankfurt]", "ids of regions such as fra"},
      {"regions: [../account]", "ids of regions such as fra"},
      {"regions: [fra, fra]", "stands twice"},
      {"regions: [fra]\nos_id: 0", "os_id"},
      {"regions: [fra]\nos: Debian 12\nos_id: 2136", "one of os, os_id and snapshot"},
      {"regions: [fra]\nos_id: 2136\nsnapshot: x", "one of os, os_id and snapshot"},
      {"regions: [fra]\nos: \"\"", "name of an operating system"},
      {"regions: [fra]\ndisks: raid5", "raid1, jbod, none"},
      {"regions: [fra]\nhours_per_month: 0", "from 1 to 744"},
      {"regions: [fra]\nlimits: {instances: -1}", "limits.instances"},
      {"regions: [fra]\nlimits: {vcpu: 7}", "limits.vcpu"},
      {"regions: [fra]\naddress: private", "expected public"},
      {"regions: [fra]\nendpoint: api.vultr.com", "http:// or https://"},
      {"regions: [fra]\napi_key: secret", "api_key"},
  };
  for (const auto& [text, part] : cases) {
    const Read read = ReadText(text);
    EXPECT_TRUE(std::any_of(
        read.errors.begin(), read.errors.end(),
        [&part = part](const std::string& error) { return error.find(part) != std::string::npos; }))
        << text << " gives " << ::testing::PrintToString(read.errors);
  }
}

}  // namespace
}  // namespace spillway
