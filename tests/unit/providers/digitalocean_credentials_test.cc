#include "providers/digitalocean/digitalocean_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/surroundings.h"

namespace spillway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Texts;

constexpr const char* kUsualFile = "/home/me/.config/doctl/config.yaml";
constexpr const char* kDoctl =
    "access-token: dop_v1_file\ncontext: default\n"
    "auth-contexts: {edge: dop_v1_edge, odd: \"dop v1\"}\n";

struct Case {
  const char* name;
  std::string context;  // of Spillway's configuration
  Texts variables;
  Texts files;
  std::string token;  // expected; empty: an error
  std::vector<std::string> error_names;
};

class DigitalOceanCredentialOrder : public ::testing::TestWithParam<Case> {};

TEST_P(DigitalOceanCredentialOrder, TakesTheFirstThatThereIs) {
  Texts variables = GetParam().variables;
  variables["HOME"] = "/home/me";
  const auto found = FindDigitalOceanToken(GetParam().context,
                                           testing::SurroundingsOf(variables, GetParam().files));
  if (!GetParam().token.empty()) {
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(found->token.Reveal(), GetParam().token);
    return;
  }
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kDenied);
  for (const std::string& name : GetParam().error_names) {
    EXPECT_THAT(found.error().text, HasSubstr(name));
  }
  EXPECT_THAT(found.error().text, Not(HasSubstr("dop")));
}

const Texts kBoth = {{"DIGITALOCEAN_TOKEN", "dop_v1_env"},
                     {"DIGITALOCEAN_ACCESS_TOKEN", "dop_v1_access"}};

INSTANTIATE_TEST_SUITE_P(
    All, DigitalOceanCredentialOrder,
    ::testing::Values(
        Case{"EnvironmentFirst", "", kBoth, {{kUsualFile, kDoctl}}, "dop_v1_env", {}},
        Case{"ThenTheOtherName",
             "",
             {{"DIGITALOCEAN_ACCESS_TOKEN", "dop_v1_access"}},
             {{kUsualFile, kDoctl}},
             "dop_v1_access",
             {}},
        Case{"ThenDoctl", "", {}, {{kUsualFile, kDoctl}}, "dop_v1_file", {}},
        Case{"DoctlWithoutContext", "", {}, {{kUsualFile, "access-token: t"}}, "t", {}},
        Case{"DoctlInAnotherContext",
             "",
             {},
             {{kUsualFile, "access-token: t\ncontext: edge\nauth-contexts: {edge: dop_v1_edge}\n"}},
             "dop_v1_edge",
             {}},
        Case{"OtherFolder",
             "",
             {{"XDG_CONFIG_HOME", "/x"}},
             {{"/x/doctl/config.yaml", kDoctl}},
             "dop_v1_file",
             {}},
        Case{"NamedContextBeforeTheEnvironment",
             "edge",
             kBoth,
             {{kUsualFile, kDoctl}},
             "dop_v1_edge",
             {}},
        Case{"NamedContextThatIsMissing",
             "lab",
             kBoth,
             {{kUsualFile, kDoctl}},
             "",
             {kUsualFile, "\"lab\""}},
        Case{"NamedContextWithoutAFile", "edge", kBoth, {}, "", {kUsualFile, "cannot be read"}},
        Case{"NothingAnywhere",
             "",
             {},
             {},
             "",
             {"DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN", kUsualFile}},
        Case{"FileThatIsNoYaml", "", {}, {{kUsualFile, "access-token: [dop"}}, "", {"not YAML"}},
        Case{"FileThatIsAList", "", {}, {{kUsualFile, "[dop]"}}, "", {"has no access-token"}},
        Case{"TokenOfTwoLines",
             "",
             {{"DIGITALOCEAN_TOKEN", "dop_v1\nX-Evil: 1"}},
             {},
             "",
             {"DIGITALOCEAN_TOKEN", "characters"}},
        Case{"ContextWithASpace", "odd", {}, {{kUsualFile, kDoctl}}, "", {"characters"}}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace spillway
