#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "policies/compose/bounded.h"
#include "policies/compose/extremes.h"
#include "policies/compose/fallback.h"
#include "policies/compose/weighted.h"
#include "scaler/decide/merge.h"
#include "scaler/model/rfc3339.h"
#include "tests/unit/policies/compose_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Said = std::vector<Recommendation>;
using enum RecommendationKind;

Recommendation Of(Policy&& policy, Time now = At(0s)) {
  return Evaluate(policy, AView(2), {}, now);
}

struct Case {
  std::string what;
  Said said;
  RecommendationKind kind;
  double hosts;
  bool may_shrink;
};

void Expect(const Case& c, const Recommendation& r) {
  EXPECT_EQ(r.kind, c.kind) << c.what << ": " << r.reason.text;
  EXPECT_EQ(r.wanted, Scaled(kHostSize, c.hosts)) << c.what << ": " << r.reason.text;
  EXPECT_EQ(r.may_shrink, c.may_shrink) << c.what;
}

TEST(AnyOf, SaysTheLargest) {
  const std::vector<Case> cases = {
      {"targets", {Target(4), Target(6)}, kTarget, 6, true},
      {"a floor counts by its number", {Target(4), Floor(6)}, kTarget, 6, true},
      {"only floors", {Floor(4), Floor(3)}, kFloor, 4, true},
      {"a ceiling lowers nothing that is asked for", {Target(4), Ceiling(2)}, kTarget, 4, true},
      {"only ceilings", {Ceiling(4), Ceiling(2)}, kCeiling, 4, true},
      {"who abstains is left out", {Abstains(), Target(3)}, kTarget, 3, true},
      {"all abstain", {Abstains(), Abstains()}, kAbstain, 0, true},
      {"who cannot tell keeps it from shrinking", {Unknown(), Target(3)}, kTarget, 3, false},
      {"and may add", {Unknown(5), Target(3)}, kTarget, 5, false},
      {"nobody can tell", {Unknown(), Unknown(2)}, kUnknown, 2, false},
      {"who cannot tell outweighs a ceiling", {Unknown(), Ceiling(2)}, kUnknown, 0, false},
  };
  for (const Case& c : cases) Expect(c, Of(ExtremePolicy("p", Extreme::kLargest, Saying(c.said))));
}

TEST(AllOf, SaysTheSmallest) {
  const std::vector<Case> cases = {
      {"targets", {Target(4), Target(6)}, kTarget, 4, true},
      {"a floor counts by its number", {Target(6), Floor(4)}, kTarget, 4, true},
      {"a ceiling lowers", {Target(6), Ceiling(5)}, kTarget, 5, true},
      {"only ceilings", {Ceiling(4), Ceiling(2)}, kCeiling, 2, true},
      {"who abstains is left out", {Abstains(), Target(3)}, kTarget, 3, true},
      {"all abstain", {Abstains()}, kAbstain, 0, true},
      {"who cannot tell has not agreed", {Unknown(), Target(9)}, kUnknown, 0, false},
      {"but may add", {Unknown(5), Target(9)}, kUnknown, 5, false},
      {"as far as the others ask", {Unknown(9), Target(5)}, kUnknown, 5, false},
  };
  for (const Case& c : cases) Expect(c, Of(ExtremePolicy("p", Extreme::kSmallest, Saying(c.said))));
}

TEST(Compositions, TakeProcessorsAndMemoryApart) {
  const Said said = {Says(kTarget, {8, 100}), Says(kTarget, {4, 200})};
  EXPECT_EQ(Of(ExtremePolicy("p", Extreme::kLargest, Saying(said))).wanted, (Capacity{8, 200}));
  EXPECT_EQ(Of(ExtremePolicy("p", Extreme::kSmallest, Saying(said))).wanted, (Capacity{4, 100}));
  EXPECT_EQ(Of(WeightedPolicy("p", Saying(said), {Weight{}, Weight{}})).wanted, (Capacity{6, 150}));
}

Weight Always(double weight) { return {weight, {}}; }

TEST(Weighted, SaysTheMeanOfWhatIsAskedFor) {
  const std::vector<Case> cases = {
      {"three to one", {Target(4), Target(8)}, kTarget, 5, true},
      {"who abstains is left out", {Abstains(), Target(8)}, kTarget, 8, true},
      {"who cannot tell keeps it from shrinking", {Unknown(), Target(8)}, kTarget, 8, false},
      {"and what it adds stays", {Unknown(9), Target(8)}, kTarget, 9, false},
      {"only floors", {Floor(4), Floor(8)}, kFloor, 5, true},
      {"a ceiling is passed over", {Target(4), Ceiling(8)}, kTarget, 4, true},
      {"only ceilings", {Ceiling(4), Ceiling(8)}, kCeiling, 5, true},
      {"nobody can tell", {Unknown(), Unknown()}, kUnknown, 0, false},
  };
  for (const Case& c : cases) {
    Expect(c, Of(WeightedPolicy("p", Saying(c.said), {Always(3), Always(1)})));
  }
}

TEST(Weighted, RoundsUpSoThatNothingIsLost) {
  const Said said = {Says(kTarget, {1, 1}), Says(kTarget, {2, 2}), Says(kTarget, {2, 2})};
  EXPECT_EQ(Of(WeightedPolicy("p", Saying(said), {Always(1), Always(1), Always(1)})).wanted,
            (Capacity{2, 2}));
}

TEST(Weighted, DoesNotHearWeightZero) {
  const Said said = {Unknown(9), Target(2)};
  const auto r = Of(WeightedPolicy("p", Saying(said), {Always(0), Always(1)}));
  EXPECT_EQ(r.wanted, kHostSize * 2);
  EXPECT_TRUE(r.may_shrink);
}

TEST(Weighted, ChangesItsWeightsByTheHour) {
  const auto parsed = ParsePolicy("weighted", R"(
policies:
  - policy: {name: big, type: manual, hosts: 8}
    windows:
      - {cron: "0 8 * * mon-fri", time_zone: Europe/Berlin, duration: 10h, weight: 3}
  - policy: {name: small, type: manual, hosts: 4}
)");
  ASSERT_THAT(parsed.errors, IsEmpty());
  struct Hour {
    std::string now;
    std::int64_t hosts;
    std::string until;
  };
  const std::vector<Hour> hours = {
      {"2026-03-02T06:59:59Z", 6, "2026-03-02T07:00:00Z"},
      {"2026-03-02T07:00:00Z", 7, "2026-03-02T17:00:00Z"},
      {"2026-03-02T17:00:00Z", 6, "2026-03-03T07:00:00Z"},
  };
  for (const Hour& hour : hours) {
    const auto r = Evaluate(*parsed.policy, AView(2), {}, *ParseRfc3339(hour.now));
    EXPECT_EQ(r.wanted, kHostSize * hour.hosts) << hour.now;
    EXPECT_EQ(TimeText(r.valid_until), hour.until);
  }
}

TEST(Bounded, BringsWhatIsAskedForBetweenFloorAndCeiling) {
  struct Bound {
    Case c;
    std::string code;
  };
  const std::vector<Bound> cases = {
      {{"between", {Target(4)}, kTarget, 4, true}, "bounded_within"},
      {{"below", {Target(1)}, kTarget, 2, true}, "bounded_raised"},
      {{"above", {Target(40)}, kTarget, 6, true}, "bounded_lowered"},
      {{"a floor above", {Floor(40)}, kFloor, 6, true}, "bounded_lowered"},
      {{"a ceiling below", {Ceiling(1)}, kCeiling, 2, true}, "bounded_raised"},
      {{"the floor stands when it abstains", {Abstains()}, kFloor, 2, true}, "bounded_raised"},
      {{"and when it cannot tell", {Unknown()}, kUnknown, 2, false}, "bounded_raised"},
      {{"what it adds is capped", {Unknown(9)}, kUnknown, 6, false}, "bounded_lowered"},
  };
  const Bounds bounds{kHostSize * 2, kHostSize * 6};
  for (const Bound& bound : cases) {
    const auto r = Of(BoundedPolicy("p", bounds, std::move(Saying(bound.c.said).front())));
    Expect(bound.c, r);
    EXPECT_EQ(r.reason.code, bound.code) << bound.c.what;
  }
}

TEST(Bounded, WithoutAFloorAbstainsWithItsPolicy) {
  const auto r = Of(BoundedPolicy("p", {{}, kHostSize}, std::move(Saying({Abstains()}).front())));
  EXPECT_EQ(r.kind, kAbstain);
}

TEST(Fallback, FollowsTheFirstThatCanTell) {
  struct Chain {
    Case c;
    std::string code;
  };
  const std::vector<Chain> cases = {
      {{"the first", {Target(4), Target(6)}, kTarget, 4, true}, "fallback_first"},
      {{"the next", {Unknown(), Target(6)}, kTarget, 6, true}, "fallback_next"},
      {{"the one after", {Unknown(), Unknown(3), Floor(1)}, kFloor, 1, true}, "fallback_next"},
      {{"who abstains can tell", {Abstains(), Target(6)}, kAbstain, 0, true}, "fallback_first"},
      {{"a partial signal is one", {Says(kTarget, kHostSize, false), Target(6)}, kTarget, 1, false},
       "fallback_first"},
      {{"nobody: hold", {Unknown(), Unknown()}, kUnknown, 0, false}, "fallback_none"},
      {{"nobody, but one adds", {Unknown(3), Unknown()}, kUnknown, 3, false}, "fallback_none"},
  };
  for (const Chain& chain : cases) {
    const auto r = Of(FallbackPolicy("p", Saying(chain.c.said)));
    Expect(chain.c, r);
    EXPECT_EQ(r.reason.code, chain.code) << chain.c.what;
  }
}

TEST(Compositions, KeepTheReasonsOfTheirChildren) {
  const auto r = Of(ExtremePolicy("p", Extreme::kLargest, Saying({Target(2), Unknown()})));
  EXPECT_EQ(r.reason.text, "the largest of a: target of 16 vCPU, 64 GiB; b: unknown");
  EXPECT_THAT(r.reason.facts, Contains(Fact{"a.code", std::string("said")}));
  EXPECT_THAT(r.reason.facts, Contains(Fact{"a.why", std::string("because")}));
  EXPECT_THAT(r.reason.facts, Contains(Fact{"a.vcpu", std::int64_t{16}}));
  EXPECT_THAT(r.reason.facts, Contains(Fact{"b.figure", std::int64_t{7}}));
  EXPECT_THAT(r.reason.facts, Contains(Fact{"b.kind", std::string("unknown")}));
}

TEST(Compositions, AreAskedAgainWhenTheFirstChildIs) {
  Said said = {Target(2), Target(3), Target(4)};
  said[0].valid_until = At(5min);
  said[1].valid_until = At(2min);
  said[2].valid_until = At(-1s);  // over: says nothing about the future
  EXPECT_EQ(Of(ExtremePolicy("p", Extreme::kLargest, Saying(said))).valid_until, At(2min));
}

TEST(Compositions, GiveEachChildItsOwnSignals) {
  auto first = std::make_unique<SaysAlways>("a", Target(1), 2);
  auto second = std::make_unique<SaysAlways>("b", Target(1), 1);
  const SaysAlways& a = *first;
  const SaysAlways& b = *second;
  std::vector<std::unique_ptr<Policy>> children;
  children.push_back(std::move(first));
  children.push_back(std::move(second));
  ExtremePolicy policy("p", Extreme::kLargest, std::move(children));
  ASSERT_EQ(policy.signals().size(), 3u);
  Evaluate(policy, AView(1), {ASignal(1), ASignal(2), ASignal(3)});
  EXPECT_THAT(a.seen(), ElementsAre(ASignal(1), ASignal(2)));
  EXPECT_THAT(b.seen(), ElementsAre(ASignal(3)));
}

TEST(Compositions, KeepWhatTheirChildrenLearned) {
  FallbackPolicy before("p", Saying({Target(1), Target(2)}));
  EXPECT_EQ(before.Memory(), "");
  for (int i = 0; i < 3; ++i) Evaluate(before, AView(1), {});  // those not followed learn, too

  FallbackPolicy after("p", Saying({Target(1), Target(2)}));
  EXPECT_TRUE(after.Recall(before.Memory()));
  EXPECT_EQ(after.Memory(), before.Memory());

  FallbackPolicy fewer("p", Saying({Target(1)}));
  EXPECT_TRUE(fewer.Recall(before.Memory()));
  EXPECT_EQ(fewer.Memory(), "1:a8:asked a3");
}

TEST(Compositions, RefuseAMemoryThatIsNotTheirs) {
  for (const std::string memory : {"nonsense", "1:a", "1:a99:short", "1:x4:asky", ":"}) {
    FallbackPolicy policy("p", Saying({Target(1)}));
    EXPECT_FALSE(policy.Recall(memory)) << memory;
    EXPECT_EQ(policy.Memory(), "");
  }
}

TEST(Compositions, SayWhatIsWrong) {
  struct Wrong {
    std::string kind, yaml, expected;
  };
  const std::vector<Wrong> cases = {
      {"any_of", "{}", "policies: is required: a list of at least one policy"},
      {"all_of",
       "{policies: [{name: a, type: manual, hosts: 1}, {name: a, type: manual, hosts: 2}]}",
       "policies[1].name: the policy \"a\" stands twice"},
      {"fallback", "{policies: [{name: a, type: manual}]}",
       "policies[0]: expected exactly one of hosts"},
      {"fallback", "{policies: [{name: a, type: nonsense}]}", "policies[0].type: expected one of"},
      {"bounded", "{policy: {name: a, type: manual, hosts: 1}}", "expected a floor, a ceiling"},
      {"bounded",
       "{policy: {name: a, type: manual, hosts: 1}, floor: {hosts: 3}, ceiling: {hosts: 2}}",
       "floor: expected at most ceiling"},
      {"weighted", "{policies: [{policy: {name: a, type: manual, hosts: 1}, weight: -1}]}",
       "policies[0].weight: expected a number from 0"},
      {"weighted", "{policies: [{policy: {name: a, type: manual, hosts: 1}, wait: 1}]}",
       "policies[0].wait: unknown key"},
  };
  for (const Wrong& c : cases) {
    EXPECT_THAT(ParsePolicy(c.kind, c.yaml).errors, Contains(HasSubstr(c.expected))) << c.yaml;
  }
}

TEST(Compositions, HoldCompositions) {
  const auto parsed = ParsePolicy("bounded", R"(
ceiling: {hosts: 5}
policy:
  name: chain
  type: fallback
  policies:
    - name: either
      type: any_of
      policies:
        - {name: load, type: target_tracking, kind: load, target: 1, signal: {metric: load}}
        - {name: hand, type: manual, hosts: 3}
)");
  ASSERT_THAT(parsed.errors, IsEmpty());
  ASSERT_EQ(parsed.policy->signals().size(), 1u);
  EXPECT_EQ(Evaluate(*parsed.policy, AView(1), {ASignal(4)}).wanted, kHostSize * 4);
  const auto r = Evaluate(*parsed.policy, AView(1), {ASignal(40)});
  EXPECT_EQ(r.wanted, kHostSize * 5);
  EXPECT_THAT(r.reason.facts, Contains(Fact{"chain.either.load.value", 40.0}));
}

// What follows holds for whatever the children say.

Recommendation AnyRecommendation() {
  const auto kind = *rc::gen::element(kTarget, kFloor, kCeiling, kAbstain, kUnknown);
  const Capacity wanted{*rc::gen::inRange(0, 100), *rc::gen::inRange(0, 400'000)};
  return Says(kind, kind == kAbstain ? Capacity{} : wanted,
              kind != kUnknown && *rc::gen::inRange(0, 4) > 0);
}

Said AnySaid() {
  Said said;
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) said.push_back(AnyRecommendation());
  return said;
}

std::unique_ptr<Policy> AnyComposition(const Said& said) {
  switch (*rc::gen::inRange(0, 3)) {
    case 0: return std::make_unique<ExtremePolicy>("p", Extreme::kLargest, Saying(said));
    case 1: return std::make_unique<ExtremePolicy>("p", Extreme::kSmallest, Saying(said));
    default: {
      std::vector<Weight> weights;
      for (std::size_t i = 0; i < said.size(); ++i) {
        weights.push_back(Always(*rc::gen::inRange(1, 9)));
      }
      return std::make_unique<WeightedPolicy>("p", Saying(said), weights);
    }
  }
}

TEST(Compositions, NeverTakeAnythingAwayWhileAChildCannotTell) {
  EXPECT_TRUE(rc::check("unknown never removes", [] {
    Said said = AnySaid();
    said[*rc::gen::inRange<std::size_t>(0, said.size())] = Unknown();
    const Capacity before{*rc::gen::inRange(0, 100), *rc::gen::inRange(0, 400'000)};
    const Said one = {Evaluate(*AnyComposition(said), AView(2), {})};
    RC_ASSERT(Merge(one, before).wanted.Covers(before));
    RC_ASSERT(!Merge(one, before).may_shrink);
  }));
}

TEST(Compositions, StayBetweenTheSmallestAndTheLargest) {
  EXPECT_TRUE(rc::check("the mean lies between the extremes", [] {
    Said said;
    for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
      said.push_back(Says(kTarget, {*rc::gen::inRange(0, 100), *rc::gen::inRange(0, 400'000)}));
    }
    const auto largest = Of(ExtremePolicy("p", Extreme::kLargest, Saying(said))).wanted;
    const auto smallest = Of(ExtremePolicy("p", Extreme::kSmallest, Saying(said))).wanted;
    const auto any = Evaluate(*AnyComposition(said), AView(2), {}).wanted;
    RC_ASSERT(largest.Covers(any));
    RC_ASSERT(any.Covers(smallest));
  }));
}

TEST(Compositions, NeverAskForLessWhenAChildAsksForMore) {
  EXPECT_TRUE(rc::check("monotone", [] {
    const Said said = AnySaid();
    Said more = said;
    Recommendation& grown = more[*rc::gen::inRange<std::size_t>(0, more.size())];
    if (grown.kind != kAbstain) grown.wanted += {*rc::gen::inRange(0, 50), 0};
    for (const Extreme which : {Extreme::kLargest, Extreme::kSmallest}) {
      RC_ASSERT(Of(ExtremePolicy("p", which, Saying(more)))
                    .wanted.Covers(Of(ExtremePolicy("p", which, Saying(said))).wanted));
    }
    const std::vector<Weight> weights(said.size(), Always(2));
    RC_ASSERT(Of(WeightedPolicy("p", Saying(more), weights))
                  .wanted.Covers(Of(WeightedPolicy("p", Saying(said), weights)).wanted));
  }));
}

TEST(Bounded, StaysBetweenItsBoundsWhateverItsPolicySays) {
  EXPECT_TRUE(rc::check("never below floor, never above ceiling", [] {
    const Capacity floor{*rc::gen::inRange(0, 50), *rc::gen::inRange(0, 200'000)};
    const Capacity ceiling = floor + Capacity{*rc::gen::inRange(0, 50), *rc::gen::inRange(0, 9999)};
    const Recommendation child = AnyRecommendation();
    const auto r = Of(BoundedPolicy("p", {floor, ceiling}, std::move(Saying({child}).front())));
    RC_ASSERT(r.wanted.Covers(floor));
    RC_ASSERT(ceiling.Covers(r.wanted));
  }));
}

}  // namespace
}  // namespace spillway
