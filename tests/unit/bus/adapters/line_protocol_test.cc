#include "bus/adapters/influx/line_protocol.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace spillway::adapters {
namespace {

std::string Text(const std::vector<Reading>& readings) {
  std::string text;
  for (const Reading& reading : readings) {
    text += (text.empty() ? "" : "; ") + reading.metric + "{";
    for (const auto& [name, value] : reading.labels) text += name + "=" + value + ",";
    text += fmt::format("}} {}", reading.value);
    if (reading.time) text += fmt::format(" @{}", reading.time->time_since_epoch().count());
  }
  return text;
}

TEST(LineProtocol, ReadsWhatItsDocumentationShows) {
  struct Row {
    const char* line;
    const char* expected;
  };
  const Row rows[] = {
      {"", ""},
      {"\n\r\n  \n# a comment\n", ""},
      {"load value=1", "load{} 1"},
      {"load value=1\r\nload value=2\n", "load{} 1; load{} 2"},
      {"cpu,host=n1,cpu=cpu0 user=1.5,idle=98i 1556813561098000000",
       "cpu_user{host=n1,cpu=cpu0,} 1.5 @1556813561098; "
       "cpu_idle{host=n1,cpu=cpu0,} 98 @1556813561098"},
      {"m f=18446744073709551615u", "m_f{} 1.8446744073709552e+19"},
      {"m a=t,b=F,c=true,d=FALSE", "m_a{} 1; m_b{} 0; m_c{} 1; m_d{} 0"},
      {"m a=-1.5e-3,b=+2,c=.5", "m_a{} -0.0015; m_b{} 2; m_c{} 0.5"},
      {R"(a\ b\,c,t\=g=v\ \,x f\==1)", "a b,c_f={t=g=v ,x,} 1"},
      {R"(win,path=C:\tmp value=1)", R"(win{path=C:\tmp,} 1)"},
      {"m s=\"text, with = and \\\" and\nnewline\",v=2 7000000", "m_v{} 2 @7"},
      {"m f=1 -1000000", "m_f{} 1 @-1"},
  };
  for (const Row& row : rows) {
    const InfluxLines lines = ReadInfluxLines(row.line, 1);
    EXPECT_EQ(Text(lines.readings), row.expected) << row.line;
    EXPECT_EQ(lines.bad_points, 0u) << row.line;
  }
}

TEST(LineProtocol, ABadLineIsToldAndTheOthersAreTaken) {
  const char* rows[] = {
      "m",
      "m ",
      "m f",
      "m f=",
      "m f=x",
      "m f=nan",
      "m f=inf",
      "m f=1x",
      "m f=1.5i",
      "m f=-1u",
      "m f=1,",
      "m f=1,g",
      "m,t f=1",
      "m,t= f=1",
      "m,=v f=1",
      "m, f=1",
      ",t=v f=1",
      "m f=1 now",
      "m f=1 1.5",
      "m f=1 99999999999999999999",
      "m f=1 2 3",
      "m f=1e999",
      "m f=\"text\" x",
  };
  for (const char* bad : rows) {
    const InfluxLines lines =
        ReadInfluxLines("good value=1\n" + std::string(bad) + "\ngood value=2\n", 1);
    EXPECT_EQ(Text(lines.readings), "good{} 1; good{} 2") << bad;
    EXPECT_EQ(lines.bad_points, 1u) << bad;
    EXPECT_EQ(lines.points, 3u) << bad;
    ASSERT_EQ(lines.lost.size(), 1u) << bad;
    EXPECT_EQ(lines.lost[0].reason, Loss::kBadReading) << bad;
    EXPECT_EQ(lines.lost[0].detail.rfind("line 2: expected", 0), 0u) << lines.lost[0].detail;
  }
}

TEST(LineProtocol, ATextWithoutAnEndTakesTheRest) {
  const InfluxLines lines = ReadInfluxLines("m f=1\nm s=\"open\nm f=2", 1);
  EXPECT_EQ(Text(lines.readings), "m_f{} 1");
  EXPECT_EQ(lines.bad_points, 1u);
}

TEST(LineProtocol, TimesAreInTheUnitThatWasSaid) {
  struct Row {
    std::int64_t unit;
    const char* time;
    std::int64_t expected_ms;
  };
  const Row rows[] = {{1, "1795428000123456789", 1795428000123},
                      {1'000, "1795428000123456", 1795428000123},
                      {1'000'000, "1795428000123", 1795428000123},
                      {1'000'000'000, "1795428000", 1795428000000}};
  for (const Row& row : rows) {
    const InfluxLines lines = ReadInfluxLines(std::string("m f=1 ") + row.time, row.unit);
    ASSERT_EQ(lines.readings.size(), 1u) << row.time;
    EXPECT_EQ(lines.readings[0].time, Time(Duration(row.expected_ms)));
  }
  EXPECT_EQ(ReadInfluxLines("m f=1 9223372036854775807", 1'000).bad_points, 1u);
}

}  // namespace
}  // namespace spillway::adapters
