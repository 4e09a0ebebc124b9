#include "providers/digitalocean/digitalocean_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/providers/digitalocean_account.h"

namespace spillway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Texts = std::map<std::string, std::string>;

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
  DigitalOceanCredentials credentials(GetParam().context,
                                      testing::OnlyThese(variables, GetParam().files));
  const auto found = credentials.Headers();
  if (!GetParam().token.empty()) {
    ASSERT_TRUE(found) << Describe(found.error());
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->front().first, "Authorization");
    EXPECT_EQ(found->front().second.Reveal(), "Bearer " + GetParam().token);
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

TEST(DigitalOceanCredentials, AreRenewedWhenThereIsAnotherToken) {
  Texts files = {{kUsualFile, "access-token: old\n"}};
  const Surroundings surroundings = {
      .variable = [](const std::string& name) -> std::optional<std::string> {
        if (name == "HOME") return "/home/me";
        return std::nullopt;
      },
      .file = [&files](const std::string& path) -> std::optional<std::string> {
        return files.at(path);
      }};
  DigitalOceanCredentials credentials("", surroundings);
  ASSERT_TRUE(credentials.Headers());
  EXPECT_FALSE(credentials.Renew()) << "it is the same";
  files[kUsualFile] = "access-token: new\n";
  EXPECT_TRUE(credentials.Renew());
  EXPECT_EQ(credentials.Headers()->front().second.Reveal(), "Bearer new");
  files[kUsualFile] = "";
  EXPECT_FALSE(credentials.Renew()) << "there is none";
}

}  // namespace
}  // namespace spillway
