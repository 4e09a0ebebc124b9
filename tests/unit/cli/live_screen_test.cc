#include "scaler/cli/live_screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

#include "scaler/cli/interruption.h"

namespace spillway {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(LiveScreen, LeavesTheTerminalAsItWas) {
  std::ostringstream out;
  {
    LiveScreen screen(out, /*is_terminal=*/true);
    screen.Show("one\ntwo\n", 24);
  }
  EXPECT_THAT(out.str(), StartsWith("\033[?1049h\033[?25l"));
  EXPECT_THAT(out.str(), HasSubstr("\033[Hone\033[K\r\ntwo\033[K\033[J"));
  EXPECT_THAT(out.str(), EndsWith("\033[?25h\033[?1049l"));
}

TEST(LiveScreen, TellsHowMuchDoesNotFit) {
  std::ostringstream out;
  LiveScreen screen(out, true);
  screen.Show("1\n2\n3\n4\n", 3);
  EXPECT_THAT(out.str(), HasSubstr("1\033[K\r\n2\033[K\r\n… 2 more lines\033[K\033[J"));
}

TEST(LiveScreen, DrivesNothingThatIsNoTerminal) {
  std::ostringstream out;
  {
    LiveScreen screen(out, /*is_terminal=*/false);
    screen.Show("one\n", 0);
    screen.Show("two\n", 0);
  }
  EXPECT_EQ(out.str(), "one\n\ntwo\n");
}

TEST(Interruption, RemembersSignalsWhileItLives) {
  const Interruption interruption;
  EXPECT_FALSE(interruption.came());
  std::raise(SIGTERM);
  EXPECT_TRUE(interruption.came());
  EXPECT_FALSE(Interruption().came()) << "a new one begins anew";
}

}  // namespace
}  // namespace spillway
