#include "providers/google/google_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

struct Read {
  GoogleConfig config;
  std::vector<std::string> errors;
};

Read ReadText(const std::string& text) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(text, lines);
  ConfigDocument document(tree, lines);
  const ConfigNode root = document.Root();
  Read read;
  read.config = ReadGoogleConfig("google", root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) read.errors.push_back(Describe(error));
  return read;
}

TEST(GoogleConfiguration, NeedsAZoneAndHasDefaultsForTheRest) {
  const Read read = ReadText("zones: [{zone: europe-west3-a}]");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  ASSERT_EQ(read.config.places.size(), 1u);
  EXPECT_EQ(read.config.places[0].zone, "europe-west3-a");
  EXPECT_EQ(read.config.network, "global/networks/default");
  EXPECT_EQ(read.config.boot_disk, (GoogleDisk{50, "pd-balanced"}));
  EXPECT_TRUE(read.config.account.public_address);
  EXPECT_EQ(read.config.account.create_budget, (CreateBudget{2.0, 5, 20}));
}

TEST(GoogleConfiguration, TakesEverythingThatCanBeSaid) {
  const Read read = ReadText(R"(
project: edge-burst
credentials_file: /etc/spillway/google.json
endpoint: http://127.0.0.1:8080
address: private
image: global/images/edge-lxc-3
image_arm64: projects/p/global/images/family/edge-lxc-arm64
boot_disk_gib: 120
boot_disk_type: pd-ssd
network: edge
network_tags: [edge-host]
ssh_keys: ["ops:ssh-ed25519 AAAA ops@example"]
create_budget: {per_second: 0.5, burst: 2, in_flight: 4}
parallel_calls: 8
call_time_limit: 10s
zones:
  - {zone: europe-west3-a, subnetwork: hosts, machine_types: [x9-standard-4, t2a-standard-4,
     e2-medium]}
  - {zone: us-central1-f, subnetwork: projects/host/regions/us-central1/subnetworks/shared}
prices: {x9-standard-4: 3.5, t2a-standard-4: 0.2, europe-west3-a/e2-standard-4: 0.2}
)");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  const GoogleConfig& config = read.config;
  EXPECT_EQ(config.project, "edge-burst");
  EXPECT_EQ(config.network, "global/networks/edge");
  EXPECT_EQ(config.places.at(0).subnetwork, "regions/europe-west3/subnetworks/hosts");
  EXPECT_EQ(config.places.at(1).subnetwork, "projects/host/regions/us-central1/subnetworks/shared");
  EXPECT_EQ(config.ImageFor("t2a-standard-4"), "projects/p/global/images/family/edge-lxc-arm64");
  EXPECT_EQ(config.ImageFor("n2d-standard-4"), "global/images/edge-lxc-3");
  EXPECT_FALSE(config.account.public_address);
  EXPECT_EQ(config.PriceOf("europe-west3-a", {.name = "e2-standard-4"}), Money{200'000});
  EXPECT_EQ(config.account.create_budget, (CreateBudget{0.5, 2, 4}));
}

TEST(GoogleConfiguration, NamesThePlaceAndTheExpectationOfEachMistake) {
  const std::string zone = "zones: [{zone: europe-west3-a}]\n";
  const std::pair<std::string, std::string> cases[] = {
      {"project: edge-burst", "zones"},
      {"zones: [{subnetwork: x}]", "zones[0].zone"},
      {"zones: [{zone: europe-west3}]", "expected a zone such as europe-west3-a"},
      {"zones: [{zone: frankfurt}]", "expected a zone such as europe-west3-a"},
      {"zones: [{zone: europe-west3-a}, {zone: europe-west3-a}]", "stands twice"},
      {"zones: [{zone: europe-west3-a, machine_types: [x9-standard-4]}]",
       "no price is known for x9-standard-4"},
      {"zones: [{zone: europe-west3-a, machine_types: [c3-standard-192-metal]}]", "bare metal"},
      {"zones: [{zone: europe-west3-a, colour: red}]", "colour"},
      {zone + "project: Edge Burst", "expected the id of a project"},
      {zone + "image: ubuntu", "expected an image such as projects/ubuntu-os-cloud/"},
      {zone + "image_arm64: ubuntu", "image_arm64"},
      {zone + "boot_disk_gib: 5", "from 10 to 65536"},
      {zone + "boot_disk_type: PD SSD", "a type of disk such as pd-balanced"},
      {zone + "network_tags: [Edge_Host]", "network_tags"},
      {zone + "ssh_keys: [\"ssh-ed25519 AAAA\"]", "ssh_keys"},
      {zone + "endpoint: compute.example", "http:// or https://"},
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
