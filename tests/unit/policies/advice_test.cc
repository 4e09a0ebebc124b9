#include "policies/advice.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "scaler/model/json.h"
#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = nlohmann::json;

const AdviceRules kRules{"night.lua", kHostSize, 100};

Result<Recommendation> Read(const Json& answer) { return ReadAdvice(answer, kRules, At(0s)); }

TEST(Advice, IsAnAmountInHostsOrExactly) {
  struct Case {
    const char* answer;
    Capacity wanted;
  };
  for (const Case& c : std::vector<Case>{
           {"3", kHostSize * 3},
           {"0", {}},
           {"2.5", Scaled(kHostSize, 2.5)},
           {R"({"hosts": 100})", kHostSize * 100},
           {R"({"capacity": {"vcpu": 3, "memory_mib": 4}})", {3, 4}},
       }) {
    const auto r = Read(Json::parse(c.answer));
    ASSERT_TRUE(r.ok()) << c.answer << ": " << r.error().text;
    EXPECT_EQ(r->wanted, c.wanted) << c.answer;
    EXPECT_EQ(r->kind, RecommendationKind::kTarget);
    EXPECT_EQ(r->valid_until, kDistantFuture);
    EXPECT_EQ(r->reason.text, "night.lua says so");
  }
}

TEST(Advice, HasAKindAReasonAndATime) {
  const auto r = Read(Json::parse(R"({
    "hosts": 4, "kind": "floor", "valid_for_ms": 1500,
    "reason": {"code": "busy", "text": "busy at 7",
               "facts": {"rate": 7.5, "hosts": 4, "sure": true, "who": "me"}}})"));
  ASSERT_TRUE(r.ok()) << r.error().text;
  EXPECT_EQ(r->kind, RecommendationKind::kFloor);
  EXPECT_EQ(r->valid_until, At(1500ms));
  const Reason expected{"busy",
                        "busy at 7",
                        {{"hosts", std::int64_t{4}}, {"rate", 7.5}, {"sure", true}, {"who", "me"}}};
  EXPECT_EQ(r->reason, expected);

  EXPECT_EQ(Read({{"kind", "abstain"}, {"reason", "not now"}})->kind, RecommendationKind::kAbstain);
}

TEST(Advice, ThatMakesNoSenseIsAnErrorThatSaysWhere) {
  struct Case {
    Json answer;
    const char* error;
  };
  for (const Case& c : std::vector<Case>{
           {"three", "an object"},
           {Json::array(), "an object"},
           {true, "an object"},
           {Json::object(), "exactly one of hosts and capacity"},
           {-1, "hosts: expected a number from 0 to 100, got -1"},
           {101, "hosts: expected a number from 0 to 100"},
           {1e300, "hosts: expected a number from 0 to 100"},
           {std::nan(""), "hosts: expected a number from 0 to 100"},
           {{{"hosts", "3"}}, "hosts: expected a number"},
           {{{"host", 3}}, "\"host\" is no member; there are hosts, capacity, kind"},
           {{{"hosts", 1}, {"capacity", {{"vcpu", 1}, {"memory_mib", 1}}}}, "exactly one of"},
           {{{"capacity", {{"vcpu", 1}}}}, "capacity.memory_mib: expected"},
           {{{"capacity", {{"vcpu", 1.5}, {"memory_mib", 1}}}}, "capacity.vcpu: expected a whole"},
           {{{"capacity", {{"vcpu", 801}, {"memory_mib", 1}}}}, "from 0 to 800"},
           {{{"capacity", {{"vcpu", 1}, {"memory_mib", 1}, {"disk", 1}}}}, "\"disk\" is no member"},
           {{{"hosts", 1}, {"kind", "unknown"}},
            "kind: expected target, floor, ceiling or abstain"},
           {{{"hosts", 1}, {"kind", 7}}, "kind: expected target"},
           {{{"hosts", 1}, {"kind", "abstain"}}, "kind: abstain says nothing"},
           {{{"hosts", 1}, {"valid_for_ms", -5}}, "valid_for_ms: expected"},
           {{{"hosts", 1}, {"reason", 5}}, "reason: expected an object"},
           {{{"hosts", 1}, {"reason", std::string(501, 'x')}},
            "reason: expected at most 500 bytes"},
           {{{"hosts", 1}, {"reason", {{"code", "Not plain"}}}},
            "reason.code: expected lower-case"},
           {{{"hosts", 1}, {"reason", {{"facts", {1}}}}}, "reason.facts: expected an object"},
           {{{"hosts", 1}, {"reason", {{"facts", {{"a", Json::array()}}}}}}, "reason.facts.a: "},
       }) {
    const auto r = Read(c.answer);
    ASSERT_FALSE(r.ok()) << c.answer;
    EXPECT_THAT(r.error().text, HasSubstr(c.error)) << c.answer;
    EXPECT_EQ(r.error().kind, ErrorKind::kInvalid);
  }
}

TEST(Advice, IsMadeOfTheClusterAndTheSignalsThatHaveAValue) {
  const ClusterView view = AView(2, 1);
  Signal stale = ASignal(7);
  stale.name = "queue";
  stale.state = SignalState::kStale;
  const std::vector<Signal> signals = {ASignal(0.5), stale};
  const Json cluster = ClusterJson({At(1s), view, signals});
  EXPECT_EQ(cluster["name"], "edge");
  EXPECT_EQ(cluster["ready_hosts"], 2);
  EXPECT_EQ(cluster["usable_hosts"], 3);
  EXPECT_EQ(cluster["usable"], Json(view.usable));
  EXPECT_EQ(cluster["now_ms"], At(1s).time_since_epoch().count());
  const Json seen = SignalsJson(signals);
  EXPECT_EQ(seen["cpu"]["value"], 0.5);
  EXPECT_EQ(seen["cpu"]["age_ms"], 10'000);
  EXPECT_EQ(seen["queue"]["state"], "stale");
  EXPECT_FALSE(seen["queue"].contains("value"));
}

TEST(Advice, MadeOfAPartialSignalTakesNothingAway) {
  SignalSpec spec;
  spec.name = "cpu";
  Signal partial = ASignal(0.5);
  partial.state = SignalState::kPartial;
  partial.silent = 1;
  const std::vector<Signal> signals = {partial};
  const std::vector<SignalSpec> specs = {spec};
  const auto bound = [&](const Json& answer) {
    return BoundBySignals(*Read(answer), signals, specs, At(0s));
  };
  EXPECT_FALSE(bound(1).may_shrink);
  EXPECT_EQ(bound(1).kind, RecommendationKind::kTarget);
  EXPECT_THAT(bound(1).reason.text, HasSubstr("1 of 2 series of cpu fell silent"));
  EXPECT_EQ(bound({{"hosts", 1}, {"kind", "ceiling"}}).kind, RecommendationKind::kUnknown);
  EXPECT_EQ(bound({{"kind", "abstain"}}).kind, RecommendationKind::kUnknown);
}

TEST(Advice, HoldsUntilTheFirstSignalWouldBeStale) {
  std::vector<SignalSpec> specs(2);
  specs[0].max_age = 90s;
  specs[1].max_age = 30s;
  const std::vector<Signal> signals = {ASignal(1), ASignal(2)};
  EXPECT_EQ(BoundBySignals(*Read(1), signals, specs, At(0s)).valid_until, At(20s + 1ms));
}

TEST(Advice, SignalsOfOnePolicyHaveNamesOfTheirOwn) {
  ConfigText text("signals: [{metric: cpu}, {metric: cpu, function: max}]");
  ParseSignals(text.document.Root());
  EXPECT_THAT(text.Errors(), ::testing::ElementsAre(HasSubstr("\"cpu\" stands twice")));
}

}  // namespace
}  // namespace spillway
