// The seeds of the fuzzers, and texts that are hard on any reader, in the ordinary build: every
// target's contract holds for them. A fuzzer's find becomes a seed here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/fuzz/targets.h"
#include "tests/support/paths.h"

namespace spillway::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path& Seeds() {
  static const fs::path folder = testing::SourcePath("tests/fuzz/seeds");
  return folder;
}

std::vector<Target> All() {
  std::vector<Target> all = Decoders();
  for (Target& target : Services()) all.push_back(std::move(target));
  return all;
}

std::string Bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string Repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

class FuzzTarget : public ::testing::TestWithParam<Target> {};

TEST_P(FuzzTarget, HoldsForItsSeeds) {
  const fs::path folder = Seeds() / GetParam().name;
  if (!fs::exists(folder)) GTEST_SKIP() << "there are no examples yet in " << folder;
  for (const auto& file : fs::directory_iterator(folder)) {
    EXPECT_NO_THROW(GetParam().eat(Bytes(file.path()))) << file.path().filename();
  }
}

TEST_P(FuzzTarget, HoldsForWhatIsEmptyDeepLongOrNoText) {
  constexpr int kDeep = 100'000;
  const std::vector<std::string> hard = {"",
                                         "\n",
                                         std::string(4096, '\0'),
                                         std::string(4096, '\xff'),
                                         std::string(kDeep, '['),
                                         std::string(kDeep, '(') + std::string(kDeep, ')'),
                                         Repeated("{\"a\":", kDeep),
                                         Repeated("[", kDeep) + Repeated("]", kDeep),
                                         Repeated("<a>", kDeep) + Repeated("</a>", kDeep),
                                         std::string(kDeep, '9'),
                                         std::string(kDeep, '*') + "\n" + std::string(200, 'a'),
                                         Repeated("- ", 10'000),
                                         Repeated("a=", kDeep)};
  for (const std::string& text : hard) {
    EXPECT_NO_THROW(GetParam().eat(text)) << text.substr(0, 40) << "…";
  }
}

INSTANTIATE_TEST_SUITE_P(Every, FuzzTarget, ::testing::ValuesIn(All()),
                         [](const auto& target) { return target.param.name; });

TEST(FuzzSeeds, AreEachOfATarget) {
  std::set<std::string> names;
  for (const Target& target : All()) names.insert(target.name);
  for (const auto& folder : fs::directory_iterator(Seeds())) {
    EXPECT_TRUE(names.contains(folder.path().filename())) << folder.path();
  }
}

}  // namespace
}  // namespace spillway::fuzz
