// Our user data through the schema of cloud-init itself: the program where it is installed, else
// Debian's package unpacked into the folder that SPILLWAY_CLOUD_INIT names (.ci/run does so).
#include <gtest/gtest.h>

#include <cstdlib>

#include "providers/node/cloud_init.h"
#include "scaler/runtime/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

class CloudInitContract : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("SPILLWAY_CLOUD_INIT");
    if (folder != nullptr && *folder != '\0') {
      command_ = {"/usr/bin/python3", "-W", "ignore", "-m", "cloudinit.cmd.main"};
      environment_ = {{"PYTHONPATH", std::string(folder) + "/usr/lib/python3/dist-packages"}};
    }
    const Result<ProcessOutput> version = CloudInitProgram({"--version"});
    if (!version || version->exit_code != 0) {
      GTEST_SKIP() << "there is no cloud-init on this machine, nor unpacked in SPILLWAY_CLOUD_INIT";
    }
  }

  Result<ProcessOutput> CloudInitProgram(const std::vector<std::string>& arguments) const {
    std::vector<std::string> argv = command_;
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return RunProcess({.argv = argv, .environment = environment_});
  }
  // What is wrong with it; empty when nothing is.
  std::string Refusal(const std::string& user_data) const {
    const Result<ProcessOutput> output =
        CloudInitProgram({"schema", "--config-file", dir_.Write("user-data", user_data)});
    if (!output) return Describe(output.error());
    return output->exit_code == 0 ? "" : "refused: " + output->out + output->err;
  }

  testing::ScratchDir dir_;
  std::vector<std::string> command_ = {"cloud-init"};
  std::map<std::string, std::string> environment_;
};

TEST_F(CloudInitContract, AcceptsTheUserDataOfEachHypervisor) {
  NodeSetup plain;
  plain.ssh_authorized_keys = {"ssh-ed25519 AAAA operator@example"};
  plain.firecracker = {"https://releases.test/firecracker.tgz", std::string(64, 'a')};
  NodeSetup opennebula = plain;
  opennebula.opennebula = {
      .apt_source = "deb [signed-by=$KEY_FILE] https://packages.test/repo/6.8 stable opennebula",
      .apt_key =
          "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n",
      .front_end_key = "ssh-ed25519 BBBB oneadmin@front-end\n"};
  for (const NodeSetup& setup : {NodeSetup{}, plain, opennebula}) {
    for (const Hypervisor h : {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}) {
      const std::string text = CloudInit(StepsFor(setup, h));
      EXPECT_EQ(Refusal(text), "") << Name(h) << "\n" << text;
    }
  }
}

TEST_F(CloudInitContract, RefusesWhatIsWrong) {
  for (const char* wrong : {"packages: lxc", "runcmd: [[1.5, {}]]", "write_files: [{content: x}]",
                            "power_state: {mode: nap}"}) {
    EXPECT_NE(Refusal("#cloud-config\n" + std::string(wrong) + "\n"), "") << wrong;
  }
}

}  // namespace
}  // namespace spillway
