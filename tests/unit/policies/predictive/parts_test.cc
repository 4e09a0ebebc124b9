// The parts that forecasts are made of, each by itself.
#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cmath>

#include "policies/predictive/fast_math.h"
#include "policies/predictive/levels.h"
#include "policies/predictive/mixer.h"
#include "policies/predictive/past.h"
#include "policies/predictive/ratio_histograms.h"
#include "policies/predictive/regression.h"
#include "tests/support/time.h"

namespace spillway::predictive {
namespace {

using namespace spillway::testing;

TEST(FleetLevels, AreExactForSmallFleetsAndWithinFourPercentForLarge) {
  const auto levels = Levels();
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(levels[i], static_cast<int>(i) + 1);
  for (std::size_t i = 64; i < levels.size(); ++i) {
    EXPECT_GT(levels[i], levels[i - 1]);
    EXPECT_LE(levels[i], std::ceil(levels[i - 1] * 1.04)) << i;
  }
}

TEST(FleetLevels, TheLevelForAFleetIsTheLeastThatCoversIt) {
  EXPECT_EQ(LevelFor(0), 0U);
  EXPECT_EQ(LevelFor(1), 0U);
  EXPECT_EQ(LevelFor(1.01), 1U);
  EXPECT_EQ(LevelFor(64), 63U);
  EXPECT_EQ(LevelFor(1e9), Levels().size() - 1);
}

TEST(FastMath, LogarithmsAreRightToAFewPartsInAHundredThousand) {
  for (double x = 1e-6; x < 1e6; x *= 1.01) {
    EXPECT_NEAR(FastLog(static_cast<float>(x)), std::log(x), 3e-5 + 1e-6 * std::abs(std::log(x)));
  }
}

TEST(Regression, FindsWhatTheOutcomeHangsOn) {
  Regression regression(3, 1000);
  for (int i = 0; i < 400; ++i) {
    const std::vector<float> x = {1.0F, static_cast<float>(i % 7) / 7,
                                  static_cast<float>(i % 5) / 5};
    regression.Learn(x, 0.1 + 0.5 * x[1] - 0.3 * x[2]);
  }
  EXPECT_NEAR(regression.Predict(std::vector<float>{1, 1, 0}), 0.6, 0.01);
  EXPECT_NEAR(regression.Predict(std::vector<float>{1, 0, 1}), -0.2, 0.01);
}

TEST(Regression, OneBrokenValueDoesNotBendIt) {
  Regression regression(1, 1000);
  for (int i = 0; i < 400; ++i) regression.Learn(std::vector<float>{1}, 0.2);
  regression.Learn(std::vector<float>{1}, 1e6);
  EXPECT_NEAR(regression.Predict(std::vector<float>{1}), 0.2, 0.01);
}

TEST(RatioHistograms, TellHowOftenDemandWasAbove) {
  RatioHistograms histograms(1e6);
  RatioHistograms::Conditions cells{};
  // One in ten doubles, in the first cell of each condition; nothing is known of others.
  for (int i = 0; i < 1000; ++i) histograms.Learn(cells, i % 10 == 0 ? std::log(2.0F) : 0.0F);
  const auto overall = histograms.OverallTail();
  const auto tail = histograms.TailOf(0, 0, overall);
  const auto unseen = histograms.TailOf(0, 1, overall);
  const auto above = [](const RatioHistograms::Tail& t, float ratio) {
    return t[static_cast<std::size_t>(BinOf(std::log(ratio)))];
  };
  EXPECT_NEAR(tail[0], 1.0, 1e-5);
  EXPECT_NEAR(above(tail, 1.5F), 0.1, 1e-3);
  EXPECT_NEAR(above(tail, 3), 0.0, 1e-3);
  EXPECT_NEAR(above(unseen, 1.5F), 0.1, 1e-3) << "leans on all cells";
}

TEST(RatioHistograms, WhatIsLongAgoFades) {
  RatioHistograms histograms(100);
  const RatioHistograms::Conditions cells{};
  for (int i = 0; i < 5000; ++i) histograms.Learn(cells, i < 4000 ? 1.0F : 0.0F);
  const auto overall = histograms.OverallTail();
  EXPECT_LT(overall[static_cast<std::size_t>(BinOf(0.5F))], 1e-3);
}

TEST(Mixer, TrustsTheOpinionThatIsRight) {
  Mixer mixer(2);
  const Mixer::Gates gates{};
  std::uint32_t random = 1;
  std::vector<float> mixed;
  for (int i = 0; i < 40'000; ++i) {
    random = random * 1664525 + 1013904223;
    const bool comes = random >> 31 != 0;
    // The first knows; the second always says the same.
    const std::vector<float> opinions = {comes ? 2.0F : -2.0F, 1.0F};
    mixed = mixer.Mix(gates, opinions, 1);
    mixer.Learn(gates, opinions, mixed, 1, comes ? 1 : 0, 1.0F);
  }
  EXPECT_GT(Squash(mixer.Mix(gates, std::vector<float>{2, 1}, 1)[0]), 0.95);
  EXPECT_LT(Squash(mixer.Mix(gates, std::vector<float>{-2, 1}, 1)[0]), 0.05);
}

TEST(Mixer, HearsTheOneThatKnowsAmongFiftyThatAgree) {
  constexpr std::size_t kCrowd = 50;
  Mixer mixer(kCrowd + 1);
  const Mixer::Gates gates{};
  const auto opinions = [](bool comes) {
    std::vector<float> all(kCrowd + 1, -1.0F);
    all.back() = comes ? 3.0F : -3.0F;
    return all;
  };
  std::uint32_t random = 1;
  for (int i = 0; i < 20'000; ++i) {
    random = random * 1664525 + 1013904223;
    const bool comes = random >> 31 != 0;
    mixer.Learn(gates, opinions(comes), mixer.Mix(gates, opinions(comes), 1), 1, comes ? 1 : 0,
                1.0F);
  }
  EXPECT_GT(Squash(mixer.Mix(gates, opinions(true), 1)[0]), 0.9);
  EXPECT_LT(Squash(mixer.Mix(gates, opinions(false), 1)[0]), 0.1);
}

TEST(Mixer, ACrowdThatIsSureDoesNotMakeItSwing) {
  Mixer mixer(50);
  const Mixer::Gates gates{};
  constexpr std::size_t kLevels = 40;
  const std::vector<float> opinions(50 * kLevels, Stretch(0.01F));
  std::uint32_t random = 1;
  for (int i = 0; i < 20'000; ++i) {
    random = random * 1664525 + 1013904223;
    const bool comes = random >> 24 < 26;  // one in ten, and they say one in a hundred
    const auto mixed = mixer.Mix(gates, opinions, kLevels);
    mixer.Learn(gates, opinions, mixed, kLevels, comes ? kLevels : 0, 1.0F);
    if (i > 10'000) {
      ASSERT_GT(Squash(mixed[0]), 0.005) << i;
      ASSERT_LT(Squash(mixed[0]), 0.9) << i;
    }
  }
}

TEST(Past, KnowsTheJobThatStartsByTheMinute) {
  Past past(30s);
  const auto demand = [](Time t) {
    const Duration of_day = (t - kStart) % std::chrono::hours(24);
    return of_day >= std::chrono::hours(3) && of_day < std::chrono::hours(3) + 1min ? 30.0 : 3.0;
  };
  Time t = kStart;
  for (; t < kStart + std::chrono::hours(24 * 12 + 3) - 2min; t += 30s) past.Add(t, demand(t));
  // Two minutes before it starts, and looking six steps ahead, into it.
  const Situation now = past.Look(t - 30s, 6);
  EXPECT_GT(now.anchors[6], std::log(12.0F)) << "by the minute: most of it";
  EXPECT_LT(now.anchors[5], std::log(12.0F)) << "by five minutes: a fifth of it";
}

TEST(Past, KnowsWhatTheTimeOfDayBrings) {
  Past past(5min);
  const auto demand = [](Time t) {
    return (t - kStart) % std::chrono::hours(24) < std::chrono::hours(12) ? 4.0 : 8.0;
  };
  Time t = kStart;
  for (; t < At(std::chrono::hours(24 * 20) - 10min); t += 5min) past.Add(t, demand(t));
  // Ten minutes before midnight, when it halves; twelve steps ahead.
  const Situation now = past.Look(t - 5min, 12);
  EXPECT_NEAR(now.anchors[0], std::log(8.0F), 1e-4);
  EXPECT_NEAR(now.anchors[2], std::log(4.0F), 0.1);
}

TEST(Past, StaysInItsCells) {
  EXPECT_TRUE(rc::check("cells are within their tables", [] {
    Past past(30s);
    Time t = kStart + 30s * *rc::gen::inRange(0, 100'000);
    const auto demands =
        *rc::gen::container<std::vector<double>>(rc::gen::element(0.0, 0.3, 1.0, 7.5, 39.9, 1e6));
    past.Add(t, 1);
    for (const double demand : demands) past.Add(t += 30s, demand);
    const Situation now = past.Look(t, *rc::gen::inRange(1, 240));
    for (std::size_t i = 0; i < now.conditions.size(); ++i) {
      RC_ASSERT(now.conditions[i] < kConditionCells[i]);
    }
    for (std::size_t i = 0; i < now.gates.size(); ++i) RC_ASSERT(now.gates[i] < kGateCells[i]);
  }));
}

}  // namespace
}  // namespace spillway::predictive
