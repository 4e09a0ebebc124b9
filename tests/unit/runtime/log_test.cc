#include "scaler/runtime/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "scaler/runtime/log_limiter.h"

namespace spillway {
namespace {

using ::testing::MatchesRegex;

// The line without its time.
std::string LineWith(const std::string& value) {
  ::testing::internal::CaptureStderr();
  Log().Info("test.event", {{"field", value}});
  const std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(line.substr(0, 25), MatchesRegex("....-..-..T..:..:..\\....Z "));
  return line.substr(25);
}

TEST(Log, WritesTimeLevelEventAndFieldsInOneLine) {
  ::testing::internal::CaptureStderr();
  Log().Warning("provision.slow_boot", {{"host", "edge-1"}, {"seconds", 300}, {"text", "a b"}});
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("[0-9]{4}-[0-9][0-9]-[0-9][0-9]T[0-9:]{8}\\.[0-9]{3}Z warning "
                           "provision\\.slow_boot host=edge-1 seconds=300 text=\"a b\"\n"));
}

TEST(Log, LetsNoValueEndItsLineOrPassForAnotherField) {
  const std::pair<std::string, std::string> table[] = {
      {"plain/value-1.5", "plain/value-1.5"},
      {"", "\"\""},
      {"a b", "\"a b\""},
      {"x=1", "\"x=1\""},
      {"say \"hi\"", "\"say \\\"hi\\\"\""},
      {"back\\slash", "\"back\\\\slash\""},
      {"a\n2026-01-01T00:00:00.000Z error x", "\"a\\n2026-01-01T00:00:00.000Z error x\""},
      {"\r\t", "\"\\r\\t\""},
      {std::string("\0\x1b[31m", 6), "\"\\x00\\x1b[31m\""},
      {"{} %v", "\"{} %v\""},
      {"Grüße", "Grüße"},
      {"\xc2\x9b"
       "31m",
       "\"\\xc2\\x9b31m\""},
      {"\xe2\x80\xa8", "\"\\xe2\\x80\\xa8\""},
      {"\xff\xc3", "\"\\xff\\xc3\""},
  };
  for (const auto& [value, written] : table) {
    EXPECT_EQ(LineWith(value), "info test.event field=" + written + "\n");
  }
}

TEST(Log, CutsEndlessValues) {
  EXPECT_EQ(LineWith(std::string(5000, 'x')),
            "info test.event field=" + std::string(1000, 'x') + "[4000 bytes more]\n");
}

// One line, as a program would read it.
nlohmann::json ReadJsonLine(Log::Fields fields) {
  ::testing::internal::CaptureStderr();
  Log(LogLevel::kInfo, LogFormat::kJson).Warning("provision.slow_boot", fields);
  const std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  for (const char c : line) EXPECT_TRUE((c >= 0x20 && c < 0x7f) || c == '\n') << int{c};
  return nlohmann::json::parse(line);
}

TEST(JsonLog, IsAnObjectALineWithTimeLevelEventAndFields) {
  const nlohmann::json line =
      ReadJsonLine({{"host", "edge-1"}, {"attempts", 300}, {"share", 0.5}, {"event", "own"}});
  EXPECT_THAT(line.at("time").get<std::string>(),
              MatchesRegex("[0-9]{4}-[0-9][0-9]-[0-9][0-9]T[0-9:]{8}\\.[0-9]{3}Z"));
  EXPECT_EQ(line.at("level"), "warning");
  EXPECT_EQ(line.at("event"), "provision.slow_boot");
  EXPECT_EQ(
      line.at("fields"),
      nlohmann::json({{"host", "edge-1"}, {"attempts", 300}, {"share", 0.5}, {"event", "own"}}));
  EXPECT_EQ(line.size(), 4u);
  EXPECT_EQ(ReadJsonLine({}).size(), 3u);
}

TEST(JsonLog, HoldsAnyValueAndCutsEndlessOnes) {
  const std::string nasty = "a\"b\\c\n{}%v\x1b[31m \xe2\x80\xa8 Gr\xc3\xbc\xc3\x9f";
  EXPECT_EQ(ReadJsonLine({{"text", nasty}}).at("fields").at("text"), nasty);
  EXPECT_EQ(ReadJsonLine({{"text", "caf\xe9"}}).at("fields").at("text"), "caf\ufffd");
  EXPECT_EQ(ReadJsonLine({{"text", std::string(5000, 'x')}}).at("fields").at("text"),
            std::string(1000, 'x') + "[4000 bytes more]");
  EXPECT_EQ(ReadJsonLine({{"text", "300"}}).at("fields").at("text"), "300") << "a text stays one";
  EXPECT_EQ(ReadJsonLine({{"value", std::nan("")}}).at("fields").at("value"), "nan");
}

TEST(Log, LeavesOutLinesBelowItsLevel) {
  ::testing::internal::CaptureStderr();
  Log log(LogLevel::kWarning);
  log.Info("test.event");
  log.Limited(LogLevel::kInfo, "test.event");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Log, LimitsEachEventByItself) {
  ::testing::internal::CaptureStderr();
  Log log;
  for (int i = 0; i < 100; ++i) {
    log.Limited(LogLevel::kWarning, "bus.bad_frame", {{"i", i}});
    log.Limited(LogLevel::kWarning, "bus.old_sample", {{"i", i}});
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("[^\n]*bus.bad_frame i=0\n[^\n]*bus.old_sample i=0\n"));
}

TEST(LogLimiter, SaysWithTheNextLineHowManyWereHeldBack) {
  LogLimiter limiter(std::chrono::seconds(10));
  const LogLimiter::Instant start{};
  const auto pass = [&](int ms) {
    return limiter.Pass("event", start + std::chrono::milliseconds(ms));
  };
  EXPECT_EQ(pass(0), 0u);
  EXPECT_EQ(pass(1), std::nullopt);
  EXPECT_EQ(pass(9999), std::nullopt);
  EXPECT_EQ(pass(10000), 2u);
  EXPECT_EQ(pass(19999), std::nullopt);
  EXPECT_EQ(pass(40000), 1u);
  EXPECT_EQ(pass(60000), 0u);
}

}  // namespace
}  // namespace spillway
