#include <gtest/gtest.h>

#include "providers/google/google_config.h"
#include "providers/google/google_prices.h"
#include "providers/google/google_regions.h"

namespace spillway {
namespace {

const GoogleMachineType kE2 = {.name = "e2-standard-4", .vcpu = 4, .memory_mib = 16384};
const GoogleDisk kNoDisk = {.gib = 0};

std::optional<Money> PriceOf(std::string_view zone, const GoogleMachineType& type) {
  return GooglePricePerHour(zone, type, kNoDisk, false, {});
}

TEST(GooglePrices, AreMadeOfProcessorsMemoryDiskAndAddress) {
  // 4 x 0.021811 + 16 x 0.002923
  EXPECT_EQ(PriceOf("us-central1-a", kE2), Money{134'012});
  EXPECT_EQ(GooglePricePerHour("us-central1-a", kE2, kNoDisk, true, {}), Money{139'012});
  // 73 GiB for 0.10 a month of 730 hours: 0.01 an hour.
  EXPECT_EQ(GooglePricePerHour("us-central1-a", kE2, {73, "pd-balanced"}, false, {}),
            Money{144'012});
  // A type of disk that is not listed costs as much as the dearest.
  EXPECT_EQ(GooglePricePerHour("us-central1-a", kE2, {73, "hyperdisk-balanced"}, false, {}),
            GooglePricePerHour("us-central1-a", kE2, {73, "pd-ssd"}, false, {}));
}

TEST(GooglePrices, OfSharedCoresAreForTheirPartOfAProcessor) {
  const std::pair<GoogleMachineType, Money> rows[] = {
      {{.name = "e2-micro", .vcpu = 2, .memory_mib = 1024}, Money{8'376}},
      {{.name = "e2-small", .vcpu = 2, .memory_mib = 2048}, Money{16'752}},
      {{.name = "e2-medium", .vcpu = 2, .memory_mib = 4096}, Money{33'503}},
  };
  for (const auto& [type, price] : rows) EXPECT_EQ(PriceOf("us-central1-a", type), price);
}

TEST(GooglePrices, OfDearerRegionsAreNeverBelowTheTable) {
  EXPECT_EQ(PriceOf("us-east1-b", kE2), PriceOf("us-central1-a", kE2));
  EXPECT_EQ(PriceOf("europe-west3-a", kE2), Money{201'018});
  EXPECT_EQ(PriceOf("southamerica-east1-a", kE2), Money{234'521});
}

TEST(GooglePrices, TheMostSpecialOverrideWinsAndIsTakenAsItIs) {
  const PriceOverrides overrides = {{"e2-standard-4", Money{7}},
                                    {"europe-west3-a/e2-standard-4", Money{9}}};
  EXPECT_EQ(GooglePricePerHour("europe-west3-a", kE2, {}, true, overrides), Money{9});
  EXPECT_EQ(GooglePricePerHour("europe-west3-b", kE2, {}, true, overrides), Money{7});
}

TEST(GooglePrices, AreUnknownForWhatHasMoreThanProcessorsAndMemory) {
  for (const char* name : {"x9-standard-4", "c3-standard-4-lssd", "c3-standard-192-metal",
                           "n1-megamem-96", "a2-highgpu-1g", "e2-custom-2-4096", "e2", ""}) {
    EXPECT_FALSE(HasGoogleRate(name)) << name;
    EXPECT_EQ(PriceOf("us-central1-a", {.name = name, .vcpu = 4, .memory_mib = 4096}),
              std::nullopt);
  }
  for (const char* name : {"e2-micro", "n1-highmem-8", "n2-highcpu-80", "c2-standard-60"}) {
    EXPECT_TRUE(HasGoogleRate(name)) << name;
  }
}

TEST(GoogleRegions, SayWhereDataWouldBe) {
  const GoogleRegion* frankfurt = FindGoogleRegion("europe-west3");
  ASSERT_NE(frankfurt, nullptr);
  EXPECT_EQ(frankfurt->country, "DE");
  EXPECT_DOUBLE_EQ(frankfurt->coordinates.latitude, 50.1);
  EXPECT_EQ(FindGoogleRegion("europe-west99"), nullptr);
}

TEST(GoogleRegions, AreFoundInTheNamesOfTheirZones) {
  const std::pair<const char*, const char*> rows[] = {
      {"europe-west3-a", "europe-west3"},
      {"northamerica-northeast2-c", "northamerica-northeast2"},
      {"us-central1-ai1a", "us-central1"},
      {"europe-west3", ""},
      {"frankfurt", ""},
      {"europe-west3-", ""},
      {"europe-west3-a/../b", ""},
      {"europe-west-a", ""},
      {"", ""}};
  for (const auto& [zone, region] : rows) EXPECT_EQ(GoogleRegionOf(zone), region) << zone;
}

TEST(GoogleTypes, AreArmByTheirName) {
  for (const char* type : {"t2a-standard-4", "c4a-highmem-8", "n4a-standard-2"}) {
    EXPECT_TRUE(IsGoogleArmType(type)) << type;
  }
  for (const char* type : {"e2-standard-4", "n2d-standard-4", "c3d-highcpu-8", "a2-highgpu-1g"}) {
    EXPECT_FALSE(IsGoogleArmType(type)) << type;
  }
}

TEST(GoogleNames, AreWhatMayStandInAPathOrALabel) {
  for (const char* name : {"a", "edge-1", "edge-deployment-0123456789abcdef0123"}) {
    EXPECT_TRUE(IsGoogleName(name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("1edge"), std::string("edge-"), std::string("Edge"),
        std::string("a/b"), std::string("a_b"), std::string(64, 'a')}) {
    EXPECT_FALSE(IsGoogleName(name)) << name;
  }
  EXPECT_TRUE(IsGoogleLabelValue("1_a-"));
  EXPECT_FALSE(IsGoogleLabelValue("a.b"));
  EXPECT_TRUE(IsGoogleProject("edge-burst"));
  EXPECT_TRUE(IsGoogleProject("example.com:edge-burst"));
  EXPECT_FALSE(IsGoogleProject("edge/../burst"));
}

}  // namespace
}  // namespace spillway
