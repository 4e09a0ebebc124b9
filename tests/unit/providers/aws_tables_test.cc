#include <gtest/gtest.h>

#include "providers/aws/aws_config.h"
#include "providers/aws/aws_prices.h"
#include "providers/aws/aws_regions.h"
#include "providers/token_bucket.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using testing::At;
using namespace std::chrono_literals;

TEST(AwsPrices, AreThoseOfTheTableWithVolumeAndAddress) {
  EXPECT_EQ(AwsPricePerHour("us-east-1", "c5.metal", 0, false, {}), Money{4'080'000});
  EXPECT_EQ(AwsPricePerHour("us-east-1", "c5.metal", 0, true, {}), Money{4'085'000});
  // 73 GiB for 0.08 a month of 730 hours: 0.008 an hour.
  EXPECT_EQ(AwsPricePerHour("us-east-1", "t3.nano", 73, false, {}), Money{13'200});
}

TEST(AwsPrices, OfOtherRegionsAreNeverBelowTheTable) {
  EXPECT_EQ(AwsPricePerHour("eu-central-1", "m5.metal", 0, false, {}), Money{6'451'200});
  EXPECT_EQ(AwsPricePerHour("sa-east-1", "m5.metal", 0, false, {}), Money{7'833'600});
}

TEST(AwsPrices, TheMostSpecialOverrideWinsAndIsTakenAsItIs) {
  const PriceOverrides overrides = {{"c5.metal", Money{7}}, {"eu-west-1/c5.metal", Money{9}}};
  EXPECT_EQ(AwsPricePerHour("eu-west-1", "c5.metal", 50, true, overrides), Money{9});
  EXPECT_EQ(AwsPricePerHour("eu-west-2", "c5.metal", 50, true, overrides), Money{7});
}

TEST(AwsPrices, AnUnknownTypeHasNone) {
  EXPECT_EQ(AwsPricePerHour("us-east-1", "x9.giant", 0, false, {}), std::nullopt);
}

TEST(AwsRegions, SayWhereDataWouldBe) {
  const AwsRegion* frankfurt = FindAwsRegion("eu-central-1");
  ASSERT_NE(frankfurt, nullptr);
  EXPECT_EQ(frankfurt->country, "DE");
  EXPECT_DOUBLE_EQ(frankfurt->coordinates.latitude, 50.1);
  EXPECT_EQ(FindAwsRegion("eu-central-9"), nullptr);
}

TEST(AwsRegions, AreFoundInTheNamesOfTheirZones) {
  const std::pair<const char*, const char*> cases[] = {{"eu-central-1", "eu-central-1"},
                                                       {"eu-central-1a", "eu-central-1"},
                                                       {"us-west-2-lax-1a", "us-west-2"},
                                                       {"us-gov-east-1b", "us-gov-east-1"},
                                                       {"ap-southeast-12", "ap-southeast-12"},
                                                       {"frankfurt", ""},
                                                       {"", ""}};
  for (const auto& [location, region] : cases) EXPECT_EQ(AwsRegionOf(location), region) << location;
}

TEST(AwsRegions, HaveAFormThatCannotLeadToAnotherHost) {
  EXPECT_TRUE(IsAwsRegionCode("eu-central-1"));
  for (const char* text : {"", "eu-central-1a", "eu", "eu-central-", "evil.example/eu-central-1",
                           "eu-central-1.evil.example"}) {
    EXPECT_FALSE(IsAwsRegionCode(text)) << text;
  }
}

TEST(AwsTypes, AreArmByTheirName) {
  for (const char* type : {"a1.metal", "c7g.metal", "m6gd.large", "t4g.small", "c7gn.xlarge"}) {
    EXPECT_TRUE(IsArmType(type)) << type;
  }
  for (const char* type : {"c5.metal", "g4dn.metal", "m5zn.metal", "t3.large", "i3.metal"}) {
    EXPECT_FALSE(IsArmType(type)) << type;
  }
}

TEST(TokenBucket, GivesTheBurstThenTheRate) {
  TokenBucket bucket(2, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.TryTake(At(0s))) << i;
  EXPECT_FALSE(bucket.TryTake(At(0s)));
  EXPECT_FALSE(bucket.TryTake(At(400ms)));
  EXPECT_TRUE(bucket.TryTake(At(500ms)));
  EXPECT_FALSE(bucket.TryTake(At(500ms)));
}

TEST(TokenBucket, SavesNoMoreThanTheBurst) {
  TokenBucket bucket(2, 3);
  EXPECT_TRUE(bucket.TryTake(At(0s)));
  int taken = 0;
  while (bucket.TryTake(At(1h))) ++taken;
  EXPECT_EQ(taken, 3);
}

TEST(TokenBucket, GainsNothingWhenTimeStandsOrGoesBack) {
  TokenBucket bucket(1, 1);
  EXPECT_TRUE(bucket.TryTake(At(1h)));
  EXPECT_FALSE(bucket.TryTake(At(0s)));
  EXPECT_FALSE(bucket.TryTake(At(1h)));
}

}  // namespace
}  // namespace spillway
