#include "scaler/backtest/setting_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway {
namespace {

using ::testing::ElementsAre;

TEST(SettingRange, GoesFromEndToEndInEqualSteps) {
  EXPECT_EQ(ParseSettingRange("target=0.3..0.7:5").key, "target");
  EXPECT_THAT(ParseSettingRange("target=0.3..0.7:5").values, ElementsAre(0.3, 0.4, 0.5, 0.6, 0.7));
  EXPECT_THAT(ParseSettingRange("hosts=2..8:4").values, ElementsAre(2, 4, 6, 8));
  EXPECT_TRUE(ParseSettingRange("hosts=2..8:4").values[0].is_number_integer());
  EXPECT_THAT(ParseSettingRange("hold=0s..10m:3").values, ElementsAre("0s", "5m", "10m"));
  EXPECT_EQ(ParseSettingRange("target=1..2").values.size(), 9U);
}

TEST(SettingRange, AnythingElseIsAnError) {
  for (const char* text : {"", "target", "target=1", "=1..2", "target=1..x", "target=a..b",
                           "target=1..2:1", "target=1..2:x", "target=1..2:101"}) {
    EXPECT_THROW(ParseSettingRange(text), SettingRangeError) << text;
  }
}

TEST(SettingRange, GivesEachPolicyEachValue) {
  std::vector<std::string> labels;
  for (const PolicySpec& spec :
       Swept(PolicySpec::ReadList("hpa{tolerance: 0},nomad"), ParseSettingRange("target=1..2:2"))) {
    labels.push_back(spec.label());
  }
  EXPECT_THAT(labels, ElementsAre("hpa{target: 1, tolerance: 0}", "hpa{target: 2, tolerance: 0}",
                                  "nomad{target: 1}", "nomad{target: 2}"));
}

}  // namespace
}  // namespace spillway
