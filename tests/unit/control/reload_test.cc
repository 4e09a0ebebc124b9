#include "scaler/control/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scaler/control/control_loop.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/memory_store.h"
#include "tests/support/records.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using testing::At;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class Decisions final : public EventSink {
 public:
  void OnDecision(const DecisionRecord& record) override { ids.push_back(record.decision.id); }
  void OnHost(const HostRecord& /*host*/) override {}

  std::vector<std::string> ids;
};

// Wants so many hosts. Learns how often it was asked; knows only memories of its own hand.
class Learning final : public Policy {
 public:
  Learning(std::string name, std::int64_t hosts, std::string hand)
      : Policy(std::move(name)), hosts_(hosts), hand_(std::move(hand)) {
    signal_.name = signal_.metric = "load";
  }

  std::span<const SignalSpec> signals() const override { return {&signal_, 1}; }
  Recommendation Evaluate(const PolicyInput& input) override {
    ++asked;
    Recommendation r;
    r.kind = RecommendationKind::kTarget;
    r.wanted = input.cluster.host_size * hosts_;
    r.reason = {"learning", std::to_string(hosts_), {}};
    return r;
  }
  std::string Memory() const override { return hand_ + std::to_string(asked); }
  bool Recall(std::string_view memory) override {
    if (!memory.starts_with(hand_)) return false;
    asked = std::stoi(std::string(memory.substr(hand_.size())));
    return true;
  }

  int asked = 0;

 private:
  SignalSpec signal_;
  const std::int64_t hosts_;
  const std::string hand_;
};

// A store that can be kept from reading.
class Reluctant final : public Store {
 public:
  std::string DeploymentId() override { return store_.DeploymentId(); }
  void Commit(const Changes& changes) override { store_.Commit(changes); }
  std::vector<HostRecord> Hosts(bool gone) override { return store_.Hosts(gone); }
  std::optional<HostRecord> FindHost(const std::string& id) override { return store_.FindHost(id); }
  std::vector<ClusterState> Clusters() override { return store_.Clusters(); }
  std::vector<OfferBackoff> Backoffs() override { return store_.Backoffs(); }
  std::vector<PolicyMemory> Memories() override {
    if (fails) throw StoreError("for a test");
    return store_.Memories();
  }
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

  bool fails = false;

 private:
  MemoryStore store_{"test"};
};

ClusterSpec Named(const std::string& name) {
  ClusterSpec cluster = testing::AnEdgeCluster();
  cluster.name = name;
  cluster.limits.stabilisation = {0s, 0s};
  cluster.limits.cooldown = {0s, 0s};
  return cluster;
}

std::unique_ptr<Policy> Wants(const std::string& name, std::int64_t hosts,
                              const std::string& hand = "a") {
  return std::make_unique<Learning>(name, hosts, hand);
}

class ReloadTest : public ::testing::Test {
 protected:
  ReloadTest() : clusters_{Named("edge")} {
    std::vector<PolicyList> acting(1);
    acting[0].push_back(Wants("load", 3));
    std::vector<PolicyList> shadows(1);
    shadows[0].push_back(Wants("calm", 2));
    control_ =
        std::make_unique<ControlLoop>(ProvisionContext{loop_,
                                                       workers_,
                                                       journal_,
                                                       log_,
                                                       metrics_,
                                                       random_,
                                                       providers_,
                                                       registrars_,
                                                       clusters_,
                                                       "test",
                                                       {}},
                                      store_, std::move(acting), ControlConfig{}, decisions_);
    control_->SetShadows(std::move(shadows));
    control_->Start();
    loop_.RunFor(1s);
  }

  // What there is, with nothing in it yet that acts.
  static NextClusters Next(std::vector<ClusterSpec> clusters) {
    NextClusters next;
    next.acting.resize(clusters.size());
    next.shadows.resize(clusters.size());
    next.unchanged.resize(clusters.size());
    next.clusters = std::move(clusters);
    return next;
  }
  // As it is.
  static NextClusters TheSame() {
    NextClusters next = Next({Named("edge")});
    next.acting[0].push_back(Wants("load", 3));
    next.shadows[0].push_back(Wants("calm", 2));
    next.unchanged[0] = {"load", "calm"};
    return next;
  }
  std::set<std::string> Take(NextClusters next) {
    std::set<std::string> acting = control_->Reconfigure(clusters_, std::move(next));
    loop_.RunFor(1s);
    return acting;
  }
  ClusterLook Look(std::size_t i) const { return control_->Clusters().at(i); }
  std::int64_t Wanted(std::size_t i) const {
    return Look(i).state.wanted.vcpu / testing::kHostSize.vcpu;
  }
  static const Learning& Of(const std::unique_ptr<Policy>& policy) {
    return dynamic_cast<const Learning&>(*policy);
  }

  SimulatedLoop loop_{At(0s)};
  SimulatedWorkers workers_{loop_, 1, 1ms, 1ms};
  Reluctant store_;
  Log log_{LogLevel::kOff};
  Metrics metrics_;
  Random random_{1};
  Journal journal_{loop_, store_, log_};
  const ProviderSet providers_{};
  const RegistrarSet registrars_{};
  std::vector<ClusterSpec> clusters_;
  Decisions decisions_;
  std::unique_ptr<ControlLoop> control_;
};

TEST_F(ReloadTest, LimitsHoldAtOnce) {
  ASSERT_EQ(Wanted(0), 3);
  NextClusters next = TheSame();
  next.clusters[0].limits.max_hosts = 2;
  EXPECT_THAT(Take(std::move(next)), IsEmpty());
  EXPECT_EQ(Wanted(0), 2);
  EXPECT_THAT(decisions_.ids, ElementsAre("edge-1", "edge-2"));
}

TEST_F(ReloadTest, ThatChangesNothingIsNoNews) {
  const Policy* const load = Look(0).acting[0].get();
  EXPECT_THAT(Take(TheSame()), IsEmpty());
  EXPECT_EQ(Look(0).acting[0].get(), load);
  EXPECT_THAT(decisions_.ids, ElementsAre("edge-1"));
}

TEST_F(ReloadTest, APolicyThatIsTheSameGoesOnAndAnotherTakesUpWhatItCan) {
  const Policy* const calm = Look(0).shadows[0].get();
  const int asked = Of(Look(0).acting[0]).asked;
  ASSERT_GT(asked, 0);
  NextClusters next = Next({Named("edge")});
  next.acting[0].push_back(Wants("load", 4));
  next.acting[0].push_back(Wants("calm", 2));  // acts now
  next.unchanged[0] = {"calm"};
  EXPECT_THAT(Take(std::move(next)), ElementsAre("edge"));
  EXPECT_EQ(Wanted(0), 4);
  EXPECT_GT(Of(Look(0).acting[0]).asked, asked);
  EXPECT_EQ(Look(0).acting[1].get(), calm);
  EXPECT_THAT(Look(0).shadows, IsEmpty());
}

TEST_F(ReloadTest, APolicyThatDoesNotKnowTheMemoryBeginsAnew) {
  loop_.RunFor(60s);
  const int asked = Of(Look(0).acting[0]).asked;
  NextClusters next = TheSame();
  next.acting[0][0] = Wants("load", 3, "another hand");
  next.unchanged[0] = {"calm"};
  Take(std::move(next));
  EXPECT_LT(Of(Look(0).acting[0]).asked, asked);
}

TEST_F(ReloadTest, ClustersComeAndGoAndComeAgain) {
  const auto both = [] {
    NextClusters next = Next({Named("far"), Named("edge")});
    next.acting[0].push_back(Wants("load", 1));
    next.acting[1].push_back(Wants("load", 3));
    next.unchanged[1] = {"load"};
    return next;
  };
  EXPECT_THAT(Take(both()), ElementsAre("far"));
  EXPECT_EQ(Look(0).spec.name, "far");
  EXPECT_EQ(Wanted(0), 1);
  EXPECT_EQ(Wanted(1), 3);
  EXPECT_THAT(decisions_.ids, ElementsAre("edge-1", "far-1"));
  EXPECT_TRUE(control_->is_ready());

  control_->EvaluateSoon("far");
  control_->OnSamples({{}, {{0, {"far", "load", {}}}}, {{0, 1.0, loop_.Now()}}});
  Take(TheSame());
  EXPECT_EQ(control_->Clusters().size(), 1u);
  control_->OnSamples({{}, {}, {{0, 2.0, loop_.Now()}}});  // of a cluster that is not there
  loop_.RunFor(60s);
  EXPECT_THAT(decisions_.ids, ElementsAre("edge-1", "far-1"));

  Take(both());
  EXPECT_THAT(decisions_.ids, ElementsAre("edge-1", "far-1", "far-2")) << "its books go on";
}

TEST_F(ReloadTest, WhatWasLearnedComesBackWithThePolicy) {
  const int asked = Of(Look(0).acting[0]).asked;
  NextClusters without = Next({Named("edge")});
  without.acting[0].push_back(Wants("other", 1));
  Take(std::move(without));
  EXPECT_EQ(store_.Memories().size(), 2u) << "of the one that acted, and of the shadow";
  Take(TheSame());
  EXPECT_GT(Of(Look(0).acting[0]).asked, asked);
}

TEST_F(ReloadTest, RolesHoldWhereTheConfigurationSaysTheSameAsThen) {
  control_->TakeRoles({{"edge", {"calm"}, {"load"}, At(1s)}});
  NextClusters same = TheSame();
  same.clusters[0].limits.max_hosts = 10;
  EXPECT_THAT(Take(std::move(same)), IsEmpty());
  EXPECT_EQ(Look(0).acting.at(0)->name(), "calm");
  EXPECT_EQ(Wanted(0), 2);

  NextClusters other = Next({Named("edge")});
  other.acting[0].push_back(Wants("newer", 5));
  other.shadows[0].push_back(Wants("calm", 2));
  other.unchanged[0] = {"calm"};
  EXPECT_THAT(Take(std::move(other)), ElementsAre("edge"));
  EXPECT_EQ(Look(0).acting.at(0)->name(), "newer");
}

TEST_F(ReloadTest, AStoreThatFailsLeavesAllAsItWas) {
  const Policy* const load = Look(0).acting[0].get();
  NextClusters next = Next({Named("edge"), Named("far")});
  next.clusters[0].limits.max_hosts = 1;
  next.acting[0].push_back(Wants("load", 3));
  next.unchanged[0] = {"load"};
  next.acting[1].push_back(Wants("new", 3));
  store_.fails = true;
  EXPECT_THROW(control_->Reconfigure(clusters_, std::move(next)), StoreError);
  loop_.RunFor(60s);
  ASSERT_EQ(control_->Clusters().size(), 1u);
  EXPECT_EQ(Look(0).spec.limits.max_hosts, Named("edge").limits.max_hosts);
  EXPECT_EQ(Look(0).acting[0].get(), load);
  EXPECT_EQ(Wanted(0), 3);
}

TEST_F(ReloadTest, IntervalsHoldAtOnce) {
  const int asked = Of(Look(0).acting[0]).asked;
  NextClusters next = TheSame();
  next.control.evaluate_at_least_every = 100ms;
  Take(std::move(next));
  EXPECT_GT(Of(Look(0).acting[0]).asked, asked + 8);
}

struct Objection {
  const char* what;
  std::function<void(std::vector<ClusterSpec>&)> change;
  std::string path;  // empty: none
  std::string expected;
};

class ReloadObjections : public ::testing::TestWithParam<Objection> {};

TEST_P(ReloadObjections, KeepWhatHostsNeed) {
  SimulatedLoop loop{At(0s)};
  MemoryStore store{"test"};
  Log log{LogLevel::kOff};
  Journal journal{loop, store, log};
  Fleet fleet(journal, [](const HostRecord*, const HostRecord&) {});
  HostRecord host = testing::AHost("edge-1", HostState::kReady);
  host.cluster = "edge";
  fleet.Load(host);
  const std::vector<ClusterSpec> running = {Named("edge"), Named("empty")};
  std::vector<ClusterSpec> next = running;
  GetParam().change(next);
  const auto objections = ObjectionsTo(next, running, fleet);
  if (GetParam().path.empty()) {
    EXPECT_THAT(objections, IsEmpty());
    return;
  }
  ASSERT_EQ(objections.size(), 1u);
  EXPECT_EQ(objections[0].path, GetParam().path);
  EXPECT_THAT(objections[0].message, HasSubstr(GetParam().expected));
  EXPECT_THAT(objections[0].message, HasSubstr("1 host; first give them back"));
}

using Clusters = std::vector<ClusterSpec>;
const Objection kObjections[] = {
    {"nothing_changed", [](Clusters&) {}, "", ""},
    {"another_order", [](Clusters& c) { std::swap(c[0], c[1]); }, "", ""},
    {"limits", [](Clusters& c) { c[0].limits.max_hosts = 1; }, "", ""},
    {"without_the_empty_one", [](Clusters& c) { c.pop_back(); }, "", ""},
    {"another_manager_of_the_empty_one", [](Clusters& c) { c[1].registrar = "two"; }, "", ""},
    {"without_its_cluster", [](Clusters& c) { c.erase(c.begin()); }, "clusters[edge]",
     "it to stay"},
    {"another_manager", [](Clusters& c) { c[0].registrar = "two"; }, "clusters[edge].registrar",
     "expected one "},
    {"another_hypervisor", [](Clusters& c) { c[0].hypervisor = Hypervisor::kLxc; },
     "clusters[edge].hypervisor", "expected kvm "},
    {"another_workload", [](Clusters& c) { c[0].workload = Workload::kKubernetes; },
     "clusters[edge].workload", "expected virtual_servers "},
};
INSTANTIATE_TEST_SUITE_P(Every, ReloadObjections, ::testing::ValuesIn(kObjections),
                         [](const auto& of) { return of.param.what; });

}  // namespace
}  // namespace spillway
