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
  const Finished test =
      Run({"policy", "test", scratch_.File("my-first_test.yaml"), wrong, broken, "--junit", junit});
  EXPECT_EQ(test.exit_code, 1);
  EXPECT_THAT(test.out, AllOf(HasSubstr("passed " + scratch_.File("my-first_test.yaml")),
                              HasSubstr("FAILED " + wrong), HasSubstr("at 8m"),
                              HasSubstr("wanted_hosts"), HasSubstr("- expected 5"),
                              HasSubstr("+ got      3"), HasSubstr("threshold_grow"),
                              HasSubstr("ERROR  " + broken), HasSubstr("1 passed, 2 failed")));
  const std::string xml = TextOf(junit);
  EXPECT_THAT(
      xml, AllOf(HasSubstr("tests=\"3\""), HasSubstr("failures=\"1\""), HasSubstr("errors=\"1\""),
                 HasSubstr("expected 5"), HasSubstr("classname=\"" + wrong + "\"")));
}

// Grows by a host from 70 % on, and takes it back below 50 %: with one host less it is at 71 again.
TEST_F(PolicyCommands, AClusterThatFlapsIsRefusedWithTheCounterexampleUnlessItMay) {
  New("threshold");
  std::string text = TextOf(scratch_.File("my-first.yaml"));
  const auto replace = [&text](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("from: 0.8", "from: 0.7");
  replace("to: 0.3", "to: 0.5");
  const std::string flapping = scratch_.Write("flapping.yaml", text);
  const Finished check = Run({"policy", "check", "--config", flapping});
  EXPECT_EQ(check.exit_code, 3);
  EXPECT_THAT(check.out, AllOf(HasSubstr("clusters[0].policies (line"),
                               HasSubstr("edge goes from 1 to 2 hosts and back every"),
                               HasSubstr("my-first: cpu is 0.7"), HasSubstr("hosts ready"),
                               HasSubstr("allow_flapping: true")));
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"check-config", flapping}, {"run", "--config", flapping}}) {
    const Finished refused = Run(command);
    EXPECT_EQ(refused.exit_code, 3) << command[0];
    EXPECT_THAT(refused.err, AllOf(HasSubstr("a limit cycle"), HasSubstr("hosts ready")));
  }
  replace("    policies:", "    allow_flapping: true\n    policies:");
  const std::string allowed = scratch_.Write("allowed.yaml", text);
  EXPECT_EQ(Run({"check-config", allowed}).exit_code, 0);
  const Finished shown = Run({"policy", "check", "--config", allowed, "edge"});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.out, HasSubstr("a limit cycle"));
  EXPECT_EQ(Run({"policy", "check", "--config", allowed, "core"}).exit_code, 4);
}

TEST_F(PolicyCommands, OurOwnConfigurationsAreCalm) {
  for (const char* config : {"config/minimal.yaml", "config/demo.yaml", "config/spillway.yaml"}) {
    const Finished check =
        Run({"policy", "check", "--config", SourcePath(config), "--output", "json"});
    EXPECT_EQ(check.exit_code, 0) << check.out;
    for (const auto& finding : nlohmann::json::parse(check.out)) {
      EXPECT_GT(finding.at("runs").get<int>(), 50) << config;
      EXPECT_TRUE(finding.at("cycle").is_null()) << config;
    }
  }
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
