#include "scaler/cli/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "scaler/cli/terminal_text.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;

Table AFleetTable() {
  Table table({{.title = "HOST"},
               {.title = "PLAN", .rank = 2},
               {.title = "GUESTS", .is_number = true, .rank = 1},
               {.title = "GOAL"},
               {.title = "WHY", .is_cuttable = true}});
  table.Add({"edge-1", "m5.metal", "7", "", "asked for by edge-17 a while ago"});
  table.Add({"edge-12", "c6.metal", "12", "", {"failed", Ink::kBad}});
  return table;
}

TEST(Table, PutsNumbersToTheRightAndLeavesOutEmptyColumns) {
  EXPECT_EQ(AFleetTable().Text({.width = 0}),
            "HOST     PLAN      GUESTS  WHY\n"
            "edge-1   m5.metal       7  asked for by edge-17 a while ago\n"
            "edge-12  c6.metal      12  failed\n");
}

TEST(Table, CutsTheLongTextFirst) {
  EXPECT_EQ(AFleetTable().Text({.width = 54}),
            "HOST     PLAN      GUESTS  WHY\n"
            "edge-1   m5.metal       7  asked for by edge-17 a whi…\n"
            "edge-12  c6.metal      12  failed\n");
}

TEST(Table, ThenLeavesOutTheLeastImportantColumnsAndSaysSo) {
  EXPECT_EQ(AFleetTable().Text({.width = 42}, 1),
            " HOST     GUESTS  WHY\n"
            " edge-1        7  asked for by edge-17 a …\n"
            " edge-12      12  failed\n"
            " (the terminal is too narrow for: PLAN)\n");
}

TEST(Table, NoLineIsWiderThanTheTerminal) {
  for (int width = 20; width <= 80; ++width) {
    std::istringstream text(AFleetTable().Text({.width = width}));
    for (std::string line; std::getline(text, line);) EXPECT_LE(SeenWidth(line), width) << line;
  }
}

TEST(Table, ColoursOnlyWhereTheStyleHasThemAndCountsThemAsNothing) {
  EXPECT_THAT(AFleetTable().Text({}), ::testing::Not(::testing::HasSubstr("\033")));
  const std::string coloured = AFleetTable().Text({.width = 0, .has_colour = true});
  EXPECT_THAT(coloured, ::testing::HasSubstr("c6.metal      12  \033[31mfailed\033[0m\n"));
}

TEST(Table, WhatOthersSaidCannotDriveTheTerminal) {
  Table table({{.title = "WHY"}});
  table.Add({"a\033[2Jb\nc"});
  EXPECT_EQ(table.Text({}), "WHY\na [2Jb c\n");
}

TEST(TerminalText, CountsCharactersAndNotBytes) {
  EXPECT_EQ(SeenWidth("2 × m"), 5);
  EXPECT_EQ(CutTo("2 × metal", 4), "2 ×…");
  EXPECT_EQ(Padded("×", 3), "×  ");
  EXPECT_EQ(Padded("×", 3, true), "  ×");
}

TEST(TerminalText, WrapsAtSpacesAndKeepsLongWordsWhole) {
  EXPECT_THAT(Wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(Wrapped("incomprehensible one", 5), ElementsAre("incomprehensible", "one"));
  EXPECT_THAT(Wrapped("", 5), ElementsAre(""));
  EXPECT_EQ(Hanging({.width = 24}, "1. ", "grown because the load is high"),
            "1. grown because the\n"
            "   load is high\n");
}

}  // namespace
}  // namespace spillway
