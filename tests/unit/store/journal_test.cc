#include "scaler/store/journal.h"

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

// A memory store whose disk can be full, and which remembers what it was asked to commit.
class FailingStore final : public Store {
 public:
  bool is_full = false;
  std::vector<Changes> commits;  // that worked

  std::string DeploymentId() override { return store_.DeploymentId(); }
  void Commit(const Changes& changes) override {
    if (is_full) throw StoreError("store: cannot commit: disk full");
    store_.Commit(changes);
    commits.push_back(changes);
  }
  std::vector<HostRecord> Hosts(bool gone) override { return store_.Hosts(gone); }
  std::optional<HostRecord> FindHost(const std::string& id) override { return store_.FindHost(id); }
  std::vector<ClusterState> Clusters() override { return store_.Clusters(); }
  std::vector<OfferBackoff> Backoffs() override { return store_.Backoffs(); }
  std::vector<PolicyMemory> Memories() override { return store_.Memories(); }
  std::vector<Note> Notes(const std::string& kind) override { return store_.Notes(kind); }
  std::vector<DecisionRecord> Decisions(const DecisionQuery& query) override {
    return store_.Decisions(query);
  }
  std::optional<DecisionRecord> FindDecision(const std::string& id) override {
    return store_.FindDecision(id);
  }
  std::int64_t Prune(const Retention& retention, Time now, std::int64_t at_most) override {
    return store_.Prune(retention, now, at_most);
  }

 private:
  MemoryStore store_{"dep-1"};
};

class JournalTest : public ::testing::Test {
 protected:
  // Lets an effect write down its name and how many hosts are stored at that moment.
  std::function<void()> Effect(const std::string& name) {
    return [this, name] {
      effects_.push_back(name + " with " + std::to_string(store_.Hosts(true).size()));
    };
  }

  SimulatedLoop loop_{kStart};
  FailingStore store_;
  Log log_{LogLevel::kError};
  std::optional<Journal> journal_{std::in_place, loop_, store_, log_};
  std::vector<std::string> effects_;
};

TEST_F(JournalTest, WhatIsPutWithinATurnIsOneCommitOfTheLastRecords) {
  journal_->Put(AHost("h-2", HostState::kRequested));
  journal_->Put(AHost("h-1"));
  journal_->Put(AHost("h-2", HostState::kCreating));
  journal_->Put(AFullClusterState("edge"));
  journal_->Put(ADecision("edge-1", At(0s)));
  journal_->Put(ADecision("edge-2", At(0s)));
  journal_->Put(OfferBackoff{"key", At(1h), 1, "why"});
  EXPECT_THAT(store_.commits, IsEmpty());
  loop_.RunFor(0s);
  ASSERT_EQ(store_.commits.size(), 1U);
  const Changes& written = store_.commits[0];
  EXPECT_THAT(written.hosts, ElementsAre(AHost("h-1"), AHost("h-2", HostState::kCreating)));
  EXPECT_THAT(written.clusters, ElementsAre(AFullClusterState("edge")));
  EXPECT_THAT(written.decisions,
              ElementsAre(ADecision("edge-1", At(0s)), ADecision("edge-2", At(0s))));
  EXPECT_THAT(written.backoffs, ElementsAre(OfferBackoff{"key", At(1h), 1, "why"}));
}

TEST_F(JournalTest, AQuietTurnWritesNothing) {
  journal_->Put(AHost("h-1"));
  loop_.RunFor(1h);
  EXPECT_EQ(store_.commits.size(), 1U);
}

TEST_F(JournalTest, EffectsRunInOrderAndAfterTheCommit) {
  journal_->AfterCommit(Effect("first"));
  journal_->Put(AHost("h-1"));
  journal_->AfterCommit(Effect("second"));
  EXPECT_THAT(effects_, IsEmpty());
  loop_.RunFor(0s);
  EXPECT_THAT(effects_, ElementsAre("first with 1", "second with 1"));
}

TEST_F(JournalTest, AnEffectWithNothingToWriteRunsOnTheNextTurn) {
  journal_->AfterCommit(Effect("alone"));
  loop_.RunFor(0s);
  EXPECT_THAT(effects_, ElementsAre("alone with 0"));
}

TEST_F(JournalTest, WhatAnEffectPutsBelongsToTheNextCommit) {
  journal_->Put(AHost("h-1"));
  journal_->AfterCommit([this] {
    journal_->Put(AHost("h-2"));
    journal_->AfterCommit(Effect("inner"));
    Effect("outer")();
  });
  loop_.RunFor(0s);
  EXPECT_THAT(effects_, ElementsAre("outer with 1", "inner with 2"));
  EXPECT_EQ(store_.commits.size(), 2U);
}

TEST_F(JournalTest, AFailedCommitHoldsEffectsUntilARetryWorks) {
  store_.is_full = true;
  journal_->Put(AHost("h-1", HostState::kRequested));
  journal_->AfterCommit(Effect("create"));
  loop_.RunFor(1min);
  EXPECT_FALSE(journal_->is_healthy());
  EXPECT_THAT(effects_, IsEmpty());

  // What comes meanwhile joins the commit that waits, and does not hurry it.
  journal_->Put(AHost("h-1", HostState::kCreating));
  journal_->Put(AHost("h-2"));
  journal_->AfterCommit(Effect("event"));
  loop_.RunFor(0s);
  EXPECT_FALSE(journal_->is_healthy());

  store_.is_full = false;
  loop_.RunFor(2s);
  EXPECT_TRUE(journal_->is_healthy());
  EXPECT_THAT(effects_, ElementsAre("create with 2", "event with 2"));
  ASSERT_EQ(store_.commits.size(), 1U);
  EXPECT_THAT(store_.commits[0].hosts,
              ElementsAre(AHost("h-1", HostState::kCreating), AHost("h-2")));
  loop_.RunFor(1h);
  EXPECT_EQ(store_.commits.size(), 1U);
}

TEST_F(JournalTest, AJournalThatIsGoneLeavesNothingOnTheLoop) {
  journal_->Put(AHost("h-1"));
  journal_->AfterCommit(Effect("late"));
  journal_.reset();
  loop_.RunFor(1h);
  EXPECT_THAT(store_.commits, IsEmpty());
  EXPECT_THAT(effects_, IsEmpty());
}

}  // namespace
}  // namespace spillway
