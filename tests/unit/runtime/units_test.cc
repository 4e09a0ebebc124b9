#include "scaler/runtime/units.h"

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, ReadsWholeNumbersWithUnits) {
  const std::pair<const char*, std::optional<Duration>> table[] = {
      {"90s", 90s},
      {"1h30m", 90min},
      {"2d", 48h},
      {"250ms", 250ms},
      {"1m5ms", 60'005ms},
      {"0s", 0s},
      {"", std::nullopt},
      {"90", std::nullopt},
      {"s", std::nullopt},
      {"1.5h", std::nullopt},
      {"-1s", std::nullopt},
      {"+1s", std::nullopt},
      {"1 s", std::nullopt},
      {"30m1h", std::nullopt},
      {"1s1s", std::nullopt},
      {"1w", std::nullopt},
      {"365000d", 365'000 * 24h},
      {"365001d", std::nullopt},
      {"99999999999999999999d", std::nullopt},
  };
  for (const auto& [text, duration] : table) EXPECT_EQ(ParseDuration(text), duration) << text;
}

TEST(FormatDuration, IsReadBack) {
  const std::pair<Duration, const char*> table[] = {
      {0s, "0s"}, {250ms, "250ms"}, {90s, "1m30s"}, {48h, "2d"}, {25h + 1ms, "1d1h1ms"}};
  for (const auto& [duration, text] : table) {
    EXPECT_EQ(FormatDuration(duration), text);
    EXPECT_EQ(ParseDuration(text), duration);
  }
}

TEST(ParseMemoryMib, ReadsWholeNumbersWithBinaryUnits) {
  const std::pair<const char*, std::optional<std::int64_t>> table[] = {
      {"512MiB", 512},
      {"32GiB", 32 * 1024},
      {"1TiB", 1024 * 1024},
      {"0MiB", 0},
      {"", std::nullopt},
      {"32", std::nullopt},
      {"32GB", std::nullopt},
      {"-1GiB", std::nullopt},
      {"1.5GiB", std::nullopt},
      {"1GiB1MiB", std::nullopt},
      {"99999999999TiB", std::nullopt}};
  for (const auto& [text, mib] : table) EXPECT_EQ(ParseMemoryMib(text), mib) << text;
}

TEST(FormatMemoryMib, UsesTheLargestWholeUnit) {
  EXPECT_EQ(FormatMemoryMib(512), "512MiB");
  EXPECT_EQ(FormatMemoryMib(1536), "1536MiB");
  EXPECT_EQ(FormatMemoryMib(32 * 1024), "32GiB");
  EXPECT_EQ(FormatMemoryMib(2 << 20), "2TiB");
  EXPECT_EQ(FormatMemoryMib(0), "0MiB");
}

}  // namespace
}  // namespace spillway
