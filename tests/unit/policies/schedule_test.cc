#include "policies/schedule/schedule.h"

#include <gmock/gmock.h>

#include "scaler/model/rfc3339.h"
#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Recommendation AtTime(Policy& policy, const std::string& time) {
  return Evaluate(policy, AView(2), {}, *ParseRfc3339(time));
}

std::string Schedule(const std::string& cron, const std::string& zone,
                     const std::string& duration) {
  return "{cron: \"" + cron + "\", time_zone: " + zone + ", duration: " + duration + ", hosts: 6}";
}

TEST(Schedule, IsActiveFromAStartForItsDuration) {
  const auto parsed = ParsePolicy("schedule", Schedule("0 18 * * mon-fri", "Europe/Berlin", "4h"));
  ASSERT_THAT(parsed.errors, IsEmpty());
  struct Case {
    std::string now;
    RecommendationKind kind;
    std::string valid_until;
  };
  using enum RecommendationKind;
  const std::vector<Case> cases = {
      {"2026-03-02T16:59:59Z", kAbstain, "2026-03-02T17:00:00Z"},
      {"2026-03-02T17:00:00Z", kFloor, "2026-03-02T21:00:00Z"},
      {"2026-03-02T20:59:59Z", kFloor, "2026-03-02T21:00:00Z"},
      {"2026-03-02T21:00:00Z", kAbstain, "2026-03-03T17:00:00Z"},
      {"2026-03-07T12:00:00Z", kAbstain, "2026-03-09T17:00:00Z"},  // Saturday
      {"2026-03-30T16:00:00Z", kFloor, "2026-03-30T20:00:00Z"},    // summer time
  };
  for (const Case& c : cases) {
    const Recommendation r = AtTime(*parsed.policy, c.now);
    EXPECT_EQ(r.kind, c.kind) << c.now;
    EXPECT_EQ(r.wanted, c.kind == kFloor ? kHostSize * 6 : Capacity{}) << c.now;
    EXPECT_EQ(TimeText(r.valid_until), c.valid_until) << c.now;
  }
}

TEST(Schedule, FiresOnceAroundAChangeOfTheClocks) {
  struct Case {
    std::string what, cron, zone, now;
    bool is_active;
    std::string valid_until;
  };
  const std::vector<Case> cases = {
      {"a start in the gap: not before", "30 2 * * *", "Europe/Berlin", "2026-03-29T00:59:59Z",
       false, "2026-03-29T01:00:00Z"},
      {"a start in the gap: right after it", "30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z",
       true, "2026-03-29T01:20:00Z"},
      {"a start in the gap: not again at its own time", "30 2 * * *", "Europe/Berlin",
       "2026-03-29T01:30:00Z", false, "2026-03-30T00:30:00Z"},
      {"repeated: in the first pass", "30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", true,
       "2026-10-25T00:50:00Z"},
      {"repeated: not in the second", "30 2 * * *", "Europe/Berlin", "2026-10-25T01:30:00Z", false,
       "2026-10-26T01:30:00Z"},
      {"New York, gap", "30 2 * * *", "America/New_York", "2026-03-08T07:10:00Z", true,
       "2026-03-08T07:20:00Z"},
      {"New York, second pass", "30 1 * * *", "America/New_York", "2026-11-01T06:30:00Z", false,
       "2026-11-02T06:30:00Z"},
  };
  for (const Case& c : cases) {
    const auto parsed = ParsePolicy("schedule", Schedule(c.cron, c.zone, "20m"));
    const Recommendation r = AtTime(*parsed.policy, c.now);
    EXPECT_EQ(r.kind == RecommendationKind::kFloor, c.is_active) << c.what;
    EXPECT_EQ(TimeText(r.valid_until), c.valid_until) << c.what;
  }
}

TEST(Schedule, OverlappingStartsFollowEachOther) {
  const auto parsed = ParsePolicy("schedule", Schedule("0 * * * *", "UTC", "90m"));
  const Recommendation r = AtTime(*parsed.policy, "2026-03-02T10:15:00Z");
  EXPECT_EQ(r.kind, RecommendationKind::kFloor);
  EXPECT_EQ(TimeText(r.valid_until), "2026-03-02T11:00:00Z");
}

TEST(Schedule, SaysItsHours) {
  const auto parsed = ParsePolicy("schedule", Schedule("0 18 * * *", "Europe/Berlin", "4h"));
  EXPECT_EQ(AtTime(*parsed.policy, "2026-03-02T18:00:00Z").reason.text,
            "floor of 48 vCPU, 192 GiB from 2026-03-02T17:00:00Z to 2026-03-02T21:00:00Z "
            "(\"0 18 * * *\" Europe/Berlin)");
  EXPECT_EQ(AtTime(*parsed.policy, "2026-03-02T12:00:00Z").reason.text,
            "outside of its hours (\"0 18 * * *\" Europe/Berlin); the next start is "
            "2026-03-02T17:00:00Z");
}

TEST(Schedule, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{duration: 1h, hosts: 1}", "cron: is required"},
      {"{cron: \"0 0 30 2 *\", duration: 1h, hosts: 1}", "cron: never occurs"},
      {"{cron: \"@daily\", hosts: 1}", "duration: is required"},
      {"{cron: \"@daily\", time_zone: Berlin, duration: 1h, hosts: 1}",
       "time_zone: expected an IANA time zone that this system knows, such as Europe/Berlin, got "
       "\"Berlin\""},
      {"{cron: \"@daily\", duration: 1h}", "expected exactly one of hosts: N and capacity"},
      {"{cron: \"@daily\", duration: 1h, kind: roof, hosts: 1}",
       "kind: expected one of target, floor, ceiling"},
      {"{cron: \"@daily\", duration: 1h, hosts: -1}", "hosts: expected an integer from 0"},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(ParsePolicy("schedule", yaml).errors, ElementsAre(HasSubstr(expected))) << yaml;
  }
}

}  // namespace
}  // namespace spillway
