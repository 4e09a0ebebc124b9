#include "scaler/runtime/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace spillway {
namespace {

using nlohmann::json;

json Read(std::string_view text) {
  std::map<std::string, int> lines;
  return ReadYaml(text, lines);
}

std::string ErrorOf(std::string_view text) {
  try {
    return "read as " + Read(text).dump();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
}

TEST(ReadYaml, ResolvesPlainScalarsByTheCoreSchema) {
  const std::pair<const char*, json> table[] = {
      {"", nullptr},
      {"~", nullptr},
      {"null", nullptr},
      {"true", true},
      {"FALSE", false},
      {"yes", "yes"},
      {"off", "off"},
      {"12", 12},
      {"-7", -7},
      {"+7", 7},
      {"007", 7},
      {"0x1F", 31},
      {"0o17", 15},
      {"1.5", 1.5},
      {"1e3", 1000.0},
      {".5", 0.5},
      {"1.", 1.0},
      {"'12'", "12"},
      {"\"12\"", "12"},
      {"!!str 12", "12"},
      {"1.2.3", "1.2.3"},
      {"0x", "0x"},
      {".", "."},
      {"+", "+"},
      {"1e", "1e"},
      {"e5", "e5"},
      {"-.5E+2", -50.0},
      {"1.2e3.4", "1.2e3.4"},
      {"1h30m", "1h30m"},
      {"''", ""},
      {"a b # c", "a b"},
      {"|\n  a\n  b", "a\nb"},
      {"2026-01-01", "2026-01-01"},
  };
  for (const auto& [text, value] : table) EXPECT_EQ(Read(text), value) << text;
}

TEST(ReadYaml, GivesTheLineOfEveryValue) {
  std::map<std::string, int> lines;
  ReadYaml(
      "a: 1\nclusters:\n  - name: edge\n    limits:\n      max: 5\n  - name: x\nm5.large: {b: 1}",
      lines);
  EXPECT_EQ(lines, (std::map<std::string, int>{{"", 1},
                                               {"a", 1},
                                               {"clusters", 2},
                                               {"clusters[0]", 3},
                                               {"clusters[0].name", 3},
                                               {"clusters[0].limits", 4},
                                               {"clusters[0].limits.max", 5},
                                               {"clusters[1]", 6},
                                               {"clusters[1].name", 6},
                                               {"[\"m5.large\"]", 7},
                                               {"[\"m5.large\"].b", 7}}));
}

TEST(ReadYaml, RefusesWhatItCannotKeepWithLineAndColumn) {
  const std::pair<std::string, const char*> table[] = {
      {"a:\n  b: 1\n  c: 2\n  b: 3", "line 4, column 3: a.b stands twice, first in line 2"},
      {"a: &x 1\nb: *x", "line 2, column 4: aliases are not supported; repeat the value here"},
      {"a: .inf", "line 1, column 4: expected a finite number, got .inf"},
      {"a: 1e999", "line 1, column 4: 1e999 is out of range"},
      {"a: 99999999999999999999",
       "line 1, column 4: the integer 99999999999999999999 is out of range"},
      {"[a, b]: 1", "line 1, column 1: expected a key, got a list or mapping"},
      {"a: !thing 1", "line 1, column 4: the tag !thing is not supported"},
      {"a: 1\n---\nb: 1", "line 2, column 1: expected one document, got a second one"},
      {"a: gr\xfc\xdf", "line 1, column 4: expected UTF-8, got other bytes"},
      {"\"a\xc3\": 1", "line 1, column 1: expected UTF-8, got other bytes"},
      {std::string(65, '[') + std::string(65, ']'),
       "line 1, column 65: nested deeper than 64 levels"},
  };
  for (const auto& [text, error] : table) EXPECT_EQ(ErrorOf(text), error) << text;
  EXPECT_THAT(ErrorOf("a: [1, 2\nb: }"), ::testing::StartsWith("line 2, column "));
}

TEST(WriteYaml, IsReadBackAsTheSameTree) {
  const json tree = {{"packages", {"qemu-kvm", "1.0", "yes", ""}},
                     {"runcmd", {{"sh", "-c", "echo \"a: b\" # \n\ttwo"}, "x"}},
                     {"write_files", {{{"path", "/etc/x"}, {"mode", 420}}, json::object()}},
                     {"true", nullptr},
                     {"a b", {{"c", 1.5}, {"d", false}, {"e", json::array()}}},
                     {"umlaut", "Grüße \U0001F600"}};
  EXPECT_EQ(Read(WriteYaml(tree)), tree) << WriteYaml(tree);
}

TEST(WriteYaml, WritesBlockStyleInTheOrderOfNames) {
  const json tree = {{"b", {{{"y", 1}, {"x", "z"}}, 2}}, {"a", {{"k", {true}}}}};
  EXPECT_EQ(WriteYaml(tree), "a:\n  k:\n    - true\nb:\n  - x: \"z\"\n    \"y\": 1\n  - 2\n");
}

}  // namespace
}  // namespace spillway
