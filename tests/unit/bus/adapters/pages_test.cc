// The page of each adapter, which people copy from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>

#include "tests/support/adapter_world.h"
#include "tests/support/paths.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;

std::string Page(const std::string& path) {
  std::ifstream file(SourcePath("bus/adapters/" + path));
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands below `adapters:` in the first example that has it.
std::string Example(const std::string& page) {
  const std::string mark = "```yaml\nadapters:\n";
  const std::size_t from = page.find(mark);
  if (from == std::string::npos) return "no example";
  const std::string block = page.substr(from + mark.size());
  return std::regex_replace(block.substr(0, block.find("```")), std::regex("(^|\n)  "), "$1");
}

TEST(AdapterPages, TheExampleOfEachIsAConfigurationOfIt) {
  const std::string list = Page("README.md");
  for (const AdapterKind& kind : BuiltinAdapters()) {
    const std::string name(kind.kind);
    const auto [config, errors] = ReadAdapters(Example(Page(name + "/README.md")));
    EXPECT_EQ(errors, "") << name;
    ASSERT_EQ(config.sources.size(), 1u) << name;
    EXPECT_EQ(config.sources[0].type, name);
    EXPECT_THAT(list, ::testing::HasSubstr("| `" + name + "` | ")) << name;
  }
}

}  // namespace
}  // namespace spillway::adapters
