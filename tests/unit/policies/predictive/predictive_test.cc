#include "policies/predictive/predictive.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Steps of five minutes, so that weeks pass in a moment. A host takes ten units and is ready after
// ten minutes.
constexpr Duration kStep = 5min;
constexpr std::int64_t kStepsADay = std::chrono::hours(24) / kStep;

PredictiveConfig AConfig() {
  PredictiveConfig config;
  config.signal.name = config.signal.metric = "load";
  config.target = 10;
  config.time_to_ready = 10min;
  config.step = kStep;
  return config;
}

// Hosts that boot, driven by what the policy wants.
class Drive {
 public:
  using Load = std::function<double(std::int64_t step)>;

  Drive(PredictivePolicy& policy, Load load) : policy_(policy), load_(std::move(load)) {}

  // Plays `steps` steps; what came before is forgotten in the figures.
  void Play(std::int64_t steps) {
    launches_ = host_steps_ = short_steps_ = 0;
    for (std::int64_t i = 0; i < steps; ++i) Step();
  }
  const Recommendation& last() const { return last_; }
  std::int64_t last_wanted() const { return last_.wanted.vcpu / kHostSize.vcpu; }
  std::int64_t host_steps() const { return host_steps_; }
  std::int64_t short_steps() const { return short_steps_; }
  std::int64_t launches() const { return launches_; }
  std::int64_t highest() const { return highest_; }

 private:
  static constexpr std::size_t kBoot = 2;

  void Step() {
    const std::int64_t ready = *std::min_element(totals_.begin(), totals_.end());
    last_ = Evaluate(policy_, AView(ready, totals_.back() - ready), {ASignal(load_(k_ - 1))},
                     At(kStep * k_));
    totals_.erase(totals_.begin());
    totals_.push_back(last_wanted());
    launches_ += std::max<std::int64_t>(0, totals_.back() - totals_[kBoot - 1]);
    host_steps_ += totals_.back();
    highest_ = std::max(highest_, totals_.back());
    const auto need = static_cast<std::int64_t>(std::ceil(load_(k_) / 10));
    short_steps_ += *std::min_element(totals_.begin(), totals_.end()) < need;
    ++k_;
  }

  PredictivePolicy& policy_;
  const Load load_;
  std::int64_t k_ = 1;
  std::vector<std::int64_t> totals_ = std::vector<std::int64_t>(kBoot + 1, 1);
  Recommendation last_;
  std::int64_t launches_ = 0;
  std::int64_t host_steps_ = 0;
  std::int64_t short_steps_ = 0;
  std::int64_t highest_ = 0;
};

double OfDay(std::int64_t step) {
  return 2 * std::numbers::pi * static_cast<double>(step % kStepsADay) / kStepsADay;
}
// Between -1 and 1, the same for the same step.
double Noise(std::int64_t step) {
  auto x = static_cast<std::uint64_t>(step) * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 31)) * 0xbf58476d1ce4e5b9U;
  return static_cast<double>(x >> 11) / static_cast<double>(1ULL << 52) - 1;
}
double Daily(std::int64_t step) {
  return (200 + 150 * std::sin(OfDay(step))) * (1 + 0.05 * Noise(step));
}

TEST(Predictive, HoldsAConstantLoadWithTheHostsItTakes) {
  PredictivePolicy policy("p", AConfig());
  Drive drive(policy, [](std::int64_t) { return 72.0; });
  drive.Play(2 * kStepsADay);
  drive.Play(kStepsADay);
  EXPECT_EQ(drive.last_wanted(), 8);
  EXPECT_EQ(drive.launches(), 0);
  EXPECT_EQ(drive.short_steps(), 0);
}

TEST(Predictive, BeginsWithAMarginUntilItHasSeenEnough) {
  PredictivePolicy policy("p", AConfig());
  Drive drive(policy, [](std::int64_t) { return 100.0; });
  drive.Play(3);
  EXPECT_EQ(drive.last_wanted(), 15);
  EXPECT_EQ(drive.last().reason.code, "predictive_learning");
  EXPECT_THAT(drive.last().reason.text, StartsWith("load is 100, the work of 10 hosts: 15 hosts"));
}

TEST(Predictive, HasHostsReadyBeforeTheMorningAndKeepsTheBudgetAtLessThanThePeakCosts) {
  PredictivePolicy policy("p", AConfig());
  Drive drive(policy, Daily);
  drive.Play(7 * kStepsADay);
  drive.Play(14 * kStepsADay);
  EXPECT_LT(drive.short_steps(), 1.5 * 0.01 * 14 * kStepsADay);
  const std::int64_t peak = 37 * 14 * kStepsADay;
  EXPECT_LT(drive.host_steps(), 0.75 * static_cast<double>(peak));
}

TEST(Predictive, ASmallerBudgetBuysMoreSafety) {
  std::int64_t tight_cost = 0;
  std::int64_t loose_cost = 0;
  for (const auto& [budget, cost] : {std::pair{0.005, &tight_cost}, {0.1, &loose_cost}}) {
    PredictiveConfig config = AConfig();
    config.violation_budget = budget;
    PredictivePolicy policy("p", config);
    Drive drive(policy, Daily);
    drive.Play(7 * kStepsADay);
    drive.Play(10 * kStepsADay);
    *cost = drive.host_steps();
  }
  EXPECT_GT(tight_cost, loose_cost);
}

TEST(Predictive, APriceOfLaunchesMakesForFewer) {
  std::int64_t free = 0;
  std::int64_t dear = 0;
  for (const auto& [price, launches] : {std::pair{0.0, &free}, {5.0, &dear}}) {
    PredictiveConfig config = AConfig();
    config.price_per_launch = price;
    PredictivePolicy policy("p", config);
    Drive drive(policy, Daily);
    drive.Play(7 * kStepsADay);
    drive.Play(10 * kStepsADay);
    *launches = drive.launches();
  }
  EXPECT_LT(dear, free);
}

TEST(Predictive, StrangeLoadsDoNoGreatHarm) {
  struct Case {
    std::string what;
    Drive::Load load;
    double most_short;  // share of the last ten days
  };
  const std::vector<Case> cases = {
      {"nothing at all", [](std::int64_t) { return 0.0; }, 0},
      {"a batch every night that takes an hour",
       [](std::int64_t k) { return k % kStepsADay < 12 ? 300.0 : 5.0; }, 0.03},
      {"tenfold from one step to the next, for good",
       [](std::int64_t k) { return k < 10 * kStepsADay ? 30.0 : 300.0; }, 0.03},
      {"on and off by chance", [](std::int64_t k) { return Noise(k / 6) > 0 ? 200.0 : 10.0; },
       0.05},
      {"small counts", [](std::int64_t k) { return 8 + 8 * Noise(k); }, 0.03},
  };
  for (const Case& c : cases) {
    PredictivePolicy policy("p", AConfig());
    Drive drive(policy, c.load);
    drive.Play(7 * kStepsADay);
    drive.Play(10 * kStepsADay);
    EXPECT_LE(static_cast<double>(drive.short_steps()), c.most_short * 10 * kStepsADay) << c.what;
    EXPECT_GE(drive.last_wanted(), 1) << c.what;
  }
}

TEST(Predictive, AsksForAFiniteFleetWhateverItIsShown) {
  EXPECT_TRUE(rc::check("one host at least, and no more than twice the highest demand", [] {
    PredictiveConfig config = AConfig();
    config.step = 15min;
    PredictivePolicy policy("p", config);
    double highest = 10;
    const auto loads = *rc::gen::container<std::vector<double>>(
        60, rc::gen::element(0.0, 0.1, 10.0, 55.0, 4000.0, 1e6));
    Time now = kStart;
    for (const double load : loads) {
      now += 15min * *rc::gen::inRange(1, 4);
      highest = std::max(highest, load);
      const auto r = Evaluate(policy, AView(*rc::gen::inRange(0, 50)), {ASignal(load)}, now);
      RC_ASSERT(r.kind == RecommendationKind::kTarget);
      RC_ASSERT(r.wanted.Covers(kHostSize));
      RC_ASSERT(Scaled(kHostSize, 2 * std::ceil(highest / 10)).Covers(r.wanted));
    }
  }));
}

TEST(Predictive, UnknownSignalsTakeNothingAwayAndTeachNothingAndPartialOnesOnlyAdd) {
  EXPECT_TRUE(rc::check("a policy that sees them too knows and says the same of fresh ones", [] {
    PredictiveConfig config = AConfig();
    config.step = 15min;
    PredictivePolicy spared("p", config);
    PredictivePolicy told("p", config);
    Time now = kStart;
    for (int i = 0; i < 30; ++i) {
      const auto state =
          *rc::gen::element(SignalState::kFresh, SignalState::kPartial, SignalState::kStale,
                            SignalState::kMissing, SignalState::kNotFinite);
      Signal signal = ASignal(*rc::gen::element(0.0, 0.1, 55.0, 4000.0, 1e6));
      signal.state = state;
      const ClusterView view = AView(*rc::gen::inRange(0, 50));
      now += 15min;
      const auto r = Evaluate(told, view, {signal}, now);
      if (state == SignalState::kFresh) {
        RC_ASSERT(r == Evaluate(spared, view, {signal}, now));
      } else if (state == SignalState::kPartial) {
        RC_ASSERT(!r.may_shrink);
        RC_ASSERT(r.wanted.Covers(Scaled(kHostSize, std::ceil(signal.value / 10))));
      } else {
        RC_ASSERT(r.kind == RecommendationKind::kUnknown);
        RC_ASSERT(!r.may_shrink);
      }
      RC_ASSERT(told.Memory() == spared.Memory());
    }
  }));
}

TEST(Predictive, StaysWithinTheFloorAndTheCeilingAroundIt) {
  EXPECT_TRUE(rc::check("bounded", [] {
    const auto parsed = ParsePolicy("bounded", R"({
      floor: {hosts: 3}, ceiling: {hosts: 12},
      policy: {name: ahead, type: predictive, target: 10, kind: load, step: 15m,
               signal: {metric: cpu}}})");
    RC_ASSERT(parsed.errors.empty());
    Time now = kStart;
    for (int i = 0; i < 30; ++i) {
      now += 15min * *rc::gen::inRange(1, 4);
      const double load = *rc::gen::element(0.0, 0.1, 10.0, 90.0, 130.0, 1e6);
      const auto r =
          Evaluate(*parsed.policy, AView(*rc::gen::inRange(0, 50)), {ASignal(load)}, now);
      RC_ASSERT(r.kind == RecommendationKind::kTarget);
      RC_ASSERT(r.wanted.Covers(kHostSize * 3));
      RC_ASSERT((kHostSize * 12).Covers(r.wanted));
    }
  }));
}

TEST(Predictive, AnswersTheSameWithinAStep) {
  PredictivePolicy policy("p", AConfig());
  const auto first = Evaluate(policy, AView(3), {ASignal(100)}, At(10min));
  const auto second = Evaluate(policy, AView(3), {ASignal(900)}, At(14min));
  EXPECT_EQ(second.wanted, first.wanted);
  EXPECT_EQ(first.valid_until, At(10min + 80s + 1ms)) << "when the signal would be stale";
  const auto third = Evaluate(policy, AView(3), {ASignal(900)}, At(15min));
  EXPECT_NE(third.wanted, first.wanted);
}

// A host that became ready, say, has the policies evaluated before the load of the step is known.
TEST(Predictive, TakesAValueForOneStepOnlyWhereANewOneComes) {
  PredictivePolicy asked_once("p", AConfig());
  PredictivePolicy asked_early_too("p", AConfig());
  Signal before;
  for (std::int64_t k = 1; k <= 2 * kStepsADay; ++k) {
    const Signal now = ASignal(Daily(k - 1));
    if (k > 1) Evaluate(asked_early_too, AView(20), {before}, At(kStep * k));
    const auto late = Evaluate(asked_early_too, AView(20), {now}, At(kStep * k + 1s));
    const auto once = Evaluate(asked_once, AView(20), {now}, At(kStep * k + 1s));
    ASSERT_EQ(late.wanted, once.wanted) << k;
    before = now;
    before.age += kStep - 1s;
  }
}

TEST(Predictive, AStepWithoutANewValueRepeatsTheOneBeforeOnceItIsOver) {
  PredictivePolicy every_step("p", AConfig());
  PredictivePolicy every_other("p", AConfig());
  Recommendation full;
  Recommendation half;
  for (std::int64_t k = 1; k <= 2 * kStepsADay; ++k) {
    const double load = Daily((k - 1) / 2 * 2);
    full = Evaluate(every_step, AView(20), {ASignal(load)}, At(kStep * k));
    Signal seldom = ASignal(load);
    if (k % 2 == 0) seldom.age += kStep;
    half = Evaluate(every_other, AView(20), {seldom}, At(kStep * k));
    if (k % 2 != 0) {
      ASSERT_EQ(full.wanted, half.wanted) << k;
    }
  }
}

TEST(Predictive, WantsToBeAskedAgainWhenTheStepIsOver) {
  PredictiveConfig config = AConfig();
  config.step = 30s;
  PredictivePolicy policy("p", config);
  EXPECT_EQ(Evaluate(policy, AView(3), {ASignal(100)}, At(70s)).valid_until, At(90s));
}

TEST(Predictive, ASignalThatCannotTellTakesNothingAwayAndTeachesNothing) {
  PredictivePolicy policy("p", AConfig());
  Drive drive(policy, [](std::int64_t) { return 100.0; });
  drive.Play(2 * kStepsADay);
  const std::string before = policy.Memory();
  Signal lost = ASignal(0);
  lost.state = SignalState::kStale;
  const auto r = Evaluate(policy, AView(10), {lost}, At(std::chrono::hours(24 * 3)));
  EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
  EXPECT_FALSE(r.may_shrink);
  EXPECT_EQ(r.reason.code, "signal_stale");
  const auto negative = Evaluate(policy, AView(10), {ASignal(-1)}, At(std::chrono::hours(24 * 3)));
  EXPECT_EQ(negative.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(negative.reason.code, "signal_negative");
  EXPECT_EQ(policy.Memory(), before);
}

TEST(Predictive, APartialSignalMayGrowAndTeachesNothing) {
  PredictivePolicy policy("p", AConfig());
  Drive drive(policy, [](std::int64_t) { return 100.0; });
  drive.Play(2 * kStepsADay);
  const std::string before = policy.Memory();
  Signal partial = ASignal(10);
  partial.state = SignalState::kPartial;
  partial.silent = 1;
  const auto low = Evaluate(policy, AView(10), {partial}, At(std::chrono::hours(24 * 3)));
  EXPECT_EQ(low.wanted, drive.last().wanted);
  EXPECT_FALSE(low.may_shrink);
  partial.value = 400;
  const auto high = Evaluate(policy, AView(10), {partial}, At(std::chrono::hours(24 * 3)));
  EXPECT_EQ(high.wanted, kHostSize * 40);
  EXPECT_EQ(policy.Memory(), before);
}

TEST(Predictive, GoesOnAfterAHoleInTheLoad) {
  PredictivePolicy policy("p", AConfig());
  Drive drive(policy, [](std::int64_t) { return 100.0; });
  drive.Play(2 * kStepsADay);
  const auto r = Evaluate(policy, AView(10), {ASignal(100)}, At(std::chrono::hours(24 * 9)));
  EXPECT_EQ(r.wanted, kHostSize * 10);
}

TEST(Predictive, GoesOnAfterARestartAsIfNothingHadBeen) {
  PredictivePolicy before("p", AConfig());
  Drive drive(before, Daily);
  drive.Play(9 * kStepsADay);
  PredictivePolicy after("p", AConfig());
  ASSERT_TRUE(after.Recall(before.Memory()));
  EXPECT_EQ(after.Memory(), before.Memory());
  std::int64_t k = 9 * kStepsADay + 1;
  // The first step after it counts the hosts that were ready, which a restart does not see.
  Evaluate(before, AView(20), {ASignal(Daily(k - 1))}, At(kStep * k - 1min));
  Evaluate(after, AView(20), {ASignal(Daily(k - 1))}, At(kStep * k - 1min));
  for (std::int64_t end = k + 2 * kStepsADay; k < end; ++k) {
    const auto a = Evaluate(before, AView(20), {ASignal(Daily(k - 1))}, At(kStep * k));
    const auto b = Evaluate(after, AView(20), {ASignal(Daily(k - 1))}, At(kStep * k));
    ASSERT_EQ(a, b) << k;
  }
  EXPECT_EQ(after.Memory(), before.Memory());
}

TEST(Predictive, DoesNotRecallWhatIsNotItsOwn) {
  PredictivePolicy policy("p", AConfig());
  Drive drive(policy, Daily);
  drive.Play(2 * kStepsADay);
  const std::string memory = policy.Memory();
  PredictiveConfig other = AConfig();
  other.target = 20;
  EXPECT_FALSE(PredictivePolicy("p", other).Recall(memory)) << "another target";
  other = AConfig();
  other.step = 1min;
  EXPECT_FALSE(PredictivePolicy("p", other).Recall(memory)) << "another step";
  PredictivePolicy fresh("p", AConfig());
  EXPECT_FALSE(fresh.Recall("something else"));
  EXPECT_FALSE(fresh.Recall(memory.substr(0, memory.size() / 2)));
  std::string broken = memory;
  broken[memory.size() / 2] ^= 1;
  EXPECT_FALSE(fresh.Recall(broken));
  EXPECT_EQ(fresh.Memory(), "") << "and nothing has changed";
  EXPECT_TRUE(fresh.Recall(""));
  EXPECT_TRUE(fresh.Recall(memory));
}

TEST(Predictive, LearnsTheTimeToReadyFromTheHosts) {
  PredictiveConfig config = AConfig();
  config.time_to_ready.reset();
  PredictivePolicy policy("p", config);
  const auto ahead = [&](std::optional<Duration> time_to_ready, Time now) {
    ClusterView view = AView(5);
    view.time_to_ready = time_to_ready;
    for (const Fact& fact : Evaluate(policy, view, {ASignal(50)}, now).reason.facts) {
      if (fact.name == "time_to_ready_seconds") return std::get<double>(fact.value);
    }
    return 0.0;
  };
  EXPECT_EQ(ahead(std::nullopt, At(5min)), 300) << "what is usual";
  EXPECT_EQ(ahead(42min, At(10min)), 45 * 60);
  EXPECT_EQ(ahead(50min, At(15min)), 45 * 60) << "no change to speak of";
  EXPECT_EQ(ahead(9min, At(20min)), 10 * 60);
}

TEST(Predictive, TakesWhatIsReadyForTheDemandOfAUtilisation) {
  PredictiveConfig config = AConfig();
  config.kind = DemandKind::kUtilisation;
  config.target = 0.5;
  PredictivePolicy policy("p", config);
  // Eight hosts at a quarter are four at a half; a half more while it is new.
  EXPECT_EQ(Evaluate(policy, AView(8), {ASignal(0.25)}, At(5min)).wanted, kHostSize * 6);
  const auto none = Evaluate(policy, AView(0, 3), {ASignal(0.25)}, At(10min));
  EXPECT_EQ(none.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(none.reason.code, "no_ready_hosts");
}

// What is let go leaves after the evaluation that said so.
TEST(Predictive, HostsThatWereLetGoWithinAStepDidNotServeIt) {
  PredictivePolicy policy("p", AConfig());
  const auto short_share = [&](std::int64_t step, std::int64_t ready) {
    const auto said = Evaluate(policy, AView(ready), {ASignal(30)}, At(kStep * step));
    for (const Fact& fact : said.reason.facts) {
      if (fact.name == "short_share") return std::get<double>(fact.value);
    }
    return 0.0;
  };
  std::int64_t step = 0;
  while (step < kStepsADay) short_share(++step, 5);
  EXPECT_EQ(short_share(++step, 5), 0);
  EXPECT_GT(short_share(++step, 2), 0) << "five were ready when the step began, two at its end";
}

TEST(Predictive, SaysWhyWithFigures) {
  PredictivePolicy policy("p", AConfig());
  Drive drive(policy, [](std::int64_t) { return 72.0; });
  drive.Play(3 * kStepsADay);
  const Reason& reason = drive.last().reason;
  EXPECT_EQ(reason.code, "predictive_hold");
  EXPECT_THAT(reason.text, HasSubstr("load is 72, the work of 7.2 hosts, in 10 min probably of 8 "
                                     "to 8"));
  EXPECT_THAT(reason.text, HasSubstr(": 8 hosts"));
  EXPECT_THAT(reason.text, HasSubstr("of the budget of 1 %"));
  std::vector<std::string> names;
  for (const Fact& fact : reason.facts) names.push_back(fact.name);
  EXPECT_THAT(names,
              ElementsAre("signal", "value", "demand_hosts", "time_to_ready_seconds",
                          "violation_budget", "steps_seen", "likely_least", "likely_most",
                          "chance_of_more", "price_of_shortage_host_hours", "patience",
                          "hold_seconds", "shadow_short_share", "short_share", "allowed_share"));
}

TEST(Predictive, IsParsedWithNothingButASignalAndATarget) {
  const auto parsed = ParsePolicy("predictive", "{signal: {metric: load}, target: 500}");
  EXPECT_THAT(parsed.errors, IsEmpty());
  ASSERT_TRUE(parsed.policy);
  EXPECT_EQ(parsed.policy->signals()[0].metric, "load");
}

TEST(Predictive, RefusesWhatMakesNoSense) {
  struct Case {
    std::string yaml;
    std::string error;
  };
  const std::vector<Case> cases = {
      {"{signal: {metric: load}}", "target: is required"},
      {"{signal: {metric: load}, target: 1, violation_budget: 2}", "violation_budget: expected"},
      {"{signal: {metric: load}, target: 1, time_to_ready: soon}", "time_to_ready: expected"},
      {"{signal: {metric: load}, target: 1, price_per_launch: -1}", "price_per_launch: expected"},
      {"{signal: {metric: load}, target: 1, step: 1s}", "step: expected"},
      {"{signal: {metric: load}, target: 1, kind: latency}", "kind: expected"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(ParsePolicy("predictive", c.yaml).errors, ElementsAre(StartsWith(c.error)))
        << c.yaml;
  }
  EXPECT_THAT(ParsePolicy("predictive",
                          "{signal: {metric: load}, target: 1, "
                          "time_to_ready: learned}")
                  .errors,
              IsEmpty());
}

}  // namespace
}  // namespace spillway
