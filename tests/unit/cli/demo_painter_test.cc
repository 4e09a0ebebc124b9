#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "scaler/cli/demo/painter.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

PainterPlan APlan() {
  return {"spillway demo", kStart, 24h, {"rack", "aws", "digitalocean", "vultr"}, 400};
}

Frame AFrame(Time now, double demand) {
  Frame frame;
  frame.now = now;
  frame.demand_vcpu = demand;
  frame.by_provider = {{64, 0, 4}, {128, 32, 20}, {32, 0, 8}, {0, 0, 0}};
  frame.cost = Money::FromDouble(1234.5);
  frame.is_violated = demand > 224;
  return frame;
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t Characters(const std::string& line) {
  const std::string plain = std::regex_replace(line, std::regex("\x1b\\[[0-9;]*[A-Za-z]|\r"), "");
  return static_cast<std::size_t>(std::count_if(plain.begin(), plain.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// What is painted of a day with a frame every ten minutes and long events.
std::string ADayPainted(PainterStyle style) {
  std::ostringstream out;
  Painter painter(out, style, APlan());
  for (Duration t{0}; t <= 24h; t += 10min) {
    painter.OnEvent(kStart + t, std::string(100, 'x') + "→");
    painter.OnFrame(AFrame(kStart + t, 100 + Hours(t) * 10));
  }
  return out.str();
}

TEST(Painter, WritesPlainLinesEveryHalfHourWhereThereIsNoTerminal) {
  const std::string text = ADayPainted(StyleFor(false, nullptr, "xterm"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  const auto lines = LinesOf(text);
  ASSERT_THAT(lines, SizeIs(1 + 49));
  EXPECT_EQ(lines[0],
            " time  demand  ready  coming     cost  violated  rack  aws  digitalocean  vultr");
  EXPECT_EQ(lines[2],
            "00:30     105    224      32  1234.50    0h 00m    64  128            32      0");
}

TEST(Painter, LiveViewIsDrawnInPlaceWithinEightyColumns) {
  const std::string text = ADayPainted(StyleFor(true, nullptr, "xterm"));
  EXPECT_THAT(text, HasSubstr("\x1b[34m█"));
  for (const std::string& line : LinesOf(text)) ASSERT_LE(Characters(line), 80u) << line;
  const auto drawn = LinesOf(text);
  const std::string up = "\x1b[" + std::to_string(drawn.size() / (24 * 6 + 1)) + "A";
  EXPECT_THAT(text, HasSubstr(up)) << "every frame has as many lines as the one before";
}

TEST(Painter, NoColourKeepsPatternsAndNeverColours) {
  const std::string text = ADayPainted(StyleFor(true, "1", "xterm"));
  EXPECT_FALSE(std::regex_search(text, std::regex("\x1b\\[[0-9;]*m")));
  EXPECT_THAT(text, HasSubstr("█ rack"));
  EXPECT_THAT(text, HasSubstr("▓ aws"));
}

TEST(Painter, StyleHangsOnTerminalAndEnvironment) {
  EXPECT_FALSE(StyleFor(true, nullptr, "dumb").is_live);
  EXPECT_TRUE(StyleFor(true, "", "xterm").has_colour) << "an empty NO_COLOR says nothing";
  EXPECT_FALSE(StyleFor(false, nullptr, nullptr).has_colour);
}

TEST(Chart, StacksProvidersAndDrawsDemandOver) {
  const std::vector<std::optional<ChartColumn>> columns = {
      ChartColumn{5, {20, 20}}, ChartColumn{35, {20, 0}}, ChartColumn{99, {10, 10}}, std::nullopt};
  EXPECT_THAT(DrawChart(columns, {4, 40, false}), ElementsAre("▓•• ",  //
                                                              "▓   ",  //
                                                              "██▓ ",  //
                                                              "•██ "));
}

TEST(Frame, CountsReadyAndComingByProvider) {
  std::vector<HostRecord> hosts = {AHost("a"), AHost("b", HostState::kBooting),
                                   AHost("c", HostState::kDraining), AHost("d", HostState::kGone)};
  hosts[2].goal = HostGoal::kRetire;
  hosts[1].provider = "rack";
  const FleetSnapshot snapshot{At(0s), 9, hosts};
  Scorecard card({});
  card.Observe(snapshot);
  const Frame frame = FrameOf(snapshot, card, {"rack", "cloud"});
  EXPECT_THAT(frame.by_provider, ElementsAre(Frame::Share{0, 8, 1}, Frame::Share{8, 0, 2}));
  EXPECT_TRUE(frame.is_violated);
  EXPECT_EQ(frame.per_hour, Money::FromDouble(1.5));
}

}  // namespace
}  // namespace spillway
