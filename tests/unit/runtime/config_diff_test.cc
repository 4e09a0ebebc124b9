#include "scaler/runtime/config_diff.h"

#include <gtest/gtest.h>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

nlohmann::json Tree(const std::string& yaml) {
  std::map<std::string, int> lines;
  return ReadYaml(yaml, lines);
}

struct Case {
  const char* what;
  const char* before;
  const char* after;
  std::vector<std::string> changes;
};

class ConfigDiff : public ::testing::TestWithParam<Case> {};

TEST_P(ConfigDiff, TellsWhatIsDifferent) {
  std::vector<std::string> told;
  for (const ConfigChange& change : DiffConfigs(Tree(GetParam().before), Tree(GetParam().after))) {
    told.push_back(Describe(change));
  }
  EXPECT_EQ(told, GetParam().changes);
}

const Case kCases[] = {
    {"nothing", "{a: 1, b: [1, 2]}", "b:\n- 1 # the same\n- 2\na: 1", {}},
    {"a_value", "{a: {b: 1, c: x}}", "{a: {b: 2, c: x}}", {"a.b: 1 -> 2"}},
    {"what_came", "{a: {}}", "{a: {b: {c: 1}}}", {R"(a.b: null -> {"c":1})"}},
    {"what_went", "{a: {b: 1}}", "{a: {}}", {"a.b: 1 -> null"}},
    {"null_is_nothing", "{a: ~}", "{}", {}},
    {"a_key_that_is_no_word",
     "{p: {m5.large: 1}}",
     "{p: {m5.large: 2}}",
     {R"(p["m5.large"]: 1 -> 2)"}},
    {"a_list_without_names", "{a: [1, 2]}", "{a: [2, 1]}", {"a: [1,2] -> [2,1]"}},
    {"entries_by_name",
     "{l: [{name: x, v: 1}, {name: y, v: 1}]}",
     "{l: [{name: x, v: 1}, {name: y, v: 2}]}",
     {"l[y].v: 1 -> 2"}},
    {"entries_that_came_and_went",
     "{l: [{name: x, v: 1}, {name: y}]}",
     "{l: [{name: z}, {name: x, v: 2}]}",
     {"l[x].v: 1 -> 2", R"(l[y]: {"name":"y"} -> null)", R"(l[z]: null -> {"name":"z"})"}},
    {"entries_in_another_order",
     "{l: [{name: x}, {name: gone}, {name: y}]}",
     "{l: [{name: y}, {name: x}]}",
     {R"(l: ["x","y"] -> ["y","x"])", R"(l[gone]: {"name":"gone"} -> null)"}},
    {"two_of_a_name_are_a_list",
     "{l: [{name: x}]}",
     "{l: [{name: x}, {name: x}]}",
     {R"(l: [{"name":"x"}] -> [{"name":"x"},{"name":"x"}])"}},
    {"a_secret_that_is_another",
     "{api_token: one}",
     "{api_token: two}",
     {R"(api_token: "***" -> "***")"}},
    {"a_secret_within",
     "{a: 1}",
     "{a: {password: p, password_file: /f}}",
     {R"(a: 1 -> {"password":"***","password_file":"/f"})"}},
    {"the_user_of_an_address",
     "{url: 'http://u:p@h/'}",
     "{url: 'http://h/'}",
     {R"(url: "http://***@h/" -> "http://h/")"}},
};
INSTANTIATE_TEST_SUITE_P(Every, ConfigDiff, ::testing::ValuesIn(kCases),
                         [](const auto& of) { return of.param.what; });

}  // namespace
}  // namespace spillway
