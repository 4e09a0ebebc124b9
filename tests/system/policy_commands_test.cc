// `spillway policy …` as an author types it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PolicyCommands : public ::testing::Test {
 protected:
  static Finished Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BuiltPath("spillway"));
    return RunToEnd({arguments, {}, std::nullopt});
  }
  static std::string TextOf(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  void New(const std::string& kind) {
    const Finished made =
        Run({"policy", "new", "my-first", "--kind", kind, "--in", scratch_.path()});
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }

  const ScratchDir scratch_;
};

class PolicyNew : public PolicyCommands, public ::testing::WithParamInterface<const char*> {};

TEST_P(PolicyNew, WhatANewPolicyBeginsWithPassesItsTestAndTheChecks) {
  New(GetParam());
  const Finished test = Run({"policy", "test", scratch_.File("my-first_test.yaml")});
  EXPECT_EQ(test.exit_code, 0) << test.out << test.err;
  EXPECT_THAT(test.out, HasSubstr("1 passed, 0 failed"));
  const Finished check = Run({"check-config", scratch_.File("my-first.yaml")});
  EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
  const Finished again = Run({"policy", "new", "my-first", "--in", scratch_.path()});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, PolicyNew, ::testing::Values("threshold", "target_tracking"));

TEST_F(PolicyCommands, AFailedTestShowsWhatDiffersAndItsExitCodeSaysSo) {
  New("threshold");
  std::string text = TextOf(scratch_.File("my-first_test.yaml"));
  const std::string expected = "wanted_hosts: 3";
  text.replace(text.find(expected), expected.size(), "wanted_hosts: 5");
  const std::string wrong = scratch_.Write("wrong_test.yaml", text);
  const std::string junit = scratch_.File("results.xml");
  const std::string broken = scratch_.Write("broken.yaml", "about: {");
  const Finished test = Run({"policy", "test", scratch_.File("my-first_test.yaml"), wrong, broken,
                             "--junit", junit});
  EXPECT_EQ(test.exit_code, 1);
  EXPECT_THAT(test.out,
              AllOf(HasSubstr("passed " + scratch_.File("my-first_test.yaml")),
                    HasSubstr("FAILED " + wrong), HasSubstr("at 8m"), HasSubstr("wanted_hosts"),
                    HasSubstr("- expected 5"), HasSubstr("+ got      3"),
                    HasSubstr("threshold_grow"), HasSubstr("ERROR  " + broken),
                    HasSubstr("1 passed, 2 failed")));
  const std::string xml = TextOf(junit);
  EXPECT_THAT(xml, AllOf(HasSubstr("tests=\"3\""), HasSubstr("failures=\"1\""),
                         HasSubstr("errors=\"1\""), HasSubstr("expected 5"),
                         HasSubstr("classname=\"" + wrong + "\"")));
}

TEST_F(PolicyCommands, ResultsForScripts) {
  New("threshold");
  const Finished test =
      Run({"policy", "test", scratch_.File("my-first_test.yaml"), "--output", "json"});
  const nlohmann::json results = nlohmann::json::parse(test.out);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].at("passed").get<bool>());
  EXPECT_EQ(results[0].at("steps"), 2);
}

TEST_F(PolicyCommands, ScenariosOfTheProjectPassByTheCommandToo) {
  const Finished test =
      Run({"policy", "test", SourcePath("tests/scenarios/rebound_reclaims_a_draining_host.yaml")});
  EXPECT_EQ(test.exit_code, 0) << test.out;
}

}  // namespace
}  // namespace spillway::testing
