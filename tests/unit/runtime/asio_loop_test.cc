#include "scaler/runtime/asio_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <thread>

namespace spillway {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

class AsioLoopTest : public ::testing::Test {
 protected:
  EventLoop::Task Note(int n) {
    return [this, n] { notes_.push_back(n); };
  }

  const SystemClock clock_{1000};  // a second of the loop is a millisecond
  AsioLoop loop_{clock_};
  std::vector<int> notes_;
};

TEST_F(AsioLoopTest, RunsTimersInTheOrderOfTimeAndThenOfTheirCalls) {
  // In a task, where time stands: on a busy machine five of these seconds pass between two calls.
  loop_.Post([this] {
    const Time start = loop_.Now();
    loop_.At(start + 9s, [this] { loop_.Stop(); });
    loop_.At(start + 6s, Note(4));
    for (int i = 1; i <= 3; ++i) loop_.At(start + 5s, Note(i));
    loop_.At(start + 7s, Note(5));
  });
  loop_.Run();
  EXPECT_THAT(notes_, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(AsioLoopTest, RunsNoTimerBeforeItsTimeAndStandsStillDuringATask) {
  const Time when = loop_.Now() + 20s;
  loop_.At(when, [&] {
    const Time now = loop_.Now();
    EXPECT_GE(now, when);
    while (clock_.Now() <= now) continue;
    EXPECT_EQ(loop_.Now(), now);
    loop_.Stop();
  });
  loop_.Run();
}

TEST_F(AsioLoopTest, RunsNoCancelledTimer) {
  const Time start = loop_.Now();
  const auto first = loop_.At(start + 1s, Note(1));
  const auto second = loop_.At(start + 2s, Note(2));
  loop_.At(start + 1500ms, [&] { loop_.Cancel(second); });
  loop_.At(start + 3s, Note(3));
  loop_.At(start + 4s, [&] { loop_.Stop(); });
  loop_.Cancel(first);
  loop_.Cancel(first);
  loop_.Cancel(12345);
  loop_.Run();
  EXPECT_THAT(notes_, ElementsAre(3));
}

TEST_F(AsioLoopTest, RunsTimersThatAreSetByTasksEvenEarlierOnes) {
  const Time start = loop_.Now();
  loop_.At(start + 1h, Note(9));
  loop_.At(start, [&] {
    loop_.At(start + 2s, [&] { loop_.Stop(); });
    loop_.At(start - 1h, Note(1));
    loop_.At(start + 1s, Note(2));
  });
  loop_.Run();
  EXPECT_THAT(notes_, ElementsAre(1, 2));
}

TEST_F(AsioLoopTest, RunsPostedTasksOfOtherThreadsInTheirOrder) {
  std::thread::id ran_on;
  std::thread poster([&] {
    for (int i = 0; i < 100; ++i) loop_.Post(Note(i));
    loop_.Post([&] {
      ran_on = std::this_thread::get_id();
      loop_.Stop();
    });
  });
  loop_.Run();
  poster.join();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
  ASSERT_EQ(notes_.size(), 100u);
  EXPECT_TRUE(std::is_sorted(notes_.begin(), notes_.end()));
}

TEST_F(AsioLoopTest, DropsWhatWaitsWhenItStops) {
  loop_.Post([&] { loop_.Stop(); });
  loop_.Post(Note(1));
  loop_.At(loop_.Now(), Note(2));
  loop_.Run();
  EXPECT_THAT(notes_, ElementsAre());
}

TEST_F(AsioLoopTest, LetsAnExceptionOutAndGoesOnWithTheRest) {
  const Time start = loop_.Now();
  loop_.At(start, [] { throw std::runtime_error("from a timer"); });
  loop_.At(start, [&] {
    notes_.push_back(1);
    loop_.Stop();
  });
  EXPECT_THROW(loop_.Run(), std::runtime_error);
  EXPECT_THAT(notes_, ElementsAre());
  loop_.Run();
  EXPECT_THAT(notes_, ElementsAre(1));
}

TEST_F(AsioLoopTest, TellsOfStopSignalsEachTime) {
  loop_.OnStopSignal([&] {
    notes_.push_back(1);
    if (notes_.size() == 2) loop_.Stop();
    if (notes_.size() == 1) std::raise(SIGINT);
  });
  loop_.Post([] { std::raise(SIGTERM); });
  loop_.Run();
  EXPECT_EQ(notes_.size(), 2u);
}

TEST(SystemClock, RunsFasterByItsSpeed) {
  const SystemClock clock(3600);
  const Time later = clock.Now() + 1h;
  EXPECT_LE(clock.RealTimeUntil(later), 1s);
  EXPECT_GT(clock.RealTimeUntil(later), 500ms);
  EXPECT_EQ(clock.RealTimeUntil(clock.Now() - 1s), 0ns);
  EXPECT_GT(clock.RealTimeUntil(kDistantFuture), 24h);
}

}  // namespace
}  // namespace spillway
