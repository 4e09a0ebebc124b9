#include "scaler/control/waiting_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policies/waiting_guests/waiting_guests.h"
#include "providers/simulated/simulated_registrar.h"
#include "tests/support/driven_service.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using testing::At;
using ::testing::HasSubstr;

WaitingGuest AGuest(const std::string& id, std::int64_t vcpu = 2) {
  WaitingGuest guest;
  guest.id = id;
  guest.cpu_percent = vcpu * 100;
  guest.memory_mib = 4096;
  return guest;
}

PolicyList WaitsFor(const WaitingSpec& spec) {
  WaitingGuestsConfig config;
  config.waiting = spec;
  PolicyList policies;
  policies.push_back(std::make_unique<PlaceGuestsPolicy>("waiting", config));
  return policies;
}

class ListsOfAMetric : public ::testing::Test {
 protected:
  // One series for each guest.
  void Say(Labels labels, double value, Time time) {
    const SeriesId id = next_++;
    SampleBatch batch;
    batch.announced.push_back({id, {"edge", "waiting", std::move(labels)}});
    batch.samples.push_back({id, value, time});
    observations_.Take(batch, [](std::string_view) {});
  }
  WaitingList List(Time now) {
    return GuestsOfMetric(observations_, "edge", {"waiting", 2min}, now);
  }

  Observations observations_{16};
  SeriesId next_ = 0;
};

TEST_F(ListsOfAMetric, HaveAGuestForEachSeriesThatIsAboveZero) {
  Say({{"guest", "b"}, {"memory_mib", "2048"}, {"vcpu", "0.5"}}, 1, At(0s));
  Say({{"guest", "a"}, {"hypervisor", "lxc"}, {"memory_mib", "1e3"}, {"vcpu", "4"}}, 1, At(0s));
  Say({{"guest", "placed"}, {"memory_mib", "1"}, {"vcpu", "4"}}, 0, At(0s));
  const WaitingList list = List(At(1min));
  EXPECT_EQ(list.state, SignalState::kFresh);
  ASSERT_EQ(list.guests.size(), 2u);
  EXPECT_EQ(list.guests[0], (WaitingGuest{"a", 400, 1000, Hypervisor::kLxc, {}, ""}));
  EXPECT_EQ(list.guests[1], (WaitingGuest{"b", 50, 2048, {}, {}, ""}));
}

TEST_F(ListsOfAMetric, AreEmptyWhenNobodyWaits) {
  EXPECT_EQ(List(At(0s)), (WaitingList{SignalState::kFresh, 0s, {}, ""}));
}

TEST_F(ListsOfAMetric, AreNotWholeWhileAGuestIsSilent) {
  Say({{"guest", "a"}, {"memory_mib", "1"}, {"vcpu", "1"}}, 1, At(0s));
  EXPECT_EQ(List(At(2min)).guests.size(), 1u);
  EXPECT_EQ(List(At(2min + 1s)).state, SignalState::kPartial);
  EXPECT_TRUE(List(At(2min + 1s)).guests.empty());
  EXPECT_EQ(List(At(4min + 1s)).state, SignalState::kFresh);  // gone on purpose
}

TEST_F(ListsOfAMetric, SayWhichLabelsAreMissing) {
  for (const Labels& labels :
       {Labels{{"guest", "a"}, {"vcpu", "1"}}, Labels{{"memory_mib", "1"}, {"vcpu", "1"}},
        Labels{{"guest", "a"}, {"memory_mib", "1"}, {"vcpu", "0"}},
        Labels{{"guest", "a"}, {"memory_mib", "1"}, {"vcpu", "nan"}},
        Labels{{"guest", "a"}, {"hypervisor", "xen"}, {"memory_mib", "1"}, {"vcpu", "1"}}}) {
    Observations observations(16);
    observations.Take({{}, {{0, {"edge", "waiting", labels}}}, {{0, 1.0, At(0s)}}},
                      [](std::string_view) {});
    const WaitingList list = GuestsOfMetric(observations, "edge", {"waiting", 2min}, At(0s));
    EXPECT_EQ(list.state, SignalState::kPartial);
    EXPECT_THAT(list.trouble, HasSubstr("expected the labels guest, vcpu and memory_mib"));
  }
}

SimulatedManagerSpec OfName(const std::string& name) {
  SimulatedManagerSpec spec;
  spec.name = name;
  return spec;
}

// A manager that is asked over workers in simulated time.
class AskingManagers : public ::testing::Test, protected testing::DrivenService {
 protected:
  AskingManagers() { registrars_["one"] = std::make_unique<SimulatedRegistrar>(manager_); }

  SimulatedManager manager_{loop_, OfName("one"), [](const std::string&) { return true; }};
  Observations observations_{16};
};

TEST_F(AskingManagers, HearsOfChangesAndOfNothingElse) {
  const ProvisionContext context = Context();
  int news = 0;
  WaitingBook book(context, 30s, [&](const std::string& cluster) {
    EXPECT_EQ(cluster, "edge");
    ++news;
  });
  const PolicyList policies = WaitsFor({});
  const auto list = [&] {
    return book.ListsFor(policies, "edge", observations_, loop_.Now()).at(0).at(0);
  };
  EXPECT_EQ(list().state, SignalState::kMissing);
  book.Follow(clusters_[0], policies);
  loop_.RunFor(1s);
  EXPECT_EQ(list().state, SignalState::kFresh);
  EXPECT_TRUE(list().guests.empty());
  EXPECT_EQ(news, 1);
  manager_.SetWaitingGuests({AGuest("1")});
  loop_.RunFor(10min);
  EXPECT_EQ(list().guests.size(), 1u);
  EXPECT_EQ(news, 2);
}

TEST_F(AskingManagers, AsksNoneThatNobodyWantsToKnowOf) {
  const ProvisionContext context = Context();
  WaitingBook book(context, 30s, [](const std::string&) { FAIL() << "it was asked"; });
  book.Follow(clusters_[0], WaitsFor({"waiting", 2min}));
  loop_.RunFor(10min);
}

// Without a sample, a host or an offer it is the manager's answer that makes the cluster due.
TEST_F(AskingManagers, LetsTheControlLoopDecideByWhatTheySay) {
  std::vector<PolicyList> policies;
  policies.push_back(WaitsFor({}));
  WaitingGuest guest = AGuest("17");
  guest.cause = WaitCause::kOther;
  guest.why = "No image";
  manager_.SetWaitingGuests({guest});
  ControlLoop control(Context(), store_, std::move(policies), {}, nobody_);
  control.Start();
  loop_.RunFor(1s);
  const auto decisions = store_.Decisions({.limit = 1});
  ASSERT_EQ(decisions.size(), 1u);
  const Reason& reason = decisions[0].decision.recommendations.at(0).reason;
  EXPECT_EQ(reason.code, "waiting_not_helped");
  EXPECT_THAT(reason.text, HasSubstr("17 (No image)"));
}

// What an evaluation makes of a list.
struct Evaluated {
  ClusterSpec cluster = testing::AnEdgeCluster();
  ClusterState state;
  std::vector<HostRecord> hosts;
  std::vector<Offer> offers = {testing::AnOffer("rack", "home", "small"),
                               testing::AnOffer("rack", "home", "big")};

  Evaluated() { offers[1].capacity = testing::kHostSize * 4; }

  Evaluation Of(std::vector<WaitingGuest> guests) {
    const PolicyList policies = WaitsFor({});
    const PolicySignals signals(1);
    const PolicyWaiting waiting = {{{SignalState::kFresh, 0s, std::move(guests), ""}}};
    return Evaluate({At(0s), cluster, state, policies, signals, hosts,
                     [this] {
                       return Market{offers, {}, {}, {}, {}};
                     },
                     waiting});
  }
};

TEST(WaitingGuestsEvaluated, AreBoughtMachinesThatHoldThem) {
  Evaluated e;
  e.offers[0].price_per_hour = Money::FromDouble(0.01);  // a hundred of these would not help
  const Evaluation evaluation = e.Of({AGuest("1", 20)});
  ASSERT_EQ(evaluation.record.plan.take.size(), 1u);
  EXPECT_EQ(evaluation.record.plan.take[0].offer.plan, "big");
  EXPECT_EQ(evaluation.record.plan.take[0].count, 1);
}

TEST(WaitingGuestsEvaluated, AreNotBoughtForTwiceWhileHostsCome) {
  Evaluated e;
  e.hosts = {testing::AHost("h1", HostState::kBooting)};
  const Evaluation evaluation = e.Of({AGuest("1"), AGuest("2")});
  EXPECT_EQ(evaluation.record.decision.verdict, Verdict::kHold);
  EXPECT_EQ(evaluation.record.decision.recommendations[0].reason.code, "waiting_hold");
}

TEST(WaitingGuestsEvaluated, ThatFitOnNoEligibleMachineAreNotBoughtFor) {
  Evaluated e;
  e.cluster.jurisdiction = {"FR"};  // every offer is in Germany
  const Evaluation evaluation = e.Of({AGuest("1")});
  EXPECT_TRUE(evaluation.record.plan.IsEmpty());
  EXPECT_EQ(evaluation.record.decision.recommendations[0].reason.code, "waiting_not_helped");
}

}  // namespace
}  // namespace spillway
