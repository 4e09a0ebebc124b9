#include "policies/schedule/cron.h"

#include <gmock/gmock.h>

#include "policies/schedule/zone.h"
#include "scaler/model/rfc3339.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using ::testing::HasSubstr;

// "2026-03-02T18:00" on the wall.
LocalMinute Wall(const std::string& text) {
  const auto time = ParseRfc3339(text + ":00Z");
  return LocalMinute(std::chrono::floor<std::chrono::minutes>(time->time_since_epoch()));
}

std::string WallText(std::optional<LocalMinute> t) {
  return t ? TimeText(Time(t->time_since_epoch())).substr(0, 16) : "never";
}

TEST(Cron, FindsTheNextMinuteThatFits) {
  struct Case {
    std::string expression, after, next;
  };
  // 2026-03-02 is a Monday.
  const std::vector<Case> cases = {
      {"* * * * *", "2026-03-02T10:00", "2026-03-02T10:01"},
      {"30 18 * * *", "2026-03-02T10:00", "2026-03-02T18:30"},
      {"30 18 * * *", "2026-03-02T18:30", "2026-03-03T18:30"},
      {"*/15 9-17 * * mon-fri", "2026-03-06T17:45", "2026-03-09T09:00"},
      {"5,10 0 * * *", "2026-03-02T00:05", "2026-03-02T00:10"},
      {"0 8/6 * * *", "2026-03-02T14:00", "2026-03-02T20:00"},
      {"0 0 * jan,JUL *", "2026-03-02T00:00", "2026-07-01T00:00"},
      {"0 0 * * 7", "2026-03-02T00:00", "2026-03-08T00:00"},
      {"0 0 * * sun", "2026-03-02T00:00", "2026-03-08T00:00"},
      {"0 0 * * fri-sun", "2026-03-07T00:00", "2026-03-08T00:00"},
      {"0 0 31 * *", "2026-04-01T00:00", "2026-05-31T00:00"},
      // Leap days, also over 2100, which has none.
      {"0 0 29 2 *", "2026-03-02T00:00", "2028-02-29T00:00"},
      {"0 0 29 2 *", "2096-03-01T00:00", "2104-02-29T00:00"},
      // Both day fields: one is enough; unless one begins with *.
      {"0 0 13 * fri", "2026-03-02T00:00", "2026-03-06T00:00"},
      {"0 0 10 * fri", "2026-03-07T00:00", "2026-03-10T00:00"},
      {"0 0 */10 * fri", "2026-03-02T00:00", "2026-05-01T00:00"},
      {"0 0 30 2 mon", "2026-03-02T00:00", "2027-02-01T00:00"},
      // Words.
      {"@hourly", "2026-03-02T10:30", "2026-03-02T11:00"},
      {"@daily", "2026-03-02T10:30", "2026-03-03T00:00"},
      {"@weekly", "2026-03-02T10:30", "2026-03-08T00:00"},
      {"@monthly", "2026-03-02T10:30", "2026-04-01T00:00"},
      {"@yearly", "2026-03-02T10:30", "2027-01-01T00:00"},
  };
  for (const Case& c : cases) {
    const Result<Cron> cron = Cron::Parse(c.expression);
    ASSERT_TRUE(cron) << c.expression << ": " << cron.error().text;
    EXPECT_EQ(WallText(cron->After(Wall(c.after))), c.next) << c.expression << " " << c.after;
    // Looking back from there finds it too.
    EXPECT_EQ(WallText(cron->AtOrBefore(Wall(c.next))), c.next) << c.expression;
  }
}

TEST(Cron, LooksBack) {
  const Result<Cron> cron = Cron::Parse("30 18 * * mon-fri");
  EXPECT_EQ(WallText(cron->AtOrBefore(Wall("2026-03-02T18:29"))), "2026-02-27T18:30");
  EXPECT_EQ(WallText(cron->AtOrBefore(Wall("2026-03-02T23:59"))), "2026-03-02T18:30");
}

TEST(Cron, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "expected five fields"},
      {"0 18 * *", "expected five fields"},
      {"0 18 * * * *", "expected five fields"},
      {"@reboot", "expected five fields"},
      {"60 * * * *", "minute \"60\": expected 0 to 59"},
      {"-1 * * * *", "minute \"-1\": expected"},
      {"* 24 * * *", "hour \"24\": expected 0 to 23"},
      {"* * 0 * *", "day of month \"0\": expected 1 to 31"},
      {"* * * 13 *", "month \"13\": expected 1 to 12 or jan to dec"},
      {"* * * foo *", "month \"foo\": expected"},
      {"* * * * 8", "day of week \"8\": expected 0 to 7 or sun to sat"},
      {"30-10 * * * *", "minute \"30-10\": expected"},
      {"*/0 * * * *", "minute \"*/0\": expected"},
      {"1,,2 * * * *", "minute \"1,,2\": expected"},
      {"5x * * * *", "minute \"5x\": expected"},
      {"0 0 30 2 *", "never occurs"},
      {"0 0 31 4,6,9,11 *", "never occurs"},
  };
  for (const auto& [expression, expected] : cases) {
    const Result<Cron> cron = Cron::Parse(expression);
    ASSERT_FALSE(cron) << expression;
    EXPECT_EQ(cron.error().kind, ErrorKind::kInvalid);
    EXPECT_THAT(cron.error().text, HasSubstr(expected)) << expression;
  }
}

// Clocks go forward on 2026-03-29 at 01:00Z in Berlin (02:00 to 03:00) and on 2026-03-08 at 07:00Z
// in New York; back on 2026-10-25 at 01:00Z in Berlin (03:00 to 02:00) and on 2026-11-01 at 06:00Z
// in New York (02:00 to 01:00).
TEST(Zone, KnowsTheGapsAndTheRepeatedHours) {
  struct Case {
    std::string what, zone, wall, moment;
  };
  const std::vector<Case> cases = {
      {"winter", "Europe/Berlin", "2026-01-15T12:00", "2026-01-15T11:00:00Z"},
      {"summer", "Europe/Berlin", "2026-07-15T12:00", "2026-07-15T10:00:00Z"},
      {"before the gap", "Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59:00Z"},
      {"in the gap", "Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00:00Z"},
      {"after the gap", "Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00Z"},
      {"repeated", "Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00Z"},
      {"after it", "Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z"},
      {"in the gap", "America/New_York", "2026-03-08T02:30", "2026-03-08T07:00:00Z"},
      {"repeated", "America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z"},
      {"after it", "America/New_York", "2026-11-01T02:00", "2026-11-01T07:00:00Z"},
      {"no such thing", "UTC", "2026-03-29T02:30", "2026-03-29T02:30:00Z"},
  };
  for (const Case& c : cases) {
    const auto zone = Zone::Find(c.zone);
    ASSERT_TRUE(zone) << c.zone;
    EXPECT_EQ(TimeText(zone->MomentOf(Wall(c.wall))), c.moment) << c.zone << " " << c.what;
  }
}

// What the schedule relies on, minute by minute around both changes.
TEST(Zone, AMinuteHasBegunExactlyWhenItWasShown) {
  using namespace std::chrono_literals;
  const auto zone = Zone::Find("Europe/Berlin");
  ASSERT_TRUE(zone);
  for (const char* change : {"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"}) {
    const Time middle = *ParseRfc3339(change);
    for (Time now = middle - 150min; now <= middle + 150min; now += 10min) {
      const LocalMinute shown = zone->LatestShown(now);
      for (auto off = -200min; off <= 200min; off += 10min) {
        const LocalMinute wall = shown + off;
        EXPECT_EQ(zone->MomentOf(wall) <= now, wall <= shown)
            << TimeText(now) << " " << WallText(wall);
      }
    }
  }
}

TEST(Zone, RefusesWhatTheDatabaseDoesNotHave) {
  EXPECT_FALSE(Zone::Find("Europe/Atlantis"));
  EXPECT_FALSE(Zone::Find(""));
  EXPECT_FALSE(Zone::Find("../../etc/passwd"));
}

}  // namespace
}  // namespace spillway
