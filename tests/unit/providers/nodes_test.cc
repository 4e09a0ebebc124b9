#include "providers/node/nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/fakes/ssh_banner.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

// A machine whose SSH port answers, and in the place of the program ssh a script of the test.
class NodesTest : public ::testing::Test {
 protected:
  NodesTest() {
    settings_.ssh_port = port_.port();
    target_.host = "edge-1-a";
    target_.address = "127.0.0.1";
    target_.hypervisor = Hypervisor::kLxc;
  }
  // The script gets what ssh would get; it is called anew for each connection.
  void Ssh(const std::string& script) {
    settings_.ssh = SshAccess{{.identity_file = dir_.Write("id", "key"),
                               .known_hosts = dir_.Write("known_hosts", ""),
                               .program = dir_.Write("ssh", "#!/bin/sh\nprintf '%s\\n' \"$*\" >>" +
                                                                calls_ + "\n" + script + "\n")},
                              "root",
                              port_.port()};
    chmod(settings_.ssh->settings.program.c_str(), 0700);
  }
  Readiness Look() const { return Nodes(settings_).Look(target_); }
  std::string Calls() const {
    std::ifstream file(calls_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::string Answers(const std::string& lines) {
    return "cat >/dev/null; printf '" + lines + "spillway\\tend\\n'";
  }

  const fakes::SshBanner port_;
  testing::ScratchDir dir_;
  const std::string calls_ = dir_.File("calls");
  NodeSettings settings_;
  HostTarget target_;
};

TEST_F(NodesTest, WithoutAnSshSectionThePortIsAllAndThatIsSaid) {
  const Readiness readiness = Look();
  EXPECT_TRUE(readiness.is_ready());
  ASSERT_EQ(readiness.answers.size(), 2u);
  EXPECT_EQ(readiness.answers[0], (ProbeAnswer{"ssh port", true, "answers"}));
  EXPECT_THAT(readiness.answers[1].text, HasSubstr("were not looked at"));
}

TEST_F(NodesTest, AMachineWithoutCloudInitCannotBeSetUpWithoutAnSshSection) {
  settings_.setup = NodeSetup{};
  target_.login.runs_cloud_init = false;
  const Readiness readiness = Look();
  EXPECT_FALSE(readiness.is_ready());
  EXPECT_THAT(readiness.answers.back().text, HasSubstr("nobody sets it up"));
}

TEST_F(NodesTest, APortThatDoesNotAnswerIsTheOnlyAnswer) {
  target_.address = "nowhere.invalid";
  const Readiness readiness = Look();
  EXPECT_FALSE(readiness.is_ready());
  ASSERT_EQ(readiness.answers.size(), 1u);
  EXPECT_THAT(readiness.answers[0].text, HasSubstr("nowhere.invalid"));
}

TEST_F(NodesTest, PutsTheAnswersOfAllLooksInOrder) {
  Ssh(
      Answers("spillway\\tprobe\\tcloud-init\\tyes\\thas finished\\n"
              "spillway\\tprobe\\tlxc\\tno\\tthere is no program lxc-ls\\n"));
  const Readiness readiness = Look();
  EXPECT_FALSE(readiness.is_ready());
  EXPECT_THAT(readiness.answers,
              ElementsAre(ProbeAnswer{"ssh port", true, "answers"},
                          ProbeAnswer{"ssh login", true, "works as root"},
                          ProbeAnswer{"cloud-init", true, "has finished"},
                          ProbeAnswer{"lxc", false, "there is no program lxc-ls"}));
}

TEST_F(NodesTest, TellsWhatNoWaitingMends) {
  Ssh(Answers("spillway\\tprobe\\tcloud-init\\tnever\\thas failed: x\\n"));
  const Readiness readiness = Look();
  EXPECT_TRUE(readiness.has_failed);
  EXPECT_EQ(readiness.answers.back(), (ProbeAnswer{"cloud-init", false, "has failed: x"}));
}

TEST_F(NodesTest, LogsInAsTheProviderSaysElseAsConfigured) {
  Ssh(Answers(""));
  EXPECT_TRUE(Look().is_ready());
  target_.login.user = "ubuntu";
  EXPECT_THAT(Look().answers.back().text, "works as ubuntu");
  EXPECT_THAT(Calls(), HasSubstr("-l root -p "));
  EXPECT_THAT(Calls(), HasSubstr("-l ubuntu -p "));
  EXPECT_THAT(Calls(), HasSubstr("'sudo' '-n' '--' 'sh' '-s'"));
}

TEST_F(NodesTest, ALoginThatFailsIsSaidInItsWords) {
  Ssh("echo 'root@127.0.0.1: Permission denied (publickey).' >&2; exit 255");
  EXPECT_THAT(Look().answers.back().text, HasSubstr("login refused"));
  EXPECT_FALSE(Look().is_ready());
}

TEST_F(NodesTest, AnImageThatWantsAnotherUserIsNotALogin) {
  Ssh("echo 'Please login as the user \"ubuntu\" rather than the user \"root\".'; exit 142");
  const ProbeAnswer answer = Look().answers.back();
  EXPECT_EQ(answer.name, "ssh login");
  EXPECT_FALSE(answer.passed);
  EXPECT_THAT(answer.text, HasSubstr("Please login as the user \"ubuntu\""));
}

TEST_F(NodesTest, StartsTheSetUpOfAMachineWithoutCloudInit) {
  settings_.setup = NodeSetup{};
  target_.login.runs_cloud_init = false;
  for (const char* state : {"none", "failed"}) {
    Ssh(
        Answers("spillway\\tprobe\\tset-up\\tno\\thas not begun\\n"
                "spillway\\tsetup\\t" +
                std::string(state) + "\\n"));
    const Readiness readiness = Look();
    EXPECT_FALSE(readiness.is_ready());
    EXPECT_EQ(readiness.answers.back(), (ProbeAnswer{"set-up", false, "has not begun; started"}));
  }
  EXPECT_THAT(Calls(), HasSubstr("/job"));
}

TEST_F(NodesTest, DoesNotStartWhatRunsOrIsCloudInitsBusiness) {
  settings_.setup = NodeSetup{};
  for (const bool runs_cloud_init : {true, false}) {
    target_.login.runs_cloud_init = runs_cloud_init;
    Ssh(Answers("spillway\\tprobe\\tset-up\\tno\\tx\\nspillway\\tsetup\\t" +
                std::string(runs_cloud_init ? "none" : "running") + "\\n"));
    EXPECT_EQ(Look().answers.back().text, "x");
  }
}

TEST_F(NodesTest, SaysWhenTheSetUpCannotBeStarted) {
  settings_.setup = NodeSetup{};
  target_.login.runs_cloud_init = false;
  Ssh("case $* in *setsid*) echo 'mkdir: no space left' >&2; exit 1 ;; esac\n" +
      Answers("spillway\\tprobe\\tset-up\\tno\\tx\\nspillway\\tsetup\\tnone\\n"));
  EXPECT_THAT(Look().answers.back().text, HasSubstr("mkdir: no space left"));
}

TEST_F(NodesTest, AreNotMadeWithoutTheirKey) {
  Ssh("");
  settings_.ssh->settings.identity_file = dir_.File("nowhere");
  EXPECT_THROW(Nodes{settings_}, std::runtime_error);
}

}  // namespace
}  // namespace spillway
