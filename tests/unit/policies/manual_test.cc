#include "policies/manual/manual.h"

#include <gmock/gmock.h>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Manual, HoldsUntilItsTimeAndThenAbstains) {
  const auto parsed = ParsePolicy("manual", R"(
capacity: {vcpu: 20, memory: 40GiB}
until: 2026-03-02T01:00:00+01:00
)");
  ASSERT_THAT(parsed.errors, IsEmpty());
  const auto before = Evaluate(*parsed.policy, AView(1), {}, At(-1ms));
  EXPECT_EQ(before.kind, RecommendationKind::kTarget);
  EXPECT_EQ(before.wanted, (Capacity{20, 40 * 1024}));
  EXPECT_EQ(before.valid_until, At(0s));
  EXPECT_EQ(before.reason.text, "target of 20 vCPU, 40 GiB by hand until 2026-03-02T00:00:00Z");
  const auto after = Evaluate(*parsed.policy, AView(1), {}, At(0s));
  EXPECT_EQ(after.kind, RecommendationKind::kAbstain);
  EXPECT_EQ(after.reason.code, "manual_over");
}

TEST(Manual, WithoutATimeHoldsForGood) {
  const auto parsed = ParsePolicy("manual", "{kind: ceiling, hosts: 3}");
  ASSERT_THAT(parsed.errors, IsEmpty());
  const auto r = Evaluate(*parsed.policy, AView(1), {});
  EXPECT_EQ(r.kind, RecommendationKind::kCeiling);
  EXPECT_EQ(r.wanted, kHostSize * 3);
  EXPECT_EQ(r.valid_until, kDistantFuture);
  EXPECT_EQ(r.reason.text, "ceiling of 24 vCPU, 96 GiB by hand");
}

TEST(Manual, SaysWhatIsWrong) {
  EXPECT_THAT(ParsePolicy("manual", "{hosts: 1, until: tomorrow}").errors,
              ElementsAre(HasSubstr("until: expected an RFC 3339 time such as")));
  EXPECT_THAT(ParsePolicy("manual", "{until: 2026-03-02T00:00:00Z}").errors,
              ElementsAre(HasSubstr("expected exactly one of hosts: N and capacity")));
}

}  // namespace
}  // namespace spillway
