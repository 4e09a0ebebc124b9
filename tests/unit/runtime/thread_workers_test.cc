#include "scaler/runtime/thread_workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>

#include "scaler/runtime/asio_loop.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;

class ThreadWorkersTest : public ::testing::Test {
 protected:
  // Runs `n` calls and the loop until all of their continuations have run.
  void RunUntil(std::size_t n) {
    expected_ = n;
    loop_.Run();
  }
  std::function<void(int)> Note() {
    return [this](int n) {
      notes_.push_back(n);
      if (notes_.size() == expected_) loop_.Stop();
    };
  }

  const SystemClock clock_;
  AsioLoop loop_{clock_};
  std::vector<int> notes_;
  std::size_t expected_ = 0;
};

TEST_F(ThreadWorkersTest, RunsTheCallElsewhereAndTheContinuationOnTheLoop) {
  ThreadWorkers workers(loop_, 2);
  std::thread::id call_ran_on;
  std::thread::id then_ran_on;
  workers.Run<std::unique_ptr<int>>(
      Lane::kUp, {"aws"},
      [&] {
        call_ran_on = std::this_thread::get_id();
        return std::make_unique<int>(7);
      },
      [&](std::unique_ptr<int> value) {
        then_ran_on = std::this_thread::get_id();
        EXPECT_EQ(*value, 7);
        loop_.Stop();
      });
  loop_.Run();
  EXPECT_NE(call_ran_on, std::this_thread::get_id());
  EXPECT_EQ(then_ran_on, std::this_thread::get_id());
}

TEST_F(ThreadWorkersTest, RunsAsManyCallsOfAChannelAtOnceAsAllowedAndNoMore) {
  constexpr int kParallel = 3;
  ThreadWorkers workers(loop_, 8);
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::latch all_of_them(kParallel);  // passed only when three run at once
  for (int i = 0; i < 30; ++i) {
    workers.Run<int>(
        Lane::kUp, {"aws", kParallel},
        [&, i] {
          const int now = ++running;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
          if (i < kParallel) all_of_them.arrive_and_wait();
          std::this_thread::yield();
          --running;
          return i;
        },
        Note());
  }
  RunUntil(30);
  EXPECT_EQ(most, kParallel);
}

TEST_F(ThreadWorkersTest, RunsCallsOfAChannelInTheirOrder) {
  ThreadWorkers workers(loop_, 4);
  for (int i = 0; i < 5; ++i) {
    workers.Run<int>(
        Lane::kDown, {"one", 1}, [i] { return i; }, Note());
  }
  RunUntil(5);
  EXPECT_THAT(notes_, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(ThreadWorkersTest, AFullChannelDelaysNoOtherChannelOfItsLane) {
  ThreadWorkers workers(loop_, 2);
  std::promise<void> release;
  const auto released = release.get_future().share();
  for (int i = 1; i <= 2; ++i) {
    workers.Run<int>(
        Lane::kUp, {"slow", 1}, [=] { return released.wait(), i; }, Note());
  }
  workers.Run<int>(
      Lane::kUp, {"fast", 1}, [] { return 0; },
      [&](int) {
        notes_.push_back(0);
        release.set_value();
      });
  RunUntil(3);
  EXPECT_THAT(notes_, ElementsAre(0, 1, 2));
}

TEST_F(ThreadWorkersTest, AFullLaneDelaysNotTheOther) {
  ThreadWorkers workers(loop_, 1);
  std::promise<void> release;
  const auto released = release.get_future().share();
  workers.Run<int>(
      Lane::kDown, {"aws"}, [=] { return released.wait(), 1; }, Note());
  workers.Run<int>(
      Lane::kUp, {"aws"}, [] { return 0; },
      [&](int) {
        notes_.push_back(0);
        release.set_value();
      });
  RunUntil(2);
  EXPECT_THAT(notes_, ElementsAre(0, 1));
}

TEST_F(ThreadWorkersTest, ThrowsTheExceptionOfACallOnTheLoop) {
  ThreadWorkers workers(loop_, 1);
  workers.Run<int>(
      Lane::kUp, {"aws"}, []() -> int { throw std::runtime_error("of the call"); }, Note());
  workers.Run<int>(
      Lane::kUp, {"aws"}, [] { return 1; }, Note());
  try {
    RunUntil(1);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "of the call");
  }
  RunUntil(1);
  EXPECT_THAT(notes_, ElementsAre(1));
}

TEST_F(ThreadWorkersTest, APluginThatThrowsHasAnUnknownOutcomeAndEndsNothing) {
  ThreadWorkers workers(loop_, 1);
  workers.Ask<int>(
      Lane::kUp, {"aws"}, []() -> Result<int> { throw std::runtime_error("broken plugin"); },
      [this](const Result<int>& result) {
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind, ErrorKind::kUnknownOutcome);
        EXPECT_EQ(result.error().text, "broken plugin");
        Note()(1);
      });
  RunUntil(1);
  EXPECT_THAT(notes_, ElementsAre(1));
}

TEST_F(ThreadWorkersTest, RunsNoContinuationAfterItsEnd) {
  std::promise<void> started;
  std::promise<void> release;
  auto workers = std::make_unique<ThreadWorkers>(loop_, 1);
  const auto call = [&] {
    started.set_value();
    release.get_future().wait();
    return 1;
  };
  workers->Run<int>(Lane::kUp, {"aws"}, call, Note());
  workers->Run<int>(
      Lane::kUp, {"aws"}, [] { return 2; }, Note());
  started.get_future().wait();
  std::thread ending([&] { workers.reset(); });  // waits for the call under way
  release.set_value();
  ending.join();
  loop_.Post([&] { loop_.Stop(); });
  loop_.Run();
  EXPECT_THAT(notes_, ElementsAre());
}

}  // namespace
}  // namespace spillway
