#include "providers/vultr/vultr_credentials.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/surroundings.h"

namespace spillway {
namespace {

using testing::Texts;

constexpr const char* kHomeFile = "/home/me/.vultr-cli.yaml";

struct Case {
  const char* name;
  std::string file;  // of Spillway's configuration
  Texts variables;
  Texts files;
  std::string key;  // expected; empty: an error
  std::vector<std::string> error_names;
  std::string place = {};  // of the key
};

class VultrKeyOrder : public ::testing::TestWithParam<Case> {};

TEST_P(VultrKeyOrder, TakesTheFirstThatThereIs) {
  Texts variables = GetParam().variables;
  variables["HOME"] = "/home/me";
  const auto found =
      FindVultrKey(GetParam().file, testing::SurroundingsOf(variables, GetParam().files));
  if (!GetParam().key.empty()) {
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(found->key.Reveal(), GetParam().key);
    EXPECT_EQ(found->place, GetParam().place);
    return;
  }
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kDenied);
  for (const std::string& part : GetParam().error_names) {
    EXPECT_NE(found.error().text.find(part), std::string::npos) << Describe(found.error());
  }
  EXPECT_EQ(found.error().text.find("SECRET"), std::string::npos) << Describe(found.error());
}

INSTANTIATE_TEST_SUITE_P(
    All, VultrKeyOrder,
    ::testing::Values(
        Case{"Environment",
             "",
             {{"VULTR_API_KEY", "ENV"}},
             {{kHomeFile, "api-key: HOME"}},
             "ENV",
             {},
             "environment: VULTR_API_KEY"},
        Case{"HomeFile",
             "",
             {},
             {{kHomeFile, "api-key: \"HOME\"\nregion: fra\n"}},
             "HOME",
             {},
             "/home/me/.vultr-cli.yaml: api-key"},
        Case{"NamedFileGoesFirst",
             "/etc/vultr.yaml",
             {{"VULTR_API_KEY", "ENV"}},
             {{"/etc/vultr.yaml", "api-key: NAMED"}},
             "NAMED",
             {},
             "/etc/vultr.yaml: api-key"},
        Case{"NamedFileIsTakenOrAnError",
             "/etc/vultr.yaml",
             {{"VULTR_API_KEY", "ENV"}},
             {},
             "",
             {"/etc/vultr.yaml: cannot be read"}},
        Case{"NoneNamesEveryPlace",
             "",
             {},
             {},
             "",
             {"VULTR_API_KEY is not set", "/home/me/.vultr-cli.yaml: cannot be read"}},
        Case{"NoMember", "", {}, {{kHomeFile, "token: SECRET"}}, "", {"has no member api-key"}},
        Case{"NoMapping", "", {}, {{kHomeFile, "SECRET"}}, "", {"has no member api-key"}},
        Case{"NotText", "", {}, {{kHomeFile, "api-key: 12345"}}, "", {"put it into quotes"}},
        Case{"NotYaml", "", {}, {{kHomeFile, "api-key: [SECRET"}}, "", {"is not YAML"}},
        Case{"Empty", "", {}, {{kHomeFile, "api-key: \"\""}}, "", {"api-key: is empty"}},
        Case{"NoHeader",
             "",
             {{"VULTR_API_KEY", "SECRET\r\nX-Other: 1"}},
             {},
             "",
             {"VULTR_API_KEY", "that no key has"}}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace spillway
