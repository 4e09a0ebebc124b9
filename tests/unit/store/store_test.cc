// What every store promises; each test runs on all of them.
#include "scaler/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "scaler/store/memory_store.h"
#include "scaler/store/sqlite_store.h"
#include "tests/support/records.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kAll = 1'000'000;

class EveryStore : public ::testing::TestWithParam<const char*> {
 protected:
  EveryStore() {
    if (GetParam() == std::string("sqlite")) {
      store_ = OpenSqliteStore(directory_.File("store.db"), StoreMode::kReadWrite, "dep-1");
    } else {
      store_ = std::make_unique<MemoryStore>("dep-1");
    }
  }
  // Puts decisions made at these times, "d0", "d1", … of the cluster, in one commit.
  void PutDecisions(const std::vector<Time>& times, const std::string& cluster = "edge") {
    Changes changes;
    for (std::size_t i = 0; i < times.size(); ++i) {
      changes.decisions.push_back(ADecision("d" + std::to_string(i), times[i], cluster));
    }
    store_->Commit(changes);
  }
  std::vector<std::string> FoundDecisions(const DecisionQuery& query) {
    std::vector<std::string> ids;
    for (const auto& record : store_->Decisions(query)) ids.push_back(record.decision.id);
    return ids;
  }
  std::vector<std::string> HostIds(bool gone) {
    std::vector<std::string> ids;
    for (const auto& host : store_->Hosts(gone)) ids.push_back(host.id);
    return ids;
  }

  ScratchDir directory_;
  std::unique_ptr<Store> store_;
};

HostRecord AGoneHost(const std::string& id, Time gone_at) {
  HostRecord host = AHost(id, HostState::kGone);
  host.gone_at = gone_at;
  return host;
}

TEST_P(EveryStore, GivesBackWhatOneCommitWrote) {
  const Changes changes{{AFullHost("h-1"), AHost("h-2")},
                        {AFullClusterState("edge")},
                        {ADecision("edge-1", At(1s))},
                        {{"fra-metal", At(1h), 3, "no capacity"}},
                        {{"edge", "load", std::string("a\0\xff", 3)}, {"edge", "night", "b"}}};
  store_->Commit(changes);
  EXPECT_EQ(store_->Hosts(false), changes.hosts);
  EXPECT_EQ(store_->FindHost("h-1"), changes.hosts[0]);
  EXPECT_EQ(store_->FindHost("h-3"), std::nullopt);
  EXPECT_EQ(store_->Clusters(), changes.clusters);
  EXPECT_EQ(store_->Backoffs(), changes.backoffs);
  EXPECT_EQ(store_->Decisions({}), changes.decisions);
  EXPECT_EQ(store_->Memories(), changes.memories);
  EXPECT_EQ(store_->FindDecision("edge-1"), changes.decisions[0]);
  EXPECT_EQ(store_->FindDecision("edge-2"), std::nullopt);
  EXPECT_EQ(store_->DeploymentId(), "dep-1");
}

TEST_P(EveryStore, IsEmptyAtFirst) {
  EXPECT_THAT(store_->Hosts(true), IsEmpty());
  EXPECT_THAT(store_->Clusters(), IsEmpty());
  EXPECT_THAT(store_->Backoffs(), IsEmpty());
  EXPECT_THAT(store_->Decisions({}), IsEmpty());
  EXPECT_EQ(store_->Prune({}, At(0s), kAll), 0);
}

TEST_P(EveryStore, ARecordReplacesTheOneOfTheSameId) {
  HostRecord host = AHost("h-1", HostState::kBooting);
  ClusterState cluster = AFullClusterState("edge");
  OfferBackoff backoff{"key", At(1h), 1, "throttled"};
  store_->Commit({{host}, {cluster}, {}, {backoff}, {{"edge", "load", "little"}}});
  PutDecisions({At(1s), At(2s)});

  host.state = HostState::kReady;
  cluster.decisions = 17;
  backoff.strikes = 2;
  DecisionRecord decision = ADecision("d0", At(3s));
  decision.acted = false;
  store_->Commit({{host}, {cluster}, {decision}, {backoff}, {{"edge", "load", "more"}}});

  EXPECT_THAT(store_->Hosts(true), ElementsAre(host));
  EXPECT_THAT(store_->Clusters(), ElementsAre(cluster));
  EXPECT_THAT(store_->Backoffs(), ElementsAre(backoff));
  EXPECT_THAT(store_->Memories(), ElementsAre(PolicyMemory{"edge", "load", "more"}));
  EXPECT_EQ(store_->FindDecision("d0"), decision);
  EXPECT_THAT(FoundDecisions({}), ElementsAre("d0", "d1"));
}

TEST_P(EveryStore, NotesAreKeptByKindAndKeyUntilTheyAreTakenAway) {
  const auto put = [this](const std::string& kind, const std::string& key,
                          const std::string& text) {
    Changes changes;
    changes.notes = {{kind, key, text}};
    store_->Commit(changes);
  };
  put("roles", "edge", "first");
  put("roles", "core", "other");
  put("shadow", "edge", "another kind");
  put("roles", "edge", "second");
  EXPECT_THAT(store_->Notes("roles"),
              ElementsAre(Note{"roles", "core", "other"}, Note{"roles", "edge", "second"}));
  put("roles", "edge", "");
  EXPECT_THAT(store_->Notes("roles"), ElementsAre(Note{"roles", "core", "other"}));
  EXPECT_EQ(store_->Notes("shadow").size(), 1u);
}

TEST_P(EveryStore, HostsComeInTheOrderOfIdsAndGoneOnesOnRequest) {
  store_->Commit({{AHost("h-3"), AGoneHost("h-2", At(0s)), AHost("h-1", HostState::kFailed)}});
  EXPECT_THAT(HostIds(false), ElementsAre("h-1", "h-3"));
  EXPECT_THAT(HostIds(true), ElementsAre("h-1", "h-2", "h-3"));
}

TEST_P(EveryStore, DecisionsComeNewestFirstWithinTheQuery) {
  PutDecisions({At(1s), At(3s), At(3s), At(2s)});
  store_->Commit({{}, {}, {ADecision("core-1", At(9s), "core")}, {}});

  EXPECT_THAT(FoundDecisions({}), ElementsAre("core-1", "d2", "d1", "d3", "d0"));
  EXPECT_THAT(FoundDecisions({.cluster = "edge"}), ElementsAre("d2", "d1", "d3", "d0"));
  EXPECT_THAT(FoundDecisions({.cluster = "edge", .limit = 2}), ElementsAre("d2", "d1"));
  EXPECT_THAT(FoundDecisions({.before = At(3s)}), ElementsAre("d3", "d0"));
  EXPECT_THAT(FoundDecisions({.cluster = "edge", .before = At(2s)}), ElementsAre("d0"));
  EXPECT_THAT(FoundDecisions({.cluster = "core", .before = At(9s)}), IsEmpty());
  EXPECT_THAT(FoundDecisions({.limit = 0}), IsEmpty());
  EXPECT_THAT(FoundDecisions({.limit = -1}), IsEmpty());
}

TEST_P(EveryStore, PrunesDecisionsThatAreOlderThanTheirRetention) {
  PutDecisions({At(0s), At(1h), At(2h)});
  const Retention retention{.decisions = 1h, .gone_hosts = 1h};
  EXPECT_EQ(store_->Prune(retention, At(2h), kAll), 1);
  EXPECT_THAT(FoundDecisions({}), ElementsAre("d2", "d1"));
  EXPECT_EQ(store_->FindDecision("d0"), std::nullopt);
  EXPECT_EQ(store_->Prune(retention, At(2h), kAll), 0);
}

struct GoneHostCase {
  const char* description;
  std::chrono::sys_days gone, now;
  Duration retention;
  bool is_kept;
};

TEST_P(EveryStore, PrunesGoneHostsWhenTheBooksNoLongerNeedThem) {
  using namespace std::chrono;
  const GoneHostCase cases[] = {
      {"month of its end", 2026y / 3 / 1, 2026y / 3 / 31, 24h, true},
      {"the month after", 2026y / 3 / 31, 2026y / 4 / 30, 24h, true},
      {"two months later", 2026y / 3 / 31, 2026y / 5 / 1, 24h, false},
      {"over the turn of the year", 2025y / 12 / 1, 2026y / 1 / 31, 24h, true},
      {"after the turn of the year", 2025y / 12 / 31, 2026y / 2 / 1, 24h, false},
      {"within a long retention", 2026y / 3 / 1, 2026y / 5 / 20, 24h * 90, true},
      {"past a long retention", 2026y / 3 / 1, 2026y / 6 / 1, 24h * 90, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.description);
    store_->Commit({{AGoneHost("h-1", c.gone)}});
    EXPECT_EQ(store_->Prune({.gone_hosts = c.retention}, c.now, kAll), c.is_kept ? 0 : 1);
    EXPECT_EQ(HostIds(true).size(), c.is_kept ? 1U : 0U);
  }
}

TEST_P(EveryStore, PrunesNoMoreAtATimeThanItMay) {
  PutDecisions({At(2s), At(0s), At(1s), At(3h)});
  store_->Commit({{AGoneHost("h-1", At(0s)), AGoneHost("h-2", At(0s)), AHost("h-3")}});
  const Retention retention{.decisions = 1h, .gone_hosts = 1h};
  const Time now = At(24h * 70);
  EXPECT_EQ(store_->Prune(retention, now, 0), 0);
  EXPECT_EQ(store_->Prune(retention, now, 2), 2);
  EXPECT_THAT(FoundDecisions({}), ElementsAre("d3", "d0"));
  EXPECT_EQ(store_->Prune(retention, now, 3), 3);
  EXPECT_EQ(HostIds(true).size(), 2U);
  EXPECT_EQ(store_->Prune(retention, now, 3), 1);
  EXPECT_THAT(HostIds(true), ElementsAre("h-3"));
  EXPECT_EQ(store_->Prune(retention, now, 3), 0);
}

TEST_P(EveryStore, NeverPrunesAHostThatIsNotGone) {
  HostRecord failed = AHost("h-1", HostState::kFailed);
  HostRecord removing = AHost("h-2", HostState::kRemoving);
  removing.gone_at = At(0s);  // a record that contradicts itself still stands for a machine
  store_->Commit({{failed, removing}});
  EXPECT_EQ(store_->Prune({}, At(24h * 4000), kAll), 0);
  EXPECT_THAT(HostIds(false), ElementsAre("h-1", "h-2"));
}

TEST_P(EveryStore, KeepsTextThatIsNotUtf8ReadableAtLeast) {
  HostRecord host = AHost("h-1");
  host.failure = "caf\xe9";
  store_->Commit({{host}});
  EXPECT_THAT(store_->Hosts(true).at(0).failure, ::testing::StartsWith("caf"));
}

INSTANTIATE_TEST_SUITE_P(Store, EveryStore, ::testing::Values("memory", "sqlite"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace spillway
