#include "scaler/runtime/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "scaler/runtime/file_descriptor.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::HasSubstr;
using ::testing::Not;

ProcessOutput Finish(const ProcessRequest& request) {
  const Result<ProcessOutput> output = RunProcess(request);
  EXPECT_TRUE(output) << Describe(output.error());
  return output ? *output : ProcessOutput{};
}

ProcessRequest Script(const std::string& text) { return {.argv = {"sh", "-c", text}}; }

std::size_t OpenDescriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

TEST(Process, GivesExitCodeAndBothStreams) {
  EXPECT_EQ(Finish(Script("echo out; echo err >&2; exit 3")), (ProcessOutput{3, "out\n", "err\n"}));
}

TEST(Process, PassesArgumentsAsTheyAre) {
  const std::string nasty = "a b'c\"$(exit 9)`exit 9`\n*;&|\\";
  EXPECT_EQ(Finish({.argv = {"printf", "%s|", nasty, "", "-n"}}).out, nasty + "||-n|");
}

TEST(Process, GivesTheInputAndThenItsEnd) {
  std::string input(3 << 20, 'x');
  input += "\0end"s;
  EXPECT_EQ(Finish({.argv = {"cat"}, .input = input, .max_output_bytes = 4 << 20}).out, input);
  EXPECT_EQ(Finish({.argv = {"cat"}}).out, "");
}

TEST(Process, AProgramThatDoesNotReadItsInputHurtsNobody) {
  EXPECT_EQ(Finish({.argv = {"true"}, .input = std::string(3 << 20, 'x')}).exit_code, 0);
}

TEST(Process, AddsToTheEnvironment) {
  ::setenv("SPILLWAY_TEST_KEPT", "kept", 1);
  ::setenv("SPILLWAY_TEST_REPLACED", "old", 1);
  ProcessRequest request =
      Script("echo $SPILLWAY_TEST_KEPT $SPILLWAY_TEST_REPLACED $SPILLWAY_TEST_NEW");
  request.environment = {{"SPILLWAY_TEST_REPLACED", "replaced"}, {"SPILLWAY_TEST_NEW", "new"}};
  EXPECT_EQ(Finish(request).out, "kept replaced new\n");
}

TEST(Process, KeepsSoMuchOutputAndLetsTheProgramGoOn) {
  ProcessRequest request =
      Script("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; exit 5");
  request.max_output_bytes = 1000;
  const ProcessOutput output = Finish(request);
  EXPECT_EQ(output.exit_code, 5);
  EXPECT_EQ(output.out.size(), 1000u);
  EXPECT_EQ(output.err.size(), 1000u);
}

TEST(Process, SaysWhichSignalEndedIt) {
  EXPECT_EQ(Finish(Script("kill -TERM $$")).exit_code, 128 + SIGTERM);
}

TEST(Process, WhatCannotBeStartedIsInvalid) {
  const testing::ScratchDir dir;
  const std::vector<std::vector<std::string>> cases = {
      {},
      {"no-such-program-anywhere"},
      {dir.File("nothing")},
      {dir.Write("not-executable", "#!/bin/sh\n")},
      {"echo", "a\0b"s},
  };
  for (const std::vector<std::string>& argv : cases) {
    const Result<ProcessOutput> output = RunProcess({.argv = argv});
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().kind, ErrorKind::kInvalid) << Describe(output.error());
    EXPECT_EQ(output.error().code, "cannot be started");
  }
}

// A pipe that programs hold open for writing as long as they live.
class Witness {
 public:
  explicit Witness(const testing::ScratchDir& dir) : path_(dir.File("pipe")) {
    mkfifo(path_.c_str(), 0600);
    read_end_ = FileDescriptor(open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    write_end_ = FileDescriptor(open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  }
  const std::string& path() const { return path_; }
  bool SeesAllWritersGo() {
    write_end_.Close();
    pollfd entry{read_end_.number(), 0, 0};
    return poll(&entry, 1, 60'000) == 1 && (entry.revents & POLLHUP) != 0;
  }

 private:
  const std::string path_;
  FileDescriptor read_end_;
  FileDescriptor write_end_;
};

TEST(Process, AtTheTimeLimitItIsKilledWithAllThatItStarted) {
  const testing::ScratchDir dir;
  Witness witness(dir);
  ProcessRequest request = Script("sleep 1000 >" + witness.path() + " & sleep 1000");
  request.timeout = 500ms;
  const Result<ProcessOutput> output = RunProcess(request);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(output.error().text, "did not end within 500ms and was killed");
  EXPECT_THAT(Describe(output.error()), Not(HasSubstr("sleep")));
  EXPECT_TRUE(witness.SeesAllWritersGo());
}

TEST(Process, DoesNotWaitForWhatAProgramLeavesRunning) {
  const testing::ScratchDir dir;
  Witness witness(dir);
  const ProcessOutput output = Finish(Script("sleep 1000 3>" + witness.path() + " & echo left"));
  EXPECT_EQ(output, (ProcessOutput{0, "left\n", ""}));
  EXPECT_TRUE(witness.SeesAllWritersGo());
}

TEST(Process, LeavesNoDescriptorAndNoZombie) {
  const std::size_t before = OpenDescriptors();
  Finish(Script("exit 0"));
  ProcessRequest slow = Script("sleep 1000");
  slow.timeout = 1ms;
  EXPECT_FALSE(RunProcess(slow));
  EXPECT_FALSE(RunProcess({.argv = {"no-such-program-anywhere"}}));
  EXPECT_EQ(OpenDescriptors(), before);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child was left";
}

TEST(Process, TheProgramGetsNoOtherDescriptorAndNoIgnoredSignal) {
  const FileDescriptor careless(open("/dev/null", O_RDONLY));  // without O_CLOEXEC
  std::signal(SIGPIPE, SIG_IGN);
  const ProcessOutput output =
      Finish(Script("ls /proc/self/fd | wc -l; kill -PIPE $$; echo ignored"));
  std::signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(output.exit_code, 128 + SIGPIPE);
  // The three streams, and the directory that ls itself reads.
  EXPECT_EQ(output.out, "4\n");
}

TEST(Process, ManyRunAtOnce) {
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&right, i] {
      for (int j = 0; j < 5; ++j) {
        const std::string text = std::to_string(i) + "/" + std::to_string(j);
        const Result<ProcessOutput> output = RunProcess({.argv = {"cat"}, .input = text});
        if (output && output->out == text) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 40);
}

}  // namespace
}  // namespace spillway
