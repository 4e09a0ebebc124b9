// What people do with hosts: what is possible when, and what comes of it.
#include "scaler/provision/host_orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "providers/simulated/simulated_provider.h"
#include "providers/simulated/simulated_registrar.h"
#include "providers/simulated/simulated_world.h"
#include "scaler/plan/plan.h"
#include "scaler/provision/provisioner.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/memory_store.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::HasSubstr;

const PersonsWord kAnna{"anna", "its fan is loud", kStart};

HostRecord With(HostState state, HostGoal goal) {
  HostRecord host = AHost("edge-1", state);
  host.goal = goal;
  return host;
}

struct OrderCase {
  const char* name;
  HostState state;
  HostGoal goal;
  HostAction action;
  const char* refused;  // a part of why; empty: it is done
  HostGoal then;
};
void PrintTo(const OrderCase& c, std::ostream* out) { *out << c.name; }

class HostOrders : public ::testing::TestWithParam<OrderCase> {};

TEST_P(HostOrders, AreDoneWhereTheyMakeSense) {
  const OrderCase& c = GetParam();
  const HostRecord before = With(c.state, c.goal);
  const Result<HostRecord> after = Ordered(before, {c.action, kAnna}, At(1min));
  if (*c.refused != '\0') {
    ASSERT_FALSE(after);
    EXPECT_EQ(after.error().kind, ErrorKind::kConflict);
    EXPECT_THAT(after.error().text, HasSubstr(c.refused));
    return;
  }
  ASSERT_TRUE(after) << after.error().text;
  EXPECT_EQ(after->goal, c.then);
  EXPECT_EQ(after->state, c.state) << "states are the steps' business";
  const Result<HostRecord> again = Ordered(*after, {c.action, {"otto", "", At(2min)}}, At(1min));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *after) << "asking twice is asking once";
}

using S = HostState;
using G = HostGoal;
using A = HostAction;
INSTANTIATE_TEST_SUITE_P(
    Each, HostOrders,
    ::testing::Values(
        OrderCase{"ready_protect", S::kReady, G::kServe, A::kProtect, "", G::kServe},
        OrderCase{"booting_protect", S::kBooting, G::kServe, A::kProtect, "", G::kServe},
        OrderCase{"leaving_protect", S::kDraining, G::kRetire, A::kProtect, "on its way down", {}},
        OrderCase{"gone_protect", S::kGone, G::kRetire, A::kProtect, "gone", {}},
        OrderCase{"ready_unprotect", S::kReady, G::kServe, A::kUnprotect, "", G::kServe},
        OrderCase{"ready_drain", S::kReady, G::kServe, A::kDrain, "", G::kDrained},
        OrderCase{"drained_drain", S::kDraining, G::kDrained, A::kDrain, "", G::kDrained},
        OrderCase{"booting_drain", S::kBooting, G::kServe, A::kDrain, "no guests yet", {}},
        OrderCase{"leaving_drain", S::kCordoned, G::kRetire, A::kDrain, "on its way down", {}},
        OrderCase{"drained_undrain", S::kDraining, G::kDrained, A::kUndrain, "", G::kServe},
        OrderCase{"ready_undrain", S::kReady, G::kServe, A::kUndrain, "", G::kServe},
        OrderCase{"leaving_undrain", S::kDraining, G::kRetire, A::kUndrain, "", G::kServe},
        OrderCase{"removing_undrain", S::kRemoving, G::kRetire, A::kUndrain, "removing", {}},
        OrderCase{"given_up_undrain", S::kBooting, G::kRetire, A::kUndrain, "booting", {}},
        OrderCase{"ready_retire", S::kReady, G::kServe, A::kRetire, "", G::kRetire},
        OrderCase{"booting_retire", S::kBooting, G::kServe, A::kRetire, "", G::kRetire},
        OrderCase{"drained_retire", S::kDraining, G::kDrained, A::kRetire, "", G::kRetire},
        OrderCase{"leaving_retire_now", S::kDraining, G::kRetire, A::kRetireNow, "", G::kRetire},
        OrderCase{"gone_retire", S::kGone, G::kRetire, A::kRetire, "gone", {}},
        OrderCase{"booting_retry", S::kBooting, G::kServe, A::kRetry, "", G::kServe},
        OrderCase{"removing_retry", S::kRemoving, G::kRetire, A::kRetry, "", G::kRetire},
        OrderCase{"gone_retry", S::kGone, G::kRetire, A::kRetry, "", G::kRetire},
        OrderCase{"ready_retry", S::kReady, G::kServe, A::kRetry, "it is ready", {}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(HostOrder, OfWhomAndWhyIsInTheRecord) {
  const HostRecord drained = *Ordered(With(S::kReady, G::kServe), {A::kDrain, kAnna}, At(1min));
  EXPECT_EQ(drained.goal_by, kAnna);
  EXPECT_EQ(drained.next_look, At(1min));
  const HostRecord back = *Ordered(drained, {A::kUndrain, kAnna}, At(2min));
  EXPECT_FALSE(back.goal_by) << "decisions may turn it again";
  const HostRecord kept = *Ordered(back, {A::kProtect, kAnna}, At(3min));
  EXPECT_TRUE(kept.is_protected);
  EXPECT_EQ(kept.protected_by, kAnna);
  EXPECT_FALSE(
      Ordered(*Ordered(kept, {A::kUnprotect, kAnna}, At(4min)), {A::kUnprotect, kAnna}, At(4min))
          ->protected_by);
}

TEST(HostOrder, AProtectedHostIsNotRetired) {
  HostRecord host = With(S::kReady, G::kServe);
  host.is_protected = true;
  EXPECT_THAT(Ordered(host, {A::kRetire, kAnna}, At(0s)).error().text, HasSubstr("unprotect"));
  EXPECT_TRUE(Ordered(host, {A::kDrain, kAnna}, At(0s)));
}

TEST(HostOrder, NoReboundTakesBackWhatAPersonRetired) {
  HostRecord host = With(S::kDraining, G::kRetire);
  EXPECT_TRUE(IsReclaimable(host));
  host = *Ordered(host, {A::kRetire, kAnna}, At(0s));
  EXPECT_FALSE(IsReclaimable(host));
  EXPECT_TRUE(IsBeingEmptied(host)) << "its guests still need a place";
}

// One ready host with two guests, at a simulated cloud and manager.
class OneHost : public ::testing::Test {
 protected:
  OneHost() {
    SimulatedCloudSpec cloud;
    cloud.name = "cloud";
    cloud.offers = {AnOffer("cloud", "fra", "m")};
    cloud.boot_metal = {30s, 0};
    cloud.deletion = 10s;
    SimulatedManagerSpec manager;
    manager.name = "one";
    manager.enrol = 5s;
    manager.evacuate = 10min;
    manager_ = &world_.Manager(manager);
    providers_["cloud"] = std::make_unique<SimulatedProvider>(world_.Cloud(cloud));
    registrars_["one"] = std::make_unique<SimulatedRegistrar>(*manager_);
    Begin();
    Plan plan;
    plan.take = {{"cloud", cloud.offers[0], 1}};
    Decision decision;
    decision.cluster = "edge";
    provisioner_->Carry(plan, decision);
    Pass(3min);
    EXPECT_EQ(Host().state, HostState::kReady);
    EXPECT_EQ(Host().guests.count, 2);
  }
  // A life of the process, with what an earlier one has stored.
  void Begin() {
    loop_.DropEverything();
    provisioner_.reset();
    journal_ = std::make_unique<Journal>(loop_, store_, log_);
    provisioner_ = std::make_unique<Provisioner>(ProvisionContext{loop_,
                                                                  workers_,
                                                                  *journal_,
                                                                  log_,
                                                                  metrics_,
                                                                  random_,
                                                                  providers_,
                                                                  registrars_,
                                                                  clusters_,
                                                                  "deployment",
                                                                  {}},
                                                 [](const HostRecord*, const HostRecord&) {});
    provisioner_->Resume(store_.Hosts(false), store_.Backoffs());
  }
  void Pass(Duration time) { loop_.RunFor(time); }
  void Say(HostAction action) {
    const Result<HostRecord> done = provisioner_->Obey(Host(), {action, kAnna});
    EXPECT_TRUE(done) << done.error().text;
    loop_.RunFor(0s);  // the commit
  }
  HostRecord Host() { return store_.Hosts(true).at(0); }
  std::size_t Machines() const { return world_.MachinesNow().size(); }

  SimulatedLoop loop_{kStart};
  SimulatedWorkers workers_{loop_, 1, 20ms, 200ms};
  SimulatedWorld world_{loop_};
  Log log_{LogLevel::kOff};
  Metrics metrics_;
  Random random_{1};
  MemoryStore store_{"deployment"};
  ProviderSet providers_;
  RegistrarSet registrars_;
  const std::vector<ClusterSpec> clusters_{AnEdgeCluster()};
  SimulatedManager* manager_ = nullptr;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Provisioner> provisioner_;
};

TEST_F(OneHost, ThatIsDrainedIsEmptiedAndStays) {
  Say(HostAction::kDrain);
  Pass(1min);
  EXPECT_EQ(Host().state, HostState::kDraining);
  EXPECT_FALSE(manager_->Hosts().at(0).is_schedulable);
  Pass(24h);
  EXPECT_EQ(Host().state, HostState::kCordoned) << "what drains for hours is stuck; this one rests";
  EXPECT_EQ(Host().guests.count, 0);
  EXPECT_EQ(Machines(), 1u);
  EXPECT_EQ(world_.GuestsHurt(), 0);
}

TEST_F(OneHost, ThatRestsIsEmptiedAgainWhenSomebodyPutsAGuestOnIt) {
  Say(HostAction::kDrain);
  Pass(15min);
  manager_->SetGuests(Host().id, {1, {1, 1024}});
  Pass(1min);
  EXPECT_EQ(Host().state, HostState::kDraining);
  Pass(15min);
  EXPECT_EQ(Host().state, HostState::kCordoned);
  Say(HostAction::kRetire);
  Pass(1min);
  EXPECT_EQ(Host().state, HostState::kGone);
}

TEST_F(OneHost, StaysDrainedOverARestartAndServesAgainWhenToldTo) {
  Say(HostAction::kDrain);
  Pass(5min);
  Begin();
  Pass(1h);
  EXPECT_EQ(Host().goal, HostGoal::kDrained);
  EXPECT_EQ(Host().guests.count, 0);
  Say(HostAction::kUndrain);
  Pass(1min);
  EXPECT_EQ(Host().state, HostState::kReady);
  EXPECT_TRUE(manager_->Hosts().at(0).is_schedulable);
}

TEST_F(OneHost, ThatIsRetiredWaitsForItsGuests) {
  Say(HostAction::kRetire);
  Pass(9min);
  EXPECT_EQ(Machines(), 1u);
  Pass(5min);
  EXPECT_EQ(Host().state, HostState::kGone);
  EXPECT_EQ(Machines(), 0u);
  EXPECT_EQ(world_.GuestsHurt(), 0);
}

TEST_F(OneHost, ThatIsRetiredNowDoesNotWait) {
  Say(HostAction::kRetireNow);
  Pass(1min);
  EXPECT_EQ(Machines(), 0u);
  EXPECT_NE(Host().state, HostState::kGone) << "the manager still has guests on it";
  Pass(15min);  // it restarts them elsewhere
  EXPECT_EQ(Host().state, HostState::kGone);
  EXPECT_TRUE(manager_->Hosts().empty());
}

TEST_F(OneHost, MayBeToldToGoNowWhileItDrains) {
  Say(HostAction::kDrain);
  Pass(1min);
  Say(HostAction::kRetireNow);
  Pass(1min);
  EXPECT_EQ(Machines(), 0u);
}

TEST_F(OneHost, WhatItWasTakenFromIsTriedAgainWhenToldTo) {
  HostRecord host = Host();
  host.state = HostState::kGone;
  const Error none{ErrorKind::kNoCapacity, "cloud", "", "none left"};
  store_.Commit(Changes{.backoffs = {{host.offer, loop_.Now() + 1h, 3, Describe(none)}}});
  Begin();
  EXPECT_GT(provisioner_->backoffs().at(0).until, loop_.Now());
  EXPECT_TRUE(provisioner_->Obey(host, {HostAction::kRetry, kAnna}));
  EXPECT_LE(provisioner_->backoffs().at(0).until, loop_.Now());
  EXPECT_TRUE(provisioner_->fleet().Find(host.id)) << "a gone record does not come back";
}

// The plan never touches what people have said.
TEST(PlanAndPeople, NeitherTakesBackNorGivesBackWhatAPersonTurned) {
  ClusterSpec cluster = AnEdgeCluster();
  cluster.limits.min_lifetime = 0s;
  std::vector<HostRecord> hosts = {AHost("drained"), AHost("retired"), AHost("kept"),
                                   AHost("other")};
  hosts[0] = *Ordered(hosts[0], {A::kDrain, kAnna}, kStart);
  hosts[1] = *Ordered(hosts[1], {A::kRetire, kAnna}, kStart);
  hosts[2] = *Ordered(hosts[2], {A::kProtect, kAnna}, kStart);
  Decision decision;
  decision.wanted = kHostSize * 4;
  const Plan grows = MakePlan({kStart, cluster, decision, hosts, {}, {}, {}, {}, {}});
  EXPECT_TRUE(grows.reclaim.empty());
  decision.wanted = {};
  const Plan shrinks = MakePlan({kStart, cluster, decision, hosts, {}, {}, {}, {}, {}});
  ASSERT_EQ(shrinks.give_back.size(), 1u);
  EXPECT_EQ(shrinks.give_back[0].host, "other");
}

}  // namespace
}  // namespace spillway
