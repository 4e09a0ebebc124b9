#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/simulated/simulated_world.h"
#include "scaler/app/app_config.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/support/paths.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;

TEST(DemoConfig, IsReadAndBurstsFromAMetalRackOntoThreeVirtualClouds) {
  const ReadConfigResult read = ReadConfigFile(SourcePath("config/demo.yaml"));
  for (const ConfigError& error : read.errors) ADD_FAILURE() << Describe(error);
  ASSERT_TRUE(read.config.has_value());

  const ClusterSpec& cluster = read.config->clusters.at(0);
  std::vector<std::string> rungs;
  for (const PoolSpec& pool : cluster.ladder) {
    rungs.push_back(pool.provider + " " + std::string(Name(pool.cluster_type)));
  }
  EXPECT_THAT(rungs,
              ElementsAre("rack metal", "vultr virtual", "digitalocean virtual", "aws virtual"));
}

TEST(DemoConfig, EveryRungHasOffersThatTheClusterMayUse) {
  const ReadConfigResult read = ReadConfigFile(SourcePath("config/demo.yaml"));
  ASSERT_TRUE(read.config.has_value());
  const ClusterSpec& cluster = read.config->clusters.at(0);
  SimulatedLoop loop(kStart);
  HttpClient http;
  SimulatedWorld world(loop);
  for (const PoolSpec& pool : cluster.ladder) {
    const auto provider = read.config->providers.at(pool.provider).make({loop, http, 1, &world});
    const Catalogue catalogue = *provider->Offers();
    int usable = 0;
    for (const Offer& offer : catalogue.offers) {
      const bool is_near =
          EstimatedRoundTrip(*cluster.location, *offer.coordinates) <= *cluster.max_latency;
      const bool is_here = pool.location.empty() || pool.location == offer.location;
      if (is_near && is_here && offer.cluster_type == pool.cluster_type &&
          InJurisdiction(offer.country, cluster.jurisdiction)) {
        ++usable;
      }
    }
    EXPECT_GT(usable, 0) << pool.name;
  }
}

}  // namespace
}  // namespace spillway
