#include "scaler/notify/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scaler/runtime/simulated_loop.h"
#include "scaler/store/memory_store.h"
#include "tests/support/records.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// One life of a service after the other, on the same store.
class OutboxTest : public ::testing::Test {
 protected:
  struct Life {
    Life(Store& store, const std::set<std::string>& receivers, const std::string& word,
         OutboxLimits limits = {})
        : journal(loop, store, log), outbox(store, journal, receivers, word, limits) {
      loop.RunFor(1s);
    }
    // As in a turn that puts the host down, too.
    void Tell(const std::string& id) {
      journal.Put(AHost(id));
      outbox.Add(EventOf(nullptr, AHost(id)));
    }
    std::vector<std::string> Waiting(const std::string& receiver) {
      std::vector<std::string> ids;
      std::uint64_t seen = outbox.Of(receiver).done;
      while (const Outgoing* next = outbox.Behind(seen)) {
        ids.push_back(next->event.id);
        seen = next->number;
      }
      return ids;
    }
    void Has(const std::string& receiver, int how_many) {
      for (int i = 0; i < how_many; ++i) {
        const Outgoing* next = outbox.Behind(outbox.Of(receiver).done);
        ASSERT_NE(next, nullptr);
        outbox.Set(receiver, {.done = next->number});
      }
      loop.RunFor(1s);
    }

    SimulatedLoop loop{At(0s)};
    Log log{LogLevel::kOff};
    Journal journal;
    Outbox outbox;
  };

  std::size_t Stored() { return store_.Notes("notify.event").size(); }

  MemoryStore store_{"dep-1"};
};

TEST_F(OutboxTest, HoldsAnEventFromItsCommitOnAndInTheSameCommit) {
  Life life(store_, {"a"}, "x");
  life.Tell("h-1");
  EXPECT_THAT(life.Waiting("a"), IsEmpty()) << "it is not durable yet";
  EXPECT_EQ(Stored(), 0u);
  life.loop.RunFor(0s);
  EXPECT_THAT(life.Waiting("a"), ElementsAre("x-1"));
  EXPECT_EQ(Stored(), 1u);
  EXPECT_EQ(store_.Hosts(true).size(), 1u);
}

TEST_F(OutboxTest, KeepsIdsAndOrderOverLivesAndMakesNewIdsThere) {
  {
    Life life(store_, {"a", "b"}, "x");
    for (int i = 0; i < 12; ++i) life.Tell("h-" + std::to_string(i));
    life.loop.RunFor(1s);
    life.Has("a", 10);
    life.Has("b", 11);
  }
  EXPECT_EQ(Stored(), 2u);
  Life next(store_, {"a", "b"}, "y");
  EXPECT_THAT(next.Waiting("a"), ElementsAre("x-11", "x-12"));
  EXPECT_THAT(next.Waiting("b"), ElementsAre("x-12"));
  next.Tell("h-12");
  next.loop.RunFor(1s);
  EXPECT_THAT(next.Waiting("a"), ElementsAre("x-11", "x-12", "y-1"));
}

TEST_F(OutboxTest, RemembersFailedAttemptsOverLives) {
  const Progress progress{.done = 0, .attempts = 3, .next_try = At(1h)};
  {
    Life life(store_, {"a"}, "x");
    life.outbox.Set("a", progress);
    life.loop.RunFor(1s);
  }
  EXPECT_EQ(Life(store_, {"a"}, "y").outbox.Of("a"), progress);
}

TEST_F(OutboxTest, ANewReceiverBeginsWithWhatComesNextAndAnOldOneLeavesNothingBehind) {
  {
    Life life(store_, {"a"}, "x");
    life.Tell("h-1");
    life.loop.RunFor(1s);
  }
  {
    Life life(store_, {"a", "b"}, "y");
    EXPECT_THAT(life.Waiting("a"), ElementsAre("x-1"));
    EXPECT_THAT(life.Waiting("b"), IsEmpty());
    life.Tell("h-2");
    life.loop.RunFor(1s);
    EXPECT_THAT(life.Waiting("b"), ElementsAre("y-1"));
  }
  EXPECT_THAT(Life(store_, {"b"}, "z").Waiting("b"), ElementsAre("y-1"));
  EXPECT_EQ(Stored(), 1u);
  EXPECT_EQ(store_.Notes("notify.receiver").size(), 1u);
  Life none(store_, {}, "w");
  EXPECT_EQ(Stored(), 0u);
  none.Tell("h-3");
  none.loop.RunFor(1s);
  EXPECT_EQ(Stored(), 0u) << "nobody would take it away";
}

TEST_F(OutboxTest, LetsTheOldestGoWhenThereAreTooMany) {
  Life life(store_, {"a"}, "x", {.events = 3, .bytes = 1 << 20});
  std::vector<std::string> gone;
  life.outbox.on_let_go = [&](const Outgoing& outgoing) { gone.push_back(outgoing.event.id); };
  for (int i = 0; i < 5; ++i) life.Tell("h");
  life.loop.RunFor(1s);
  EXPECT_THAT(gone, ElementsAre("x-1", "x-2"));
  EXPECT_THAT(life.Waiting("a"), ElementsAre("x-3", "x-4", "x-5"));
  EXPECT_EQ(Stored(), 3u);
}

TEST_F(OutboxTest, HasABoundInBytesToo) {
  const std::size_t one =
      MakeCloudEvent(EventOf(nullptr, AHost("h")), "x-1", "/spillway/dep-1").text.size();
  Life life(store_, {"a"}, "x", {.events = 100, .bytes = 2 * one + 1});
  for (int i = 0; i < 5; ++i) life.Tell("h");
  life.loop.RunFor(1s);
  EXPECT_THAT(life.Waiting("a"), ElementsAre("x-4", "x-5"));
}

TEST_F(OutboxTest, TakesAwayWhatIsDamaged) {
  store_.Commit({.notes = {{"notify.event", "00000000000000000007", "{\"half"}}});
  Life life(store_, {"a"}, "x");
  EXPECT_EQ(Stored(), 0u);
  life.Tell("h");
  life.loop.RunFor(1s);
  EXPECT_THAT(life.Waiting("a"), ElementsAre("x-1"));
}

}  // namespace
}  // namespace spillway
