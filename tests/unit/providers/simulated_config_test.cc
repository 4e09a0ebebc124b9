#include "providers/simulated/simulated_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "providers/simulated/simulated_profiles.h"
#include "providers/simulated/simulated_world.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/yaml.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Read {
  ParsedProvider provider;
  std::vector<std::string> errors;
};

Read ReadProvider(const std::string& yaml) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(yaml, lines);
  ConfigDocument document(tree, lines);
  Read read{ParseSimulatedProvider("acme", document.Root()), {}};
  for (const ConfigError& error : document.Errors()) read.errors.push_back(Describe(error));
  return read;
}

class SimulatedConfigTest : public ::testing::Test {
 protected:
  Catalogue OffersOf(const Read& read) { return *read.provider.make(context_)->Offers(); }

  SimulatedLoop loop_{kStart};
  HttpClient http_;
  SimulatedWorld world_{loop_};
  PluginContext context_{loop_, http_, 1, &world_};
};

TEST_F(SimulatedConfigTest, EveryProfileOffersWhatItsRowOfTheMatrixAllows) {
  for (const SimulatedProfile& profile : SimulatedProfiles()) {
    const std::string name(profile.name);
    const Read read = ReadProvider("profile: " + name);
    EXPECT_THAT(read.errors, IsEmpty());
    EXPECT_EQ(read.provider.matrix_kind, name);
    SimulatedWorld world(loop_);
    const Catalogue catalogue = *read.provider.make({loop_, http_, 1, &world})->Offers();
    for (const Offer& offer : catalogue.offers) {
      EXPECT_GT(offer.capacity.vcpu, 0) << offer.id;
      EXPECT_GT(offer.time_to_ready, 0s) << offer.id;
      for (const Hypervisor hypervisor : offer.hypervisors) {
        EXPECT_TRUE(Allows(ProviderMatrix(name), offer.cluster_type, hypervisor)) << offer.id;
      }
    }
  }
}

TEST_F(SimulatedConfigTest, PricesPlacesStockAndQuotaAreAsWritten) {
  const Catalogue catalogue = OffersOf(ReadProvider(R"(
profile: aws
locations: [eu-west-1]
plans: [m6i.large]
price_factor: 1.5
stock: 3
quota_vcpu: 64
)"));
  ASSERT_EQ(catalogue.offers.size(), 1u);
  const Offer& offer = catalogue.offers[0];
  EXPECT_EQ(offer.id, "acme/eu-west-1/m6i.large");
  EXPECT_EQ(offer.country, "IE");
  EXPECT_EQ(offer.price_per_hour, Money::FromDouble(0.144));
  EXPECT_EQ(offer.stock, 3);
  EXPECT_EQ(offer.quota, "acme/vcpu");
  EXPECT_EQ(catalogue.quotas, (std::vector<Quota>{{"acme/vcpu", 64}}));
}

TEST_F(SimulatedConfigTest, RackIsWhatItsOwnerSays) {
  const Catalogue catalogue = OffersOf(ReadProvider(R"(
profile: onprem
locations: [cellar]
stock: 4
site: {country: DE, latitude: 52.5, longitude: 13.4}
machine: {vcpu: 8, memory: 32GiB, price_per_hour: 0.05}
)"));
  const Offer& offer = catalogue.offers.at(0);
  EXPECT_EQ(offer.id, "acme/cellar/rack");
  EXPECT_EQ(offer.cluster_type, ClusterType::kMetal);
  EXPECT_EQ(offer.capacity, (Capacity{8, 32 * 1024}));
  EXPECT_EQ(offer.price_per_hour, Money::FromDouble(0.05));
  EXPECT_EQ(offer.country, "DE");
}

struct BadConfig {
  const char* yaml;
  const char* message;
};

class BadSimulatedConfig : public ::testing::TestWithParam<BadConfig> {};

TEST_P(BadSimulatedConfig, NamesPlaceAndExpectation) {
  const Read read = ReadProvider(GetParam().yaml);
  EXPECT_THAT(::testing::PrintToString(read.errors), HasSubstr(GetParam().message));
  EXPECT_EQ(read.errors.size(), 1u) << ::testing::PrintToString(read.errors);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSimulatedConfig,
    ::testing::Values(
        BadConfig{"profile: azure", "onprem, aws, google, digitalocean, vultr, equinix"},
        BadConfig{"{profile: vultr, locations: [mars]}", "no location \\\"mars\\\", but: fra, ams"},
        BadConfig{"{profile: aws, plans: [m1.tiny]}", "no plan \\\"m1.tiny\\\", but: t3.medium"},
        BadConfig{"{profile: aws, machine: {vcpu: 4}}", "machine (line 1)"},
        BadConfig{"{profile: digitalocean, plays: equinix}", "none is what it plays: metal"},
        BadConfig{"{profile: aws, faults: {ghost: 2}}", "faults.ghost (line 1)"},
        BadConfig{"{profile: aws, faults: {spans: [{fault: rain, until: 1h}]}}",
                  "faults.spans[0].fault"}));

TEST_F(SimulatedConfigTest, ServiceThatIsMadeAgainFindsItsMachines) {
  const Read read = ReadProvider("{profile: digitalocean, plans: [c-2]}");
  MachineSpec spec;
  spec.token = "a";
  spec.owner = "us";
  spec.location = "fra1";
  spec.plan = "c-2";
  ASSERT_TRUE(read.provider.make(context_)->Create(spec));
  EXPECT_EQ(read.provider.make(context_)->List("us")->machines.size(), 1u);
}

}  // namespace
}  // namespace spillway
