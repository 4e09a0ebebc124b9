#include "providers/equinix/equinix_credentials.h"

#include <gtest/gtest.h>

#include <map>

namespace spillway {
namespace {

struct World {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;

  Surroundings surroundings() const {
    const auto look = [](const auto& map) {
      return [map](const std::string& name) -> std::optional<std::string> {
        const auto found = map.find(name);
        if (found == map.end()) return std::nullopt;
        return found->second;
      };
    };
    return {look(variables), look(files)};
  }
};

struct Case {
  const char* what;
  World world;
  std::string configured;
  std::string key;
  std::string project;
};

TEST(EquinixCredentials, AreFoundWhereTheUsersOfMetalKeepThem) {
  const std::string file = "/home/me/.config/equinix/metal.yaml";
  const Case cases[] = {
      {"environment", {{{"METAL_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "p"}}, {}}, "", "k", "p"},
      {"older name of the key",
       {{{"PACKET_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "p"}}, {}},
       "",
       "k",
       "p"},
      {"the newer name goes first",
       {{{"PACKET_AUTH_TOKEN", "old"}, {"METAL_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "p"}}, {}},
       "",
       "k",
       "p"},
      {"the file of metal-cli",
       {{{"HOME", "/home/me"}}, {{file, "token: k\nproject-id: p\norganization-id: o\n"}}},
       "",
       "k",
       "p"},
      {"another file",
       {{{"METAL_CONFIG", "/etc/metal.yaml"}}, {{"/etc/metal.yaml", "{token: k, project-id: p}"}}},
       "",
       "k",
       "p"},
      {"the environment goes before the file",
       {{{"HOME", "/home/me"}, {"METAL_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "p"}},
        {{file, "token: other\nproject-id: other\n"}}},
       "",
       "k",
       "p"},
      {"a configured project goes before all",
       {{{"METAL_AUTH_TOKEN", "k"}, {"METAL_PROJECT_ID", "other"}}, {}},
       "p",
       "k",
       "p"},
  };
  for (const Case& c : cases) {
    const auto access = FindEquinixAccess(c.configured, c.world.surroundings());
    ASSERT_TRUE(access) << c.what << ": " << Describe(access.error());
    EXPECT_EQ(access->key.Reveal(), c.key) << c.what;
    EXPECT_EQ(access->project, c.project) << c.what;
  }
}

struct Lack {
  World world;
  std::vector<std::string> named;
};

TEST(EquinixCredentials, NameEveryPlaceThatHadNone) {
  const std::string file = "/home/me/.config/equinix/metal.yaml";
  const Lack cases[] = {
      {{{{"HOME", "/home/me"}}, {}},
       {"no key", "METAL_AUTH_TOKEN is not set", "PACKET_AUTH_TOKEN is not set",
        file + " cannot be read"}},
      {{{{"HOME", "/home/me"}}, {{file, "project-id: p"}}}, {file + " has no text `token`"}},
      {{{{"HOME", "/home/me"}}, {{file, "just words"}}}, {file + " has no members"}},
      {{{{"HOME", "/home/me"}}, {{file, "token: {a: [secret-word\n"}}}, {file + " is not YAML"}},
      {{{{"METAL_AUTH_TOKEN", "k"}, {"METAL_CONFIG", "/etc/m"}}, {}},
       {"no project", "`project` of the configuration is not set", "METAL_PROJECT_ID is not set",
        "/etc/m cannot be read"}},
  };
  for (const Lack& lack : cases) {
    const auto access = FindEquinixAccess("", lack.world.surroundings());
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
