#include "policies/latency/latency.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Under 0.2 s, aimed at 0.18; without load 0.09, so that the aim is a utilisation of a half.
LatencyConfig Under200ms() {
  LatencyConfig config;
  config.signal.name = config.signal.metric = "response";
  config.limit = 0.2;
  config.unloaded = 0.09;
  return config;
}

Signal Of(SignalState state, double value = 0) {
  Signal signal = ASignal(value);
  signal.state = state;
  return signal;
}

struct Case {
  std::string what;
  double value;
  std::int64_t ready, coming;
  double hosts;
  std::string code;
};

void ExpectEach(const LatencyConfig& config, const std::vector<Case>& cases,
                std::optional<double> utilisation = {}) {
  for (const Case& c : cases) {
    LatencyPolicy policy("l", config);
    std::vector<Signal> signals = {ASignal(c.value)};
    if (utilisation) signals.push_back(ASignal(*utilisation));
    const auto r = Evaluate(policy, AView(c.ready, c.coming), signals);
    EXPECT_EQ(r.kind, RecommendationKind::kTarget) << c.what;
    EXPECT_EQ(r.wanted, Scaled(kHostSize, c.hosts)) << c.what << ": " << r.reason.text;
    EXPECT_EQ(r.reason.code, c.code) << c.what << ": " << r.reason.text;
  }
}

TEST(Latency, GrowsByTheModelAndFeelsItsWayDown) {
  ExpectEach(
      Under200ms(),
      {
          // 0.3 is a utilisation of 0.7, and 0.5 is aimed at
          {"over the limit", 0.3, 10, 0, 14, "latency_grow"},
          {"already over the aim", 0.19, 20, 0, 20 * (1 - 0.09 / 0.19) / 0.5, "latency_grow"},
          {"far over it: no ten fleets", 60, 10, 0, 10 * (1 - 0.09 / 60) / 0.5, "latency_grow"},
          {"does not compound", 60, 10, 10, 20, "latency_hold"},
          {"calls nothing off while it is slow", 0.3, 10, 8, 18, "latency_hold"},
          {"just under the aim", 0.178, 10, 0, 10, "latency_hold"},
          {"waits for what is coming before it shrinks", 0.1, 10, 1, 11, "latency_hold"},
          {"a tenth at a time", 0.095, 40, 0, 36, "latency_shrink"},
          {"a host at a time when there are few", 0.095, 4, 0, 3, "latency_shrink"},
          {"not a host when the rest would be too busy", 0.15, 4, 0, 4, "latency_hold"},
      });
}

TEST(Latency, AMeasuredUtilisationSaysWhatVariesHowMuch) {
  LatencyConfig config = Under200ms();
  config.utilisation = config.signal;
  // At a utilisation of a half waiting is 0.21: that of 0.09 is at 0.3.
  ExpectEach(config, {{"long queues of a half empty fleet", 0.3, 12, 0, 20, "latency_grow"}}, 0.5);
  // Waiting of 0.21 at 0.9 is little: 0.09 is at 0.794.
  ExpectEach(config, {{"a full one", 0.3, 75, 0, 85, "latency_grow"}}, 0.9);
}

TEST(Latency, LearnsWhatAResponseTakesWithoutLoad) {
  LatencyConfig config = Under200ms();
  config.unloaded.reset();
  LatencyPolicy policy("l", config);
  const auto hosts = [&](double value, Duration t) {
    const Capacity wanted = Evaluate(policy, AView(100), {ASignal(value)}, At(t)).wanted;
    return static_cast<double>(wanted.vcpu) / 8;
  };
  // Half of the aim until it is known better: 0.36 is a utilisation of 0.75, a half is aimed at.
  EXPECT_NEAR(hosts(0.36, 0s), 150, 1);
  hosts(0.018, 10s);
  // Now 0.36 is one of 0.95, and 0.9 is aimed at.
  EXPECT_NEAR(hosts(0.36, 20s), 105.6, 1);

  LatencyPolicy after("l", config);
  ASSERT_TRUE(after.Recall(policy.Memory()));
  EXPECT_EQ(after.Memory(), policy.Memory());
  for (const std::string memory :
       {"", "{}", "[]", R"({"trust":{},"unloaded":{}})",
        R"({"trust":{"failures":0,"held_until":0},"unloaded":{"":1}})"}) {
    EXPECT_FALSE(LatencyPolicy("l", config).Recall(memory)) << memory;
  }
}

// Each time what was asked for comes, and has a minute to show.
TEST(Latency, StopsGrowingWhenItDoesNotHelp) {
  LatencyPolicy policy("l", Under200ms());
  std::int64_t hosts = 4;
  Time now = At(0s);
  Recommendation r;
  const auto step = [&](double value) {
    now += 2min;
    r = Evaluate(policy, AView(hosts), {ASignal(value)}, now);
    const auto before = hosts;
    hosts = HostsFor(r.wanted, kHostSize);
    if (hosts != before) Evaluate(policy, AView(hosts), {ASignal(value)}, now += 1s);
  };
  for (int i = 0; i < 3; ++i) {
    step(1.0);
    EXPECT_EQ(r.reason.code, "latency_grow") << i;
  }
  step(1.0);
  EXPECT_EQ(r.reason.code, "latency_unmoved") << r.reason.text;
  EXPECT_EQ(r.wanted, kHostSize * hosts);
  EXPECT_THAT(r.reason.text, HasSubstr("growing did not help"));
  LatencyPolicy after("l", Under200ms());  // not forgotten by a restart
  ASSERT_TRUE(after.Recall(policy.Memory()));
  EXPECT_EQ(Evaluate(after, AView(hosts), {ASignal(1.0)}, now + 1min).reason.code,
            "latency_unmoved");
  now += 30min;
  step(1.0);
  EXPECT_EQ(r.reason.code, "latency_grow");
  step(0.1);
  step(1.0);
  EXPECT_EQ(r.reason.code, "latency_grow");
}

TEST(Latency, GrowsOnWhileItHelpsOrTheHostsAreFull) {
  LatencyPolicy helps("l", Under200ms());
  double value = 5;
  for (std::int64_t hosts = 4; hosts < 300; hosts *= 2, value *= 0.8) {
    Evaluate(helps, AView(hosts), {ASignal(value)}, At(hosts * 2min));
    EXPECT_EQ(Evaluate(helps, AView(hosts), {ASignal(value)}, At(hosts * 2min + 90s)).reason.code,
              "latency_grow");
  }
  LatencyConfig config = Under200ms();
  config.utilisation = config.signal;
  LatencyPolicy full("l", config);
  for (std::int64_t hosts = 4; hosts < 300; hosts *= 2) {
    const std::vector<Signal> signals = {ASignal(5), ASignal(0.97)};
    Evaluate(full, AView(hosts), signals, At(hosts * 2min));
    EXPECT_EQ(Evaluate(full, AView(hosts), signals, At(hosts * 2min + 90s)).reason.code,
              "latency_grow");
  }
}

LatencyConfig WithPlaces() {
  LatencyConfig config = Under200ms();
  config.places = {{"vie", Coordinates{48.2, 16.4}, 3}, {"lis", std::nullopt, 1}};
  return config;
}

TEST(Latency, LooksAtEachPlace) {
  LatencyPolicy policy("l", WithPlaces());
  ASSERT_EQ(policy.signals().size(), 3u);
  EXPECT_EQ(policy.signals()[1].name, "response{location=vie}");
  EXPECT_THAT(policy.signals()[2].where,
              ElementsAre(std::pair<std::string, std::string>("location", "lis")));
}

TEST(Latency, GrowsWhereUsersWait) {
  struct Place {
    std::string what;
    double all, vie, lis, hosts;
    std::vector<std::string> near;
  };
  // A place at 0.3 needs 1.4 times its part; Vienna has three quarters of the fleet.
  const std::vector<Place> cases = {
      {"everybody is well", 0.17, 0.17, 0.17, 20, {}},
      {"all and one place", 0.3, 0.3, 0.1, 28, {"vie"}},
      {"one that the others hide", 0.1, 0.1, 0.3, 22, {"lis"}},
      {"the larger one", 0.1, 0.3, 0.1, 26, {"vie"}},
      {"both", 0.1, 0.3, 0.3, 28, {"vie", "lis"}},
      {"slow everywhere and nowhere", 0.3, 0.1, 0.1, 28, {}},
  };
  for (const Place& c : cases) {
    LatencyPolicy policy("l", WithPlaces());
    const auto r = Evaluate(policy, AView(20), {ASignal(c.all), ASignal(c.vie), ASignal(c.lis)});
    EXPECT_EQ(r.wanted, Scaled(kHostSize, c.hosts)) << c.what << ": " << r.reason.text;
    std::vector<std::string> near;
    for (const NearPlace& place : r.near) near.push_back(place.name);
    EXPECT_EQ(near, c.near) << c.what;
  }
  LatencyPolicy policy("l", WithPlaces());
  const auto r = Evaluate(policy, AView(20), {ASignal(0.3), ASignal(0.3), ASignal(0.3)});
  EXPECT_EQ(r.near[0].coordinates, (Coordinates{48.2, 16.4}));
  EXPECT_NEAR(r.near[0].weight / r.near[1].weight, 3.0, 1e-9);
  EXPECT_EQ(r.near[0].why, "response is 0.3 there, the limit is 0.2");
}

TEST(Latency, ASilentPlaceShrinksNothing) {
  LatencyPolicy policy("l", WithPlaces());
  const auto with = [&](const Signal& vie) {
    return Evaluate(policy, AView(20), {ASignal(0.1), vie, ASignal(0.1)});
  };
  EXPECT_FALSE(with(Of(SignalState::kStale)).may_shrink);
  EXPECT_FALSE(with(Of(SignalState::kPartial, 0.1)).may_shrink);
  EXPECT_FALSE(with(Of(SignalState::kNotFinite)).may_shrink);
  EXPECT_TRUE(with(Of(SignalState::kMissing)).may_shrink);  // nobody lives there
  EXPECT_EQ(with(Of(SignalState::kMissing)).reason.code, "latency_shrink");
  EXPECT_EQ(with(ASignal(0.17)).reason.code, "latency_hold");
}

TEST(Latency, CannotTellWithoutSignalOrHosts) {
  struct Blind {
    Signal signal;
    std::int64_t ready;
    std::string code;
  };
  for (const Blind& c :
       {Blind{Of(SignalState::kMissing), 3, "signal_missing"},
        Blind{ASignal(0.3), 0, "no_ready_hosts"}, Blind{ASignal(-1), 3, "signal_negative"}}) {
    LatencyPolicy policy("l", Under200ms());
    const auto r = Evaluate(policy, AView(c.ready, 1), {c.signal});
    EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
    EXPECT_EQ(r.reason.code, c.code);
    EXPECT_FALSE(r.may_shrink);
  }
}

TEST(Latency, KeepsToItsStepsWhateverItSees) {
  EXPECT_TRUE(rc::check("bounded, monotone, and unknown never removes", [] {
    LatencyConfig config = WithPlaces();
    config.max_step = *rc::gen::inRange(11, 50) / 10.0;
    config.shrink_step = *rc::gen::inRange(1, 100) / 100.0;
    const ClusterView view = AView(*rc::gen::inRange(1, 200), *rc::gen::inRange(0, 3));
    const auto any = [] { return *rc::gen::inRange(0, 1'000'000) / 100'000.0; };
    const auto wanted = [&](double all, double vie, double lis) {
      LatencyPolicy policy("l", config);
      return Evaluate(policy, view, {ASignal(all), ASignal(vie), ASignal(lis)}).wanted;
    };
    const double all = any(), vie = any(), lis = any();
    const Capacity one = wanted(all, vie, lis);
    const Capacity rounding{1, 1};
    RC_ASSERT((Max(view.usable, Scaled(view.ready, config.max_step)) + rounding).Covers(one));
    const Capacity least =
        Min(Scaled(view.ready, 1 - config.shrink_step), Max(view.ready - kHostSize, Capacity{}));
    RC_ASSERT(one.Covers(least));
    RC_ASSERT(wanted(all + any(), vie, lis).Covers(one));
    RC_ASSERT(wanted(all, vie + any(), lis).Covers(one));

    LatencyPolicy blind("l", config);
    const auto r = Evaluate(blind, view, {ASignal(all), Of(SignalState::kStale), ASignal(lis)});
    RC_ASSERT(!r.may_shrink);
  }));
}

TEST(Latency, ReadsEveryKey) {
  const auto parsed = ParsePolicy("latency", R"(
signal: {metric: response, function: quantile, quantile: 0.95, across: pool}
limit: 0.25
margin: 0.2
unloaded: 0.1
utilisation: {metric: cpu}
max_step: 1.5
shrink_step: 0.25
near:
  label: site
  places:
    - {name: vie, latitude: 48.2, longitude: 16.4, share: 2}
    - {name: fra}
on_unknown: {add_hosts: 1}
)");
  ASSERT_THAT(parsed.errors, IsEmpty());
  ASSERT_EQ(parsed.policy->signals().size(), 4u);
  EXPECT_EQ(parsed.policy->signals()[1].where[0].first, "site");
  const Signal lost = Of(SignalState::kMissing);
  EXPECT_EQ(Evaluate(*parsed.policy, AView(8), {ASignal(9), lost, lost, lost}).wanted,
            kHostSize * 12);
}

TEST(Latency, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{}", "limit: is required"},
      {"{limit: 0.2, unloaded: 0.19}", "unloaded: expected less than 0.18"},
      {"{limit: 0.2, margin: 0}", "margin: expected a number from 0.01"},
      {"{limit: 0.2, near: {}}", "near.places: is required"},
      {"{limit: 0.2, near: {places: [{name: a}, {name: a}]}}",
       "near.places[1].name: the place \"a\" stands twice"},
      {"{limit: 0.2, near: {places: [{name: a, latitude: 91, longitude: 0}]}}",
       "near.places[0].latitude: expected a number from -90"},
      {"{limit: 0.2, near: {label: role, places: [{name: a}]}}",
       "near.label: the signal is of one role already"},
  };
  for (const auto& [rest, expected] : cases) {
    const auto parsed = ParsePolicy(
        "latency", "{signal: {metric: response, where: {role: web}}, " + rest.substr(1));
    EXPECT_THAT(parsed.errors, Contains(HasSubstr(expected))) << rest;
  }
}

}  // namespace
}  // namespace spillway
