#include "bus/adapters/puller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>

#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "tests/support/adapter_world.h"
#include "tests/support/time.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

const Lost kSilence{Loss::kNoAnswer, "connection refused"};

// Answers as it is told to, then with "load 1"; keeps when it was asked.
class Scripted final : public PulledSource {
 public:
  struct Book {
    std::deque<std::function<Pulled()>> answers;
    std::vector<Duration> asked;
  };
  explicit Scripted(Book& book) : book_(book) {}

  Pulled Pull(Time now) override {
    book_.asked.push_back(now - kStart);
    if (book_.answers.empty()) return {{{"load", {}, 1, {}}}, {}};
    const auto answer = book_.answers.front();
    book_.answers.pop_front();
    return answer();
  }

 private:
  Book& book_;
};

// A puller in driven time: each 10 s, answered within `takes`.
class World {
 public:
  explicit World(Duration takes = 0s, const std::string& map = "map: [{metric: load}]")
      : workers_(loop_, 1, takes, takes),
        puller_({"site",
                 10s,
                 std::make_unique<Scripted>(book),
                 std::move(
                     ReadAdapters("sources: [{name: a, type: influx, cluster: edge, " + map + "}]")
                         .first.sources.front()
                         .mapping),
                 {[this] { return is_busy; },
                  [this](std::span<const MappedSample> samples) { given += samples.size(); }},
                 1},
                loop_, workers_, metrics_, log_) {
    loop_.Post([this] { puller_.Start(); });  // so that answers can be told before
  }

  void RunUntil(Duration time) { loop_.RunUntil(At(time)); }
  void News() { puller_.OnNews(); }
  std::string Metric(const std::string& name) const {
    const std::string text = metrics_.Expose();
    const std::size_t at = text.find("\n" + name + " ");
    if (at == std::string::npos) return "none";
    const std::size_t value = at + name.size() + 2;
    return text.substr(value, text.find('\n', value) - value);
  }

  Scripted::Book book;
  bool is_busy = false;
  std::size_t given = 0;

 private:
  SimulatedLoop loop_{kStart};
  SimulatedWorkers workers_;
  Metrics metrics_;
  Log log_{LogLevel::kOff};
  Puller puller_;
};

Pulled Failed() { return {{}, {}, kSilence}; }

TEST(Puller, AsksAtTheIntervalAndHandsOnWhatTheRulesLeave) {
  World world;
  world.book.answers = {[] {
    return Pulled{{{"load", {}, 1, {}}, {"other", {}, 2, {}}}, {{Loss::kTooOld, "x"}}};
  }};
  world.RunUntil(25s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s, 10s, 20s));
  EXPECT_EQ(world.given, 3u);
  EXPECT_EQ(world.Metric(R"(spillway_adapter_samples_total{adapter="site"})"), "3");
  EXPECT_EQ(world.Metric(R"(spillway_adapter_rejected_total{adapter="site",reason="unmapped"})"),
            "1");
  EXPECT_EQ(world.Metric(R"(spillway_adapter_rejected_total{adapter="site",reason="too_old"})"),
            "1");
  EXPECT_EQ(world.Metric(R"(spillway_adapter_pulls_total{adapter="site",outcome="done"})"), "3");
}

TEST(Puller, ASlowAnswerIsWaitedForAndTheNextQuestionIsNotMadeUpFor) {
  World world(25s);
  world.RunUntil(60s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s, 25s, 50s));
}

TEST(Puller, FailuresAreFollowedByEverLongerWaitsUntilItAnswersAgain) {
  World world;
  world.book.answers = {Failed, Failed, Failed};
  world.RunUntil(500s);
  const std::vector<Duration>& asked = world.book.asked;
  ASSERT_GE(asked.size(), 5u);
  EXPECT_THAT(asked[1] - asked[0], AllOf(Ge(5s), Le(10s)));
  EXPECT_THAT(asked[2] - asked[1], AllOf(Ge(10s), Le(20s)));
  EXPECT_THAT(asked[3] - asked[2], AllOf(Ge(20s), Le(40s)));
  EXPECT_EQ(asked[4] - asked[3], 10s);
  EXPECT_EQ(world.Metric(R"(spillway_adapter_pulls_total{adapter="site",outcome="failed"})"), "3");
  EXPECT_EQ(world.Metric(R"(spillway_adapter_rejected_total{adapter="site",reason="no_answer"})"),
            "3");
}

TEST(Puller, BackOffEndsAtEightIntervalsOrTwoMinutesAndIsSpread) {
  struct Row {
    Duration every;
    int failures;
    double chance;
    Duration expected;
  };
  const Row rows[] = {
      {10s, 1, 1, 10s},   {10s, 2, 1, 20s},  {10s, 4, 1, 80s}, {10s, 50, 1, 80s},  {10s, 1, 0, 5s},
      {10s, 2, 0.5, 15s}, {60s, 3, 1, 120s}, {1s, 9, 0, 4s},   {600s, 9, 1, 600s},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(BackOff(row.every, row.failures, row.chance), row.expected)
        << row.every.count() << " ms, " << row.failures << " failures";
  }
}

TEST(Puller, TheTimeOfTheLastSuccessStandsStillWhileItFails) {
  World world;
  const char* kGauge = R"(spillway_adapter_last_success_timestamp_seconds{adapter="site"})";
  EXPECT_EQ(std::stod(world.Metric(kGauge)), 1772409600);
  world.book.answers = {Failed, [] { return Pulled{}; }, Failed, Failed};
  world.RunUntil(10s);
  const double success = std::stod(world.Metric(kGauge));
  EXPECT_NEAR(success - 1772409600, std::chrono::duration<double>(world.book.asked.at(1)).count(),
              0.001);
  world.RunUntil(21s);
  EXPECT_EQ(std::stod(world.Metric(kGauge)), success);
}

TEST(Puller, WhatWasReadBeforeAFailureIsKept) {
  World world;
  world.book.answers = {[] { return Pulled{{{"load", {}, 1, {}}}, {}, kSilence}; }};
  world.RunUntil(1s);
  EXPECT_EQ(world.given, 1u);
  EXPECT_EQ(world.Metric(R"(spillway_adapter_pulls_total{adapter="site",outcome="failed"})"), "1");
}

TEST(Puller, AnExceptionOfASourceIsAFailure) {
  World world;
  world.book.answers = {[]() -> Pulled { throw std::runtime_error("broken"); }};
  world.RunUntil(30s);
  EXPECT_EQ(world.Metric(R"(spillway_adapter_rejected_total{adapter="site",reason="bad_body"})"),
            "1");
  EXPECT_GE(world.given, 2u);
}

TEST(Puller, WhileTheBusIsBehindNothingIsAsked) {
  World world;
  world.RunUntil(5s);
  world.is_busy = true;
  world.RunUntil(35s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s));
  EXPECT_EQ(world.Metric(R"(spillway_adapter_rejected_total{adapter="site",reason="busy"})"), "3");
  world.is_busy = false;
  world.RunUntil(41s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s, 40s));
}

TEST(Puller, NewsMakeItAskAtOnceButNotMoreThanOnceASecond) {
  World world;
  world.RunUntil(4s);
  world.News();
  world.News();
  world.RunUntil(4s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s, 4s));
  world.News();
  world.RunUntil(14s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s, 4s, 5s)) << "then the interval begins anew";
  world.RunUntil(15s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s, 4s, 5s, 15s));
}

TEST(Puller, NewsThatComeWhileItIsAskedMakeItAskAgain) {
  World world(3s);
  world.RunUntil(2s);
  world.News();
  world.RunUntil(4s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s, 3s));
}

TEST(Puller, NewsDoNotShortenTheWaitAfterAFailure) {
  World world;
  world.book.answers = {Failed};
  world.RunUntil(1s);
  world.News();
  world.RunUntil(4s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s));
}

TEST(Puller, ASourceMayWantToBeAskedSooner) {
  World world;
  world.book.answers = {[] {
    Pulled pulled;
    pulled.again_in = 2s;
    return pulled;
  }};
  world.RunUntil(3s);
  EXPECT_THAT(world.book.asked, ElementsAre(0s, 2s));
}

}  // namespace
}  // namespace spillway::adapters
