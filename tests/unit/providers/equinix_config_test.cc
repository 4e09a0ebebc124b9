#include "providers/equinix/equinix_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;

struct Read {
  EquinixConfig config;
  std::vector<std::string> errors;
};

Read ReadText(const std::string& text) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(text, lines);
  ConfigDocument document(tree, lines);
  const ConfigNode root = document.Root();
  Read read;
  read.config = ReadEquinixConfig("metal", root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) read.errors.push_back(Describe(error));
  return read;
}

TEST(EquinixConfiguration, NeedsAMetroAndHasDefaultsForTheRest) {
  const Read read = ReadText("metros: [fr]");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  EXPECT_EQ(read.config.account.name, "metal");
  EXPECT_EQ(read.config.account.endpoint, "");
  EXPECT_EQ(read.config.metros, std::vector<std::string>{"fr"});
  EXPECT_EQ(read.config.operating_system, "ubuntu_24_04");
  EXPECT_EQ(read.config.terminate_after, std::nullopt);
}

TEST(EquinixConfiguration, TakesEverythingThatCanBeSaid) {
  const Read read = ReadText(R"(
endpoint: https://metal.example/metal/v1
ca_file: /etc/spillway/ca.pem
project: 6f0b6f0e-5b1c-4b8e-9d3a-000000000001
credentials_file: /etc/spillway/metal.yaml
metros: [fr, am]
plans: [c3.small.x86, p9.private.x86]
operating_system: debian_12
project_ssh_keys: [key-1]
user_ssh_keys: [key-2]
vcpu: {p9.private.x86: 48}
device_quota: 10
terminate_after: 30d
address: private
prices: {p9.private.x86: 3.5, fr/c3.small.x86: 0.9}
create_budget: {per_second: 0.5, burst: 2, in_flight: 4}
parallel_calls: 8
call_time_limit: 10s
)");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  const EquinixConfig& config = read.config;
  EXPECT_EQ(config.account.endpoint, "https://metal.example/metal/v1");
  EXPECT_FALSE(config.account.public_address);
  EXPECT_EQ(config.ca_file, "/etc/spillway/ca.pem");
  EXPECT_EQ(config.account.prices.at("fr/c3.small.x86"), Money{900'000});
  EXPECT_EQ(config.account.create_budget, (CreateBudget{0.5, 2, 4}));
  EXPECT_EQ(config.account.parallel_calls, 8);
  EXPECT_EQ(config.account.call_time_limit, 10s);
  EXPECT_EQ(config.access.file, "/etc/spillway/metal.yaml");
  EXPECT_EQ(config.access.project, "6f0b6f0e-5b1c-4b8e-9d3a-000000000001");
  EXPECT_EQ(config.metros, (std::vector<std::string>{"fr", "am"}));
  EXPECT_EQ(config.plans, (std::vector<std::string>{"c3.small.x86", "p9.private.x86"}));
  EXPECT_EQ(config.operating_system, "debian_12");
  EXPECT_EQ(config.project_ssh_keys, std::vector<std::string>{"key-1"});
  EXPECT_EQ(config.user_ssh_keys, std::vector<std::string>{"key-2"});
  EXPECT_EQ(config.vcpu.at("p9.private.x86"), 48);
  EXPECT_EQ(config.device_quota, 10);
  EXPECT_EQ(config.terminate_after, 720h);
}

TEST(EquinixConfiguration, NamesThePlaceAndTheExpectationOfEachMistake) {
  const std::pair<std::string, std::string> cases[] = {
      {"project: x", "is required: a list with at least one metro"},
      {"metros: []", "is required: a list with at least one metro"},
      {"metros: [Frankfurt]", "expected the code of a metro such as fr, got \"Frankfurt\""},
      {"metros: [fr/../x]", "expected the code of a metro"},
      {"metros: [fr, am, fr]", "\"fr\" stands twice"},
      {"metros: [fr]\nendpoint: metal.example", "http:// or https://"},
      {"metros: [fr]\nvcpu: {c3.small.x86: 0}", "of 1 or more"},
      {"metros: [fr]\nterminate_after: 5m", "of 1h or more"},
      {"metros: [fr]\naddress: none", "one of public, private"},
      {"metros: [fr]\ntoken: abc", "token"},
      {"metros: [fr]\ncolour: red", "colour"},
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
