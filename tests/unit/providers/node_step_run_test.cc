#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "providers/node/step_run.h"
#include "scaler/runtime/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using Command = std::vector<std::string>;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The steps are carried out here, in a folder of the test.
class StepRunTest : public ::testing::Test {
 protected:
  static StepRun Write(const NodeSteps& steps) {
    StepRun run = RunOf(steps);
    for (const NodeFile& file : run.files) {
      std::filesystem::create_directories(std::filesystem::path(file.path).parent_path());
      std::ofstream(file.path) << file.content;
    }
    return run;
  }
  static void CarryOut(const StepRun& run) {
    for (const Command& command : run.commands) ASSERT_TRUE(RunProcess({.argv = command}));
  }
  NodeSteps Steps(std::vector<Command> commands) const {
    NodeSteps steps;
    steps.folder = dir_.File("state");
    steps.commands = std::move(commands);
    return steps;
  }
  std::string NotedBy(const std::string& name) const { return ReadFile(dir_.File(name)); }
  // A command that adds its words, as they come, to a file.
  Command Note(const std::string& file, const std::string& words) const {
    return {"sh", "-c", "printf '%s\\n' \"$1\" >>\"$2\"", "sh", words, dir_.File(file)};
  }

  testing::ScratchDir dir_;
};

TEST_F(StepRunTest, DoesEachOnceHoweverOftenItIsStarted) {
  const NodeSteps steps = Steps({Note("notes", "one $(exit 9)"), Note("notes", "it's two")});
  const StepRun run = Write(steps);
  CarryOut(run);
  CarryOut(run);
  EXPECT_EQ(NotedBy("notes"), "one $(exit 9)\nit's two\n");
  EXPECT_EQ(ReadFile(MarkerFile(steps)), Digest(steps) + "\n");
}

TEST_F(StepRunTest, StopsAtAFailureSaysItAndLeavesNoMarker) {
  const NodeSteps steps = Steps(
      {Note("notes", "one"), {"sh", "-c", "echo no such thing >&2; exit 7"}, Note("notes", "two")});
  const StepRun run = Write(steps);
  CarryOut(run);
  EXPECT_EQ(NotedBy("notes"), "one\n");
  EXPECT_EQ(ReadFile(run.folder + "/failed"),
            "sh -c echo no such thing >&2; exit 7: exit code 7: no such thing \n");
  EXPECT_FALSE(std::filesystem::exists(MarkerFile(steps)));
}

TEST_F(StepRunTest, GoesOnAfterAFailureThatWasCured) {
  const std::string cure = dir_.File("cure");
  const NodeSteps steps = Steps({Note("notes", "one"), {"test", "-e", cure}, Note("notes", "two")});
  const StepRun run = Write(steps);
  CarryOut(run);
  dir_.Write("cure", "");
  std::filesystem::remove(run.folder + "/failed");
  CarryOut(run);
  EXPECT_EQ(NotedBy("notes"), "one\ntwo\n");
  EXPECT_EQ(ReadFile(MarkerFile(steps)), run.digest + "\n");
}

TEST_F(StepRunTest, OtherStepsBeginAnew) {
  CarryOut(Write(Steps({Note("notes", "one")})));
  const NodeSteps changed = Steps({Note("notes", "one"), Note("notes", "two")});
  CarryOut(Write(changed));
  EXPECT_EQ(NotedBy("notes"), "one\none\ntwo\n");
  EXPECT_EQ(ReadFile(MarkerFile(changed)), Digest(changed) + "\n");
}

}  // namespace
}  // namespace spillway
