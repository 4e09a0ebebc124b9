#include "scaler/observe/series.h"

#include <gtest/gtest.h>

#include "scaler/runtime/random.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace spillway::testing;

std::vector<double> Values(const Series& series) {
  std::vector<double> values;
  for (std::size_t i = 0; i < series.size(); ++i) values.push_back(series[i].value);
  return values;
}

TEST(Series, PutsALatePointWhereItBelongs) {
  Series series(8);
  for (const int second : {10, 30, 20, 30, 5}) {
    EXPECT_TRUE(series.Add({At(std::chrono::seconds(second)), static_cast<double>(second)}));
  }
  EXPECT_EQ(Values(series), (std::vector<double>{5, 10, 20, 30, 30}));
  EXPECT_EQ(series.LowerBound(At(10s)), 1u);
  EXPECT_EQ(series.LowerBound(At(11s)), 2u);
  EXPECT_EQ(series.LowerBound(At(31s)), 5u);
}

TEST(Series, WhenFullTheOldestGoesAndOlderOnesAreRefused) {
  Series series(3);
  for (const int second : {1, 2, 3, 4}) {
    series.Add({At(std::chrono::seconds(second)), static_cast<double>(second)});
  }
  EXPECT_EQ(Values(series), (std::vector<double>{2, 3, 4}));
  EXPECT_FALSE(series.Add({At(1s), 1}));
  EXPECT_TRUE(series.Add({At(2500ms), 2.5}));
  EXPECT_EQ(Values(series), (std::vector<double>{2.5, 3, 4}));
}

TEST(Series, HoldsTheNewestPointsWhateverOrderTheyComeIn) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    Series series(16);
    std::vector<double> all;
    for (int i = 0; i < 200; ++i) {
      // Late by up to ten seconds.
      const auto t = static_cast<int>(i * 1000 + 10'000 - random.Below(10'500));
      const bool taken = series.Add({At(Duration(t)), static_cast<double>(t)});
      if (taken) all.push_back(t);
      std::sort(all.begin(), all.end());
      if (all.size() > 16) all.erase(all.begin());
      ASSERT_EQ(Values(series), all) << "seed " << seed << ", point " << i;
    }
  }
}

}  // namespace
}  // namespace spillway
