#include "policies/target_tracking/target_tracking.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TargetTrackingConfig Tracking(Measure kind, double target) {
  TargetTrackingConfig config;
  config.signal.name = config.signal.metric = "cpu";
  config.kind = kind;
  config.target = target;
  return config;
}

struct Case {
  std::string what;
  double value;
  std::int64_t ready, coming;
  double hosts;  // wanted, in hosts
  std::string code;
};

void ExpectEach(Policy&& policy, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const auto r = Evaluate(policy, AView(c.ready, c.coming), {ASignal(c.value)});
    EXPECT_EQ(r.kind, RecommendationKind::kTarget) << c.what;
    EXPECT_EQ(r.wanted, Scaled(kHostSize, c.hosts)) << c.what;
    EXPECT_EQ(r.reason.code, c.code) << c.what << ": " << r.reason.text;
  }
}

TEST(TargetTracking, UtilisationAsksForWhatBringsItToTheTarget) {
  ExpectEach(TargetTrackingPolicy("t", Tracking(Measure::kUtilisation, 0.6)),
             {
                 {"above", 0.9, 4, 0, 6, "tracking_grow"},
                 {"what is coming counts", 0.9, 4, 2, 6, "tracking_hold"},
                 {"and more is asked for only beyond it", 1.2, 4, 2, 8, "tracking_grow"},
                 {"what is no longer needed is called off", 0.6, 4, 2, 4, "tracking_shrink"},
                 {"just within the tolerance", 0.66, 10, 0, 10, "tracking_hold"},
                 {"just outside", 0.675, 10, 0, 11.25, "tracking_grow"},
                 {"below", 0.3, 4, 0, 2, "tracking_shrink"},
                 {"nothing to do", 0.0, 4, 0, 0, "tracking_shrink"},
             });
}

TEST(TargetTracking, LoadWorksFromZeroHosts) {
  ExpectEach(TargetTrackingPolicy("t", Tracking(Measure::kLoad, 100)),
             {
                 {"from zero", 250, 0, 0, 2.5, "tracking_grow"},
                 {"whatever is ready", 250, 1, 0, 2.5, "tracking_grow"},
                 {"held within the tolerance of what is coming", 320, 1, 2, 3, "tracking_hold"},
                 {"no load", 0, 3, 0, 0, "tracking_shrink"},
             });
}

TEST(TargetTracking, LatencyGrowsByAFactorAndShrinksSlowly) {
  ExpectEach(TargetTrackingPolicy("t", Tracking(Measure::kLatency, 0.2)),
             {
                 {"in proportion", 0.3, 4, 0, 6, "tracking_grow"},
                 {"at most twice, however slow", 50.0, 4, 0, 8, "tracking_grow"},
                 {"does not compound", 50.0, 4, 4, 8, "tracking_hold"},
                 {"calls nothing off while it is slow", 0.3, 4, 4, 8, "tracking_hold"},
                 {"within the tolerance", 0.19, 4, 1, 5, "tracking_hold"},
                 {"a tenth at a time", 0.01, 40, 0, 36, "tracking_shrink"},
                 {"less when it is nearly right", 0.19 * 0.9, 40, 0, 36, "tracking_shrink"},
                 {"a host at a time when there are few", 0.01, 4, 0, 3, "tracking_shrink"},
             });
}

TEST(TargetTracking, WithoutReadyHostsOnlyLoadCanTell) {
  for (const Measure kind : {Measure::kUtilisation, Measure::kLatency}) {
    TargetTrackingPolicy policy("t", Tracking(kind, 0.6));
    const auto r = Evaluate(policy, AView(0, 2), {ASignal(0.9)});
    EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
    EXPECT_EQ(r.reason.code, "no_ready_hosts");
  }
}

TEST(TargetTracking, AValueBelowZeroIsNoReasonToShrink) {
  TargetTrackingPolicy policy("t", Tracking(Measure::kLoad, 100));
  const auto r = Evaluate(policy, AView(3), {ASignal(-5)});
  EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(r.reason.code, "signal_negative");
}

TEST(TargetTracking, SaysTheFiguresInPlainWords) {
  TargetTrackingPolicy policy("t", Tracking(Measure::kLoad, 1000.0 / 3));
  EXPECT_EQ(Evaluate(policy, AView(1, 1), {ASignal(123456.789)}).reason.text,
            "cpu is 123457, the target is 333.3 a host: 2963 vCPU, 11852 GiB are needed, 16 vCPU, "
            "64 GiB are ready or coming");
}

// Any measure, any fleet, any two values.
struct Draw {
  TargetTrackingConfig config;
  ClusterView cluster;
  double low;
  double high;
};

Draw AnyDraw() {
  const auto unit = [](int most) { return *rc::gen::inRange(0, most) / 1000.0; };
  const auto kind = *rc::gen::element(Measure::kUtilisation, Measure::kLoad, Measure::kLatency);
  Draw draw{Tracking(kind, 0.001 + unit(2000)),
            AView(*rc::gen::inRange(1, 200), *rc::gen::inRange(0, 50)), unit(5000), unit(5000)};
  draw.config.tolerance = unit(900);
  if (draw.low > draw.high) std::swap(draw.low, draw.high);
  return draw;
}

TEST(TargetTracking, AHigherValueNeverWantsLess) {
  EXPECT_TRUE(rc::check("monotone in the value", [] {
    const Draw draw = AnyDraw();
    TargetTrackingPolicy policy("t", draw.config);
    const Capacity low = Evaluate(policy, draw.cluster, {ASignal(draw.low)}).wanted;
    const Capacity high = Evaluate(policy, draw.cluster, {ASignal(draw.high)}).wanted;
    RC_ASSERT(low.Covers({}));
    RC_ASSERT(high.Covers(low));
  }));
}

TEST(TargetTracking, ARunawayValueStaysANumber) {
  for (const Measure kind : {Measure::kUtilisation, Measure::kLoad, Measure::kLatency}) {
    TargetTrackingPolicy policy("t", Tracking(kind, 1e-9));
    const auto r = Evaluate(policy, AView(1000), {ASignal(1e300)});
    EXPECT_TRUE(r.wanted.Covers(kHostSize * 1000));
  }
}

TEST(TargetTracking, ReadsEveryKey) {
  const auto parsed = ParsePolicy("target_tracking", R"(
signal: {metric: response_seconds}
kind: latency
target: 0.2
tolerance: 0.2
max_step: 3
shrink_step: 0.25
)");
  ASSERT_THAT(parsed.errors, IsEmpty());
  ExpectEach(std::move(*parsed.policy), {{"max_step", 10.0, 4, 0, 12, "tracking_grow"},
                                         {"tolerance", 0.235, 4, 0, 4, "tracking_hold"},
                                         {"shrink_step", 0.01, 8, 0, 6, "tracking_shrink"}});
}

TEST(TargetTracking, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{kind: load}", "target: is required: a number above 0"},
      {"{kind: load, target: 0}", "target: expected a number above 0"},
      {"{kind: speed, target: 1}", "kind: expected one of utilisation, load, latency"},
      {"{kind: load, target: 1, tolerance: 1}", "tolerance: expected a number from 0"},
      {"{kind: load, target: 1, max_step: 2}", "max_step: has an effect only with kind: latency"},
      {"{kind: latency, target: 1, max_step: 1}", "max_step: expected a number from 1.01"},
  };
  for (const auto& [rest, expected] : cases) {
    const auto parsed = ParsePolicy("target_tracking", "{signal: {metric: cpu}, " + rest.substr(1));
    EXPECT_THAT(parsed.errors, ElementsAre(HasSubstr(expected))) << rest;
  }
}

}  // namespace
}  // namespace spillway
