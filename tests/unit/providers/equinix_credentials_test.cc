#include "providers/equinix/equinix_credentials.h"

#include <gtest/gtest.h>

#include "tests/support/surroundings.h"

namespace spillway {
namespace {

using testing::Texts;

struct World {
  Texts variables;
  Texts files;

  Surroundings surroundings() const { return testing::SurroundingsOf(variables, files); }
};

const std::string kUsualFile = "/home/me/.config/equinix/metal.yaml";

struct Case {
  const char* what;
  World world;
  EquinixAccessOptions options = {};
  std::string place;  // of the key, which is "k"; the project is "p"
};

TEST(EquinixCredentials, AreFoundWhereTheUsersOfMetalKeepThem) {
  const std::string in_environment = "environment: METAL_AUTH_TOKEN";
  const Case cases[] = {
      {.what = "environment",
       .world = {{{"METAL_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "p"}}, {}},
       .place = in_environment},
      {.what = "older name of the key",
       .world = {{{"PACKET_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "p"}}, {}},
       .place = "environment: PACKET_AUTH_TOKEN"},
      {.what = "the newer name goes first",
       .world = {{{"PACKET_AUTH_TOKEN", "old"},
                  {"METAL_AUTH_TOKEN", "k"},
                  {"METAL_PROJECT_ID", "p"}},
                 {}},
       .place = in_environment},
      {.what = "the file of metal-cli",
       .world = {{{"HOME", "/home/me"}},
                 {{kUsualFile, "token: k\nproject-id: p\norganization-id: o\n"}}},
       .place = kUsualFile + ": token"},
      {.what = "another file of metal-cli",
       .world = {{{"METAL_CONFIG", "/etc/metal.yaml"}},
                 {{"/etc/metal.yaml", "{token: k, project-id: p}"}}},
       .place = "/etc/metal.yaml: token"},
      {.what = "the environment goes before the file",
       .world = {{{"HOME", "/home/me"}, {"METAL_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "p"}},
                 {{kUsualFile, "token: other\nproject-id: other\n"}}},
       .place = in_environment},
      {.what = "a configured file goes before the environment",
       .world = {{{"METAL_AUTH_TOKEN", "other"}, {"METAL_PROJECT_ID", "other"}},
                 {{"/etc/spillway/metal.yaml", "{token: k, project-id: p}"}}},
       .options = {.project = "", .file = "/etc/spillway/metal.yaml"},
       .place = "/etc/spillway/metal.yaml: token"},
      {.what = "a configured project goes before all",
       .world = {{{"METAL_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "other"}}, {}},
       .options = {.project = "p", .file = ""},
       .place = in_environment},
  };
  for (const Case& c : cases) {
    const auto access = FindEquinixAccess(c.options, c.world.surroundings());
    ASSERT_TRUE(access) << c.what << ": " << Describe(access.error());
    EXPECT_EQ(access->key.Reveal(), "k") << c.what;
    EXPECT_EQ(access->project, "p") << c.what;
    EXPECT_EQ(access->place, c.place) << c.what;
  }
}

struct Lack {
  World world;
  std::string configured_file = {};
  std::vector<std::string> named;
};

TEST(EquinixCredentials, NameEveryPlaceThatHadNone) {
  const Lack cases[] = {
      {.world = {{{"HOME", "/home/me"}}, {}},
       .named = {"no key", "METAL_AUTH_TOKEN is not set", "PACKET_AUTH_TOKEN is not set",
                 kUsualFile + " cannot be read"}},
      {.world = {{{"HOME", "/home/me"}}, {{kUsualFile, "project-id: p"}}},
       .named = {kUsualFile + " has no text `token`"}},
      {.world = {{{"HOME", "/home/me"}}, {{kUsualFile, "token: 123"}}},
       .named = {kUsualFile + " has no text `token`"}},
      {.world = {{{"HOME", "/home/me"}}, {{kUsualFile, "just words"}}},
       .named = {kUsualFile + " has no members"}},
      {.world = {{{"HOME", "/home/me"}}, {{kUsualFile, "token: {a: [secret-word\n"}}},
       .named = {kUsualFile + " is not YAML"}},
      {.world = {{{"METAL_AUTH_TOKEN", "k"}, {"METAL_CONFIG", "/etc/m"}}, {}},
       .named = {"no project", "`project` of the configuration is not set",
                 "METAL_PROJECT_ID is not set", "/etc/m cannot be read"}},
      {.world = {{{"METAL_AUTH_TOKEN", "k"}}, {}},
       .configured_file = "/etc/spillway/metal.yaml",
       .named = {"no key found. Tried /etc/spillway/metal.yaml cannot be read"}},
      {.world = {{{"METAL_AUTH_TOKEN", "secret-word\r\nX-Other: 1"}}, {}},
       .named = {"environment: METAL_AUTH_TOKEN: has characters that no key has"}},
  };
  for (const Lack& lack : cases) {
    const auto access =
        FindEquinixAccess({.project = "", .file = lack.configured_file}, lack.world.surroundings());
    ASSERT_FALSE(access);
    EXPECT_EQ(access.error().kind, ErrorKind::kDenied);
    for (const std::string& part : lack.named) {
      EXPECT_NE(access.error().text.find(part), std::string::npos)
          << access.error().text << " lacks " << part;
    }
    EXPECT_EQ(access.error().text.find("secret-word"), std::string::npos);
  }
}

}  // namespace
}  // namespace spillway
