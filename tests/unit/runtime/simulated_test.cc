#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "scaler/runtime/random.h"
#include "scaler/runtime/secret.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using testing::At;
using ::testing::ElementsAre;
using testing::kStart;
using namespace std::chrono_literals;

TEST(SimulatedLoop, RunsTasksInTheOrderOfTimeAndThenOfTheirCalls) {
  SimulatedLoop loop(kStart);
  std::vector<std::pair<int, Time>> ran;
  const auto note = [&](int n) { return [&ran, &loop, n] { ran.emplace_back(n, loop.Now()); }; };
  loop.At(At(2s), note(4));
  loop.At(At(1s), note(2));
  loop.At(At(-1h), note(1));
  loop.At(At(1s), note(3));
  const auto cancelled = loop.At(At(1s), note(8));
  loop.At(At(3s), note(9));
  loop.Cancel(cancelled);
  loop.RunUntil(At(2500ms));
  EXPECT_THAT(ran, ElementsAre(std::pair(1, kStart), std::pair(2, At(1s)), std::pair(3, At(1s)),
                               std::pair(4, At(2s))));
  EXPECT_EQ(loop.Now(), At(2500ms));
}

TEST(SimulatedLoop, RunsWhatTasksAddWithinTheTime) {
  SimulatedLoop loop(kStart);
  std::vector<int> ran;
  loop.At(At(1s), [&] {
    loop.Post([&] { ran.push_back(2); });
    loop.At(At(5s), [&] { ran.push_back(9); });
    ran.push_back(1);
  });
  loop.RunFor(2s);
  EXPECT_THAT(ran, ElementsAre(1, 2));
  loop.DropEverything();
  loop.RunFor(1h);
  EXPECT_THAT(ran, ElementsAre(1, 2));
}

TEST(SimulatedLoop, GoesOnWithTheNextTaskAfterAnException) {
  SimulatedLoop loop(kStart);
  std::vector<int> ran;
  loop.At(At(1s), [] { throw std::runtime_error("crash"); });
  loop.At(At(1s), [&] { ran.push_back(1); });
  EXPECT_THROW(loop.RunUntil(At(2s)), std::runtime_error);
  EXPECT_EQ(loop.Now(), At(1s));
  loop.RunUntil(At(2s));
  EXPECT_THAT(ran, ElementsAre(1));
}

// When each of five calls took effect and was answered.
std::vector<Time> CallTimes(std::uint64_t seed) {
  SimulatedLoop loop(kStart);
  SimulatedWorkers workers(loop, seed, 100ms, 2s);
  std::vector<Time> times;
  for (int i = 0; i < 5; ++i) {
    workers.Run<Time>(
        Lane::kUp, {"aws"}, [&] { return loop.Now(); },
        [&](Time called) {
          times.push_back(called);
          times.push_back(loop.Now());
        });
  }
  loop.RunFor(1min);
  return times;
}

TEST(SimulatedWorkers, AnswersWithinItsBoundsAndTheSameForTheSameSeed) {
  const std::vector<Time> times = CallTimes(7);
  ASSERT_EQ(times.size(), 10u);
  for (std::size_t i = 0; i < times.size(); i += 2) {
    EXPECT_GE(times[i], kStart);
    EXPECT_GE(times[i + 1], At(100ms));
    EXPECT_LE(times[i + 1], At(2s));
  }
  EXPECT_EQ(CallTimes(7), times);
  EXPECT_NE(CallTimes(8), times);
}

TEST(Random, IsTheSameEverywhereForTheSameSeed) {
  Random zero(0);
  EXPECT_EQ(zero.Next(), 0x99ec5f36cb75f2b4u);  // published test values of xoshiro256**
  EXPECT_EQ(zero.Next(), 0xbf6e1f784956452au);
  EXPECT_EQ(Random(1).Hex(16), Random(1).Hex(16));
  EXPECT_NE(Random(1).Hex(16), Random(2).Hex(16));
}

TEST(Random, KeepsItsBounds) {
  Random random(42);
  double sum = 0;
  std::vector<int> counts(6);
  int above_median = 0;
  for (int i = 0; i < 60'000; ++i) {
    const double unit = random.Unit();
    ASSERT_GE(unit, 0);
    ASSERT_LT(unit, 1);
    sum += unit;
    ++counts.at(random.Below(6));
    if (random.LogNormal(90, 0.5) > 90) ++above_median;
  }
  EXPECT_NEAR(sum / 60'000, 0.5, 0.01);
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_NEAR(above_median, 30'000, 800);
  EXPECT_EQ(random.Below(0), 0u);
  EXPECT_FALSE(random.Chance(0));
  EXPECT_TRUE(random.Chance(1));
}

TEST(Redact, ReplacesEveryOccurrenceOfASecret) {
  EXPECT_EQ(Redact("user:pass at pass", Secret("pass")), "user:*** at ***");
  EXPECT_EQ(Redact("aaaa", Secret("aa")), "******");
  EXPECT_EQ(Redact("**", Secret("*")), "******");
  EXPECT_EQ(Redact("text", Secret()), "text");
}

TEST(Secret, IsACopyOfItsOwn) {
  Secret one("first");
  Secret two = one;
  one = Secret("second");
  EXPECT_EQ(two.Reveal(), "first");
  EXPECT_EQ(one.Reveal(), "second");
  const Secret& self = one;
  one = self;
  EXPECT_EQ(one.Reveal(), "second");
}

}  // namespace
}  // namespace spillway
