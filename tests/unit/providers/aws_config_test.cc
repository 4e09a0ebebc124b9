#include "providers/aws/aws_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

struct Read {
  AwsConfig config;
  std::vector<std::string> errors;
};

Read ReadText(const std::string& text) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(text, lines);
  ConfigDocument document(tree, lines);
  const ConfigNode root = document.Root();
  Read read;
  read.config = ReadAwsConfig("aws", root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) read.errors.push_back(Describe(error));
  return read;
}

TEST(AwsConfiguration, NeedsARegionAndHasDefaultsForTheRest) {
  const Read read = ReadText("regions: [{region: eu-central-1}]");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  ASSERT_EQ(read.config.places.size(), 1u);
  EXPECT_EQ(read.config.places[0].location(), "eu-central-1");
  EXPECT_EQ(read.config.places[0].image, "debian-12");
  EXPECT_EQ(read.config.places[0].image_arm64, "debian-12");
  EXPECT_FALSE(read.config.nested_virtualization);
  EXPECT_TRUE(read.config.account.public_address);
  EXPECT_EQ(read.config.account.create_budget.in_flight, 20);
}

TEST(AwsConfiguration, TakesEverythingThatCanBeSaid) {
  const Read read = ReadText(R"(
profile: edge
endpoint: http://127.0.0.1:4566
metadata_endpoint: http://127.0.0.1:1338
address: private
root_volume_gib: 100
root_device: /dev/xvda
prices: {x9.metal: 3.5, eu-central-1/c5.metal: 4.9}
quota_vcpu: {eu-central-1: 192}
create_budget: {per_second: 0.5, burst: 2, in_flight: 4}
parallel_calls: 8
call_time_limit: 10s
nested_virtualization: true
public_key_file: /keys/ops.pub
regions:
  - {region: eu-central-1, zone: eu-central-1b, image: ami-1, image_arm64: ami-2, subnet: subnet-1,
     security_groups: [sg-1], key_name: me, instance_types: [x9.metal, c7g.metal]}
)");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  const AwsConfig& config = read.config;
  EXPECT_EQ(config.places.at(0).location(), "eu-central-1b");
  EXPECT_EQ(config.places.at(0).ImageFor("c7g.metal"), "ami-2");
  EXPECT_FALSE(config.account.public_address);
  EXPECT_EQ(config.PriceOf(config.places[0], "c5.metal"), Money{4'900'000});
  EXPECT_EQ(config.quota_vcpu.at("eu-central-1"), 192);
  EXPECT_EQ(config.account.create_budget, (CreateBudget{0.5, 2, 4}));
  EXPECT_EQ(config.account.parallel_calls, 8);
  EXPECT_EQ(config.account.call_time_limit, std::chrono::seconds(10));
  EXPECT_TRUE(config.nested_virtualization);
  EXPECT_EQ(config.public_key_file, "/keys/ops.pub");
}

TEST(AwsConfiguration, NamesThePlaceAndTheExpectationOfEachMistake) {
  const std::pair<std::string, std::string> cases[] = {
      {"profile: x", "regions"},
      {"regions: [{image: ami-1}]", "regions[0].region"},
      {"regions: [{region: frankfurt, image: ami-1}]", "expected a region such as eu-central-1"},
      {"regions: [{region: eu-west-1, zone: eu-west-2a, image: ami-1}]", "such as eu-west-1a"},
      {"regions: [{region: eu-west-1, image: debian}]",
       "expected the id of an AMI or one of debian-12"},
      {"regions: [{region: eu-west-1, image: ami-a}, {region: eu-west-1, image: ami-b}]",
       "stands twice"},
      {"regions: [{region: eu-west-1, image: ami-a, instance_types: [x9.metal]}]",
       "no price is known for x9.metal"},
      {"regions: [{region: eu-west-1, image: ami-a, instance_types: [c7g.metal]}]",
       "c7g.metal needs image_arm64"},
      {"endpoint: ec2.example\nregions: [{region: eu-west-1, image: ami-a}]",
       "http:// or https://"},
      {"address: private\nregions: [{region: eu-west-1, image: ami-a}]", "needs a subnet"},
      {"quota_vcpu: {us-east-1: 5}\nregions: [{region: eu-west-1, image: ami-a}]",
       "quota_vcpu.us-east-1"},
      {"regions: [{region: eu-west-1, image: ami-a, colour: red}]", "colour"},
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
