// The guide names tests of the kit; those that it names are there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "tests/support/paths.h"

namespace spillway::conformance {
namespace {

// "Kit/Life" and "AMachine…/aws" are "Life.AMachine…".
std::set<std::string> TestsOfTheKit() {
  std::set<std::string> names;
  const auto& all = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const ::testing::TestSuite& suite = *all.GetTestSuite(i);
    const std::string name = suite.name();
    if (!name.starts_with("Kit/")) continue;
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const std::string test = suite.GetTestInfo(j)->name();
      names.insert(name.substr(4) + "." + test.substr(0, test.find('/')));
    }
  }
  return names;
}

TEST(ProvidersReadme, NamesTestsThatThereAre) {
  std::ifstream file(testing::SourcePath("providers/README.md"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::set<std::string> tests = TestsOfTheKit();
  const std::regex named("`((Errors|Life|Offers|Pages|Repetition|Strangers)\\.[A-Za-z]+)`");
  int count = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), named), end; it != end; ++it) {
    EXPECT_TRUE(tests.contains((*it)[1])) << (*it)[1];
    ++count;
  }
  EXPECT_GT(count, 5);
}

}  // namespace
}  // namespace spillway::conformance
