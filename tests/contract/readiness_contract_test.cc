// Readiness over a real OpenSSH server: this machine, with cloud-init and LXC played by programs of
// the test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "providers/node/nodes.h"
#include "tests/contract/ssh_server.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::SshServer;

class ReadinessContract : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = SshServer::WhyNot(); !why.empty()) GTEST_SKIP() << why;
    std::filesystem::create_directories(bin_);
    Program("sudo", "test \"$1\" = -n && test \"$2\" = -- || exit 9; shift 2; exec \"$@\"");
    Program("lxc-ls", "echo 5.0.2");
    server_.emplace(std::map<std::string, std::string>{{"PATH", bin_ + ":" + std::getenv("PATH")}});
    NodeSettings settings;
    settings.ssh = SshAccess{{.identity_file = server_->identity(),
                              .host_keys = HostKeys::kTrustOnFirstUse,
                              .known_hosts = dir_.File("known_hosts")},
                             server_->user(),
                             server_->port()};
    nodes_ = std::make_unique<Nodes>(settings);
    target_.host = "edge-1-a";
    target_.address = "127.0.0.1";
    target_.hypervisor = Hypervisor::kLxc;
  }
  void Program(const std::string& name, const std::string& script) const {
    std::ofstream(bin_ + "/" + name) << "#!/bin/sh\n" << script << "\n";
    chmod((bin_ + "/" + name).c_str(), 0755);
  }

  testing::ScratchDir dir_;
  const std::string bin_ = dir_.File("bin");
  std::optional<SshServer> server_;
  std::unique_ptr<Nodes> nodes_;
  HostTarget target_;
};

TEST_F(ReadinessContract, AMachineIsReadyWhenEveryAnswerHasPassed) {
  const ProbeAnswer port{"ssh port", true, "answers"};
  const ProbeAnswer login{"ssh login", true, "works as " + server_->user()};
  const ProbeAnswer lxc{"lxc", true, "5.0.2"};
  Program("cloud-init", "echo 'status: running'");
  EXPECT_THAT(
      nodes_->Look(target_).answers,
      ElementsAre(port, login,
                  ProbeAnswer{"cloud-init", false, "has not finished: status: running"}, lxc));
  Program("cloud-init", "echo 'status: done'");
  const Readiness ready = nodes_->Look(target_);
  EXPECT_TRUE(ready.is_ready());
  EXPECT_THAT(ready.answers,
              ElementsAre(port, login, ProbeAnswer{"cloud-init", true, "has finished"}, lxc));
}

TEST_F(ReadinessContract, AnotherMachineAtTheAddressIsNotTakenForTheHost) {
  ASSERT_TRUE(nodes_->Look(target_).answers.at(1).passed);
  server_->Reinstall();
  EXPECT_THAT(nodes_->Look(target_).answers.at(1).text, HasSubstr("host key changed"));
  target_.host = "edge-1-b";  // a new host, to which the cloud gave the address
  EXPECT_TRUE(nodes_->Look(target_).answers.at(1).passed);
}

TEST_F(ReadinessContract, TheMachinesOwnPortAndUserCount) {
  target_.login = {.user = "nobody-of-this-name", .port = server_->port()};
  EXPECT_THAT(nodes_->Look(target_).answers.at(1).text, HasSubstr("login refused"));
  target_.login = {.port = testing::FreePort()};
  EXPECT_THAT(nodes_->Look(target_).answers,
              ElementsAre(::testing::Field(&ProbeAnswer::passed, false)));
}

}  // namespace
}  // namespace spillway
