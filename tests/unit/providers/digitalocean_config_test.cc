#include "providers/digitalocean/digitalocean_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

struct Read {
  DigitalOceanConfig config;
  std::vector<std::string> errors;
};

Read ReadText(const std::string& text) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(text, lines);
  ConfigDocument document(tree, lines);
  const ConfigNode root = document.Root();
  Read read;
  read.config = ReadDigitalOceanConfig("do", root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) read.errors.push_back(Describe(error));
  return read;
}

TEST(DigitalOceanConfiguration, NeedsARegionAndAKeyAndHasDefaultsForTheRest) {
  const Read read = ReadText("regions: [fra1]\nssh_keys: [289794]");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  EXPECT_EQ(read.config.places, (std::vector<DigitalOceanPlace>{{"fra1", ""}}));
  EXPECT_EQ(read.config.ssh_keys, std::vector<std::string>{"289794"});
  EXPECT_EQ(read.config.image, "debian-12-x64");
  EXPECT_EQ(read.config.account.name, "do");
  EXPECT_TRUE(read.config.account.public_address);
  EXPECT_EQ(read.config.account.create_budget, (CreateBudget{0.4, 10, 20}));
}

TEST(DigitalOceanConfiguration, TakesEverythingThatCanBeSaid) {
  const Read read = ReadText(R"(
regions:
  - {region: ams3, vpc_uuid: 5a4981aa-9653-4bd1-bef5-d6bff52042e4}
  - xyz1
ssh_keys: ["3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45"]
image: 7555620
sizes: [c-2]
address: private
ipv6: true
monitoring: true
prices: {c-2: 0.06, ams3/c-2: 0.07}
create_budget: {per_second: 0.1, burst: 2, in_flight: 4}
parallel_calls: 8
call_time_limit: 10s
context: edge
endpoint: http://127.0.0.1:8080
)");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  const DigitalOceanConfig& config = read.config;
  EXPECT_EQ(config.places, (std::vector<DigitalOceanPlace>{
                               {"ams3", "5a4981aa-9653-4bd1-bef5-d6bff52042e4"}, {"xyz1", ""}}));
  EXPECT_EQ(config.image, "7555620");
  EXPECT_EQ(config.sizes, std::vector<std::string>{"c-2"});
  EXPECT_FALSE(config.account.public_address);
  EXPECT_TRUE(config.ipv6);
  EXPECT_TRUE(config.monitoring);
  EXPECT_EQ(config.account.prices.at("ams3/c-2"), Money{70'000});
  EXPECT_EQ(config.account.create_budget, (CreateBudget{0.1, 2, 4}));
  EXPECT_EQ(config.account.call_time_limit, std::chrono::seconds(10));
  EXPECT_EQ(config.context, "edge");
}

TEST(DigitalOceanConfiguration, NamesThePlaceAndTheExpectationOfEachMistake) {
  const std::pair<std::string, std::string> cases[] = {
      {"ssh_keys: [1]", "is required: a list with at least one region"},
      {"regions: []\nssh_keys: [1]", "regions (line 1): is required"},
      {"regions: [frankfurt]\nssh_keys: [1]", "expected a region such as fra1"},
      {"regions: [{vpc_uuid: x}]\nssh_keys: [1]", "regions[0].region"},
      {"regions: [{region: fra1, vpc_uuid: x}]\nssh_keys: [1]", "expected the UUID of a VPC"},
      {"regions: [{region: fra1, zone: a}]\nssh_keys: [1]", "zone"},
      {"regions: [fra1, {region: fra1}]\nssh_keys: [1]", "\"fra1\" stands twice"},
      {"regions: [7]\nssh_keys: [1]", "regions[0]"},
      {"regions: [fra1]", "root password by e-mail"},
      {"regions: [fra1]\nssh_keys: [me]", "ssh_keys[0]"},
      {"regions: [fra1]\nssh_keys: [0]", "expected the number of a key"},
      {"regions: [fra1]\nssh_keys: [1]\nimage: \"\"", "expected the slug or the number"},
      {"regions: [fra1]\nssh_keys: [1]\nendpoint: api.example", "http:// or https://"},
      {"regions: [fra1]\nssh_keys: [1]\nprices: {c-2: 0}", "prices.c-2"},
      {"regions: [fra1]\nssh_keys: [1]\ntoken: dop_v1_x", "token"},
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
