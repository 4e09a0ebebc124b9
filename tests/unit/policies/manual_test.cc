#include "policies/manual/manual.h"

#include <gmock/gmock.h>

#include "policies/manual/rfc3339.h"
#include "policies/text.h"
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

TEST(Rfc3339, ReadsWhatTheStandardAllows) {
  const std::vector<std::pair<std::string, std::string>> good = {
      {"2026-03-02T18:00:00Z", "2026-03-02T18:00:00Z"},
      {"2026-03-02t18:00:00z", "2026-03-02T18:00:00Z"},
      {"2026-03-02 18:00:00Z", "2026-03-02T18:00:00Z"},
      {"2026-03-02T18:00:00+01:00", "2026-03-02T17:00:00Z"},
      {"2026-03-02T18:00:00-05:30", "2026-03-02T23:30:00Z"},
      {"2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59Z"},
  };
  for (const auto& [text, expected] : good) {
    const auto time = ParseRfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(TimeText(*time), expected) << text;
  }
  EXPECT_EQ(ParseRfc3339("2026-03-02T00:00:00.25Z"), At(250ms));
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026-03-02", "2026-03-02T18:00Z", "2026-03-02T18:00:00", "2026-02-30T18:00:00Z",
        "2026-13-02T18:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02T18:00:60Z",
        "2026-03-02T18:00:00.Z", "2026-03-02T18:00:00Z ", "2026-03-02T18:00:00+0100",
        "26-03-02T18:00:00Z", "2026-03-02T18:00:00.1234x"}) {
    EXPECT_FALSE(ParseRfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace spillway
