#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "providers/node/readiness.h"
#include "providers/node/ssh_setup.h"
#include "providers/node/step_run.h"
#include "scaler/runtime/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The script runs here, in an environment that has the programs of the test alone.
class ReadinessTest : public ::testing::Test {
 protected:
  ReadinessTest() {
    std::filesystem::create_directories(dir_.File("bin"));
    std::filesystem::create_directories(dir_.File("modules"));
    // Programs of this machine are called by scripts, so that no file of it is ever in the way.
    for (const std::string tool :
         {"cat", "cut", "flock", "grep", "head", "ls", "sed", "timeout", "tr", "true", "uname"}) {
      Have(tool, "exec " + PathOf(tool) + " \"$@\"");
    }
    question_.kvm_device = "/dev/null";
    question_.modules = dir_.File("modules");
  }
  static std::string PathOf(const std::string& tool) {
    return (std::filesystem::exists("/usr/bin/" + tool) ? "/usr/bin/" : "/bin/") + tool;
  }
  // A program of the machine.
  void Have(const std::string& name, const std::string& script) const {
    const std::string path = dir_.File("bin/" + name);
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0755);
  }
  void HaveFile(const std::string& path, const std::string& text = "") const {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
  }
  NodeLook Look() const {
    std::vector<std::string> argv = {"/bin/sh", "-s", "--"};
    const std::vector<std::string> arguments = LookArguments(question_);
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const Result<ProcessOutput> output = RunProcess({.argv = argv,
                                                     .input = std::string(LookScript()),
                                                     .environment = {{"PATH", dir_.File("bin")}}});
    EXPECT_TRUE(output && output->err.empty()) << (output ? output->err : "");
    const std::optional<NodeLook> look = output ? ReadLook(output->out) : std::nullopt;
    EXPECT_TRUE(look);
    return look.value_or(NodeLook{});
  }
  ProbeAnswer AnswerOf(const std::string& name) const {
    for (const ProbeAnswer& answer : Look().answers) {
      if (answer.name == name) return answer;
    }
    return {"", false, "no such answer"};
  }
  // Steps that go through a folder of the test.
  NodeSteps& Steps() {
    question_.steps.emplace();
    question_.steps->folder = dir_.File("state");
    question_.steps->commands = {{"one"}, {"two"}};
    return *question_.steps;
  }

  testing::ScratchDir dir_;
  NodeQuestion question_;
};

ProbeAnswer Yes(const std::string& name, const std::string& text) { return {name, true, text}; }
ProbeAnswer No(const std::string& name, const std::string& text) { return {name, false, text}; }

TEST_F(ReadinessTest, KvmNeedsItsDeviceAndLibvirt) {
  question_.runs_cloud_init = false;
  question_.hypervisor = Hypervisor::kKvm;
  Have("virsh", "test \"$*\" = '--connect qemu:///system version' && echo 'QEMU 7.2'");
  EXPECT_THAT(Look().answers, ElementsAre(Yes("/dev/kvm", "is there"), Yes("libvirt", "QEMU 7.2")));
  question_.kvm_device = dir_.File("kvm");
  Have("virsh", "echo 'error: failed to connect' >&2; exit 1");
  EXPECT_THAT(
      Look().answers,
      ElementsAre(
          No("/dev/kvm", "is not there: the processor or the cloud gives no virtualization"),
          No("libvirt", "virsh --connect qemu:///system version: error: failed to connect")));
}

TEST_F(ReadinessTest, LxcNeedsItsTools) {
  question_.runs_cloud_init = false;
  question_.hypervisor = Hypervisor::kLxc;
  EXPECT_THAT(Look().answers, ElementsAre(No("lxc", "there is no program lxc-ls")));
  Have("lxc-ls", "echo 5.0.2");
  EXPECT_THAT(Look().answers, ElementsAre(Yes("lxc", "5.0.2")));
}

TEST_F(ReadinessTest, FirecrackerNeedsBothProgramsAndTheDevice) {
  question_.runs_cloud_init = false;
  question_.hypervisor = Hypervisor::kFirecracker;
  Have("firecracker", "printf 'Firecracker v1.7.0\\n\\nSupported: 1\\n'");
  EXPECT_THAT(Look().answers, ElementsAre(Yes("/dev/kvm", "is there"),
                                          Yes("firecracker", "Firecracker v1.7.0 Supported: 1"),
                                          No("jailer", "there is no program jailer")));
}

// As cloud-init 22.4 and 24.1 say it.
TEST_F(ReadinessTest, CloudInitMustHaveFinished) {
  struct Row {
    const char* says;
    bool passed;
    const char* text;
  };
  const Row rows[] = {
      {"status: not run", false, "has not finished: status: not run"},
      {"status: running\\ntime: Mon", false, "has not finished: status: running"},
      {"status: done\\ntime: Mon", true, "has finished"},
      {"status: done\\nextended_status: degraded done\\nrecoverable_errors:\\nWARNING: x", true,
       "has finished"},
      {"status: disabled", true, "is disabled"},
      {"status: error\\ntime: Mon\\ndetail:\\n(\\\"package-update\\\", RuntimeError(x))", false,
       "has failed: detail: (\"package-update\", RuntimeError(x))"},
      {"status: error\\nerrors:\\n\\t- (scripts-user, RuntimeError(x))", false,
       "has failed: errors: - (scripts-user, RuntimeError(x))"},
  };
  for (const Row& row : rows) {
    Have("cloud-init", "test \"$*\" = 'status --long' || exit 9\nprintf \"" +
                           std::string(row.says) + "\\n\"\nexit 2");
    EXPECT_EQ(AnswerOf("cloud-init"), (ProbeAnswer{"cloud-init", row.passed, row.text}))
        << row.says;
  }
}

TEST_F(ReadinessTest, CloudInitsErrorIsFinalOnceItHasEnded) {
  question_.cloud_init = dir_.File("cloud-init");
  Have("cloud-init", "printf 'status: error\\ndetail:\\nx\\n'");
  EXPECT_FALSE(Look().has_failed) << "it still runs";
  HaveFile(dir_.File("cloud-init/result.json"), "{}");
  EXPECT_TRUE(Look().has_failed);
  EXPECT_EQ(AnswerOf("cloud-init"), No("cloud-init", "has failed: detail: x"));
  Have("cloud-init", "echo 'status: done'");
  EXPECT_FALSE(Look().has_failed);
}

TEST_F(ReadinessTest, WithoutCloudInitTheMarkerCounts) {
  EXPECT_EQ(AnswerOf("cloud-init"), Yes("cloud-init", "is not there"));
  Steps();
  EXPECT_FALSE(AnswerOf("set-up").passed);
  HaveFile(MarkerFile(*question_.steps), Digest(*question_.steps) + "\n");
  EXPECT_EQ(AnswerOf("set-up"), Yes("set-up", "is done"));
}

TEST_F(ReadinessTest, TellsHowFarTheSetUpIs) {
  const StepRun run = RunOf(Steps());
  EXPECT_EQ(Look().setup, SetupState::kNone);

  HaveFile(run.folder + "/done-1");
  HaveFile(LockFile(*question_.steps));
  EXPECT_EQ(Look().setup, SetupState::kNone) << "it was interrupted";

  HaveFile(run.folder + "/failed", "two: exit code 5: no such\nthing\n");
  EXPECT_EQ(Look().setup, SetupState::kFailed);
  EXPECT_EQ(AnswerOf("set-up"), No("set-up", "has failed: two: exit code 5: no such thing"));

  // Whoever holds the lock is at it, whatever an earlier one left.
  Have("flock", "exit 99");
  EXPECT_EQ(Look().setup, SetupState::kRunning);
  EXPECT_EQ(AnswerOf("set-up"), No("set-up", "runs: 1 of 3 steps are done"));

  HaveFile(MarkerFile(*question_.steps), run.digest + "\n");
  EXPECT_EQ(Look().setup, SetupState::kDone);
}

TEST_F(ReadinessTest, StepsThatHaveChangedAreDoneAgainButNotByCloudInit) {
  Steps();
  HaveFile(MarkerFile(*question_.steps), "0123456789abcdef\n");
  EXPECT_EQ(Look().setup, SetupState::kDone);
  EXPECT_EQ(AnswerOf("set-up"), Yes("set-up", "was done by an earlier configuration"));
  question_.runs_cloud_init = false;
  EXPECT_EQ(Look().setup, SetupState::kNone);
}

TEST_F(ReadinessTest, WhatTheStepsPromiseMustBeThere) {
  NodeSteps& steps = Steps();
  steps.packages = {"lxc", "curl"};
  steps.modules = {"loop"};
  steps.needs_cgroup_v1 = true;
  Have("dpkg-query", "case $* in *lxc) printf installed ;; *) printf config-files ;; esac");
  Have("stat", "echo cgroup2fs");
  EXPECT_EQ(AnswerOf("packages"), No("packages", "not installed: curl"));
  EXPECT_THAT(AnswerOf("module loop").text, StartsWith("the kernel "));
  EXPECT_EQ(AnswerOf("cgroups"),
            No("cgroups", "are not version 1 (cgroup2fs) before the machine is started anew"));

  Have("dpkg-query", "printf installed");
  HaveFile(dir_.File("modules/loop"));
  Have("stat", "test \"$*\" = '--file-system --format=%T /sys/fs/cgroup' && echo tmpfs");
  EXPECT_EQ(AnswerOf("packages"), Yes("packages", "installed: lxc curl"));
  EXPECT_TRUE(AnswerOf("module loop").passed);
  EXPECT_TRUE(AnswerOf("cgroups").passed);
}

TEST(ReadLook, PassesOverWhatOthersSayAndWantsTheEnd) {
  const std::string answers =
      "Welcome!\nspillway\tprobe\tlxc\tyes\t5.0\nspillway\tsetup\tfailed\nno\ttab\n";
  EXPECT_FALSE(ReadLook(answers));
  EXPECT_FALSE(ReadLook(""));
  const std::optional<NodeLook> look = ReadLook(answers + "spillway\tend\nafter\n");
  ASSERT_TRUE(look);
  EXPECT_THAT(look->answers, ElementsAre(Yes("lxc", "5.0")));
  EXPECT_EQ(look->setup, SetupState::kFailed);
}

}  // namespace
}  // namespace spillway
