#include "scaler/model/rfc3339.h"

#include <gtest/gtest.h>

#include "tests/support/time.h"

namespace spillway {
namespace {

using testing::At;
using namespace std::chrono_literals;

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

TEST(Rfc3339, IsWrittenToTheSecond) {
  EXPECT_EQ(TimeText(At(90s + 999ms)), "2026-03-02T00:01:30Z");
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
