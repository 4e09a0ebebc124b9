// The set-up over SSH against a real OpenSSH server: this machine with its root moved into a folder
// of the test, and with programs of the test in the place of apt-get, systemctl and the like.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "providers/node/readiness.h"
#include "providers/node/ssh_setup.h"
#include "providers/node/step_run.h"
#include "scaler/runtime/file_descriptor.h"
#include "tests/contract/ssh_server.h"

namespace spillway {
namespace {

using ::testing::HasSubstr;
using testing::SshServer;

// Below `root` what begins with a folder of the machine; other arguments stay as they are.
std::string Moved(const std::string& root, const std::string& path) {
  for (const char* folder : {"/etc/", "/var/", "/usr/bin"}) {
    if (path.starts_with(folder)) return root + path;
  }
  return path;
}

NodeSteps Moved(const std::string& root, NodeSteps steps) {
  steps.folder = Moved(root, steps.folder);
  for (NodeFile& file : steps.files) file.path = Moved(root, file.path);
  for (auto& command : steps.commands) {
    for (std::string& argument : command) argument = Moved(root, argument);
  }
  return steps;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Programs of the test wait at it, with `flock PATH`, until it goes.
class Gate {
 public:
  explicit Gate(std::string path)
      : path_(std::move(path)), file_(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    flock(file_.number(), LOCK_EX);
  }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  const FileDescriptor file_;
};

class SshSetupContract : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = SshServer::WhyNot(); !why.empty()) GTEST_SKIP() << why;
    // Each notes what it was asked, and fails where the test has put a file of its name.
    const std::string note = "printf '%s' \"${0##*/}\" >>" + calls_ + "; printf ' %s' \"$@\" >>" +
                             calls_ + "; echo >>" + calls_ +
                             "; test ! -e \"$0-fails\" || { echo \"${0##*/} is broken\" >&2; "
                             "exit 5; }";
    for (const char* name : {"apt-get", "systemctl", "modprobe", "update-grub"}) {
      Program(name, note);
    }
    // There is no user oneadmin here.
    Program("install",
            "case \" $* \" in *' oneadmin '*) ;; *) exec /usr/bin/install \"$@\" ;; esac\n" + note);
    Program("sudo", "test \"$1\" = -n && test \"$2\" = -- || exit 9; shift 2; exec \"$@\"");
    // The user's home is not touched.
    Program("getent", "echo user:x:0:0::" + root_ + "/home:/bin/sh");
    std::filesystem::create_directories(root_ + "/home");
    server_.emplace(std::map<std::string, std::string>{{"PATH", bin_ + ":" + std::getenv("PATH")}});
    client_.emplace(SshSettings{.identity_file = server_->identity(),
                                .known_hosts = dir_.Write("known_hosts", server_->KnownHost())});
  }

  void Program(const std::string& name, const std::string& script) {
    std::filesystem::create_directories(bin_);
    const std::string path = bin_ + "/" + name;
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0755);
  }
  NodeSteps Steps(Hypervisor hypervisor) const {
    NodeSetup setup;
    setup.ssh_authorized_keys = {"ssh-ed25519 AAAA it's the operator's"};
    setup.opennebula = {
        .apt_source = "deb [signed-by=$KEY_FILE] https://packages.test/repo stable opennebula",
        .apt_key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc\n",
        .front_end_key = "ssh-ed25519 BBBB oneadmin@front-end\n"};
    return Moved(root_, WithoutCloudInit(StepsFor(setup, hypervisor), server_->user()));
  }
  Result<ProcessOutput> OnMachine(std::vector<std::string> argv) {
    return client_->Run(server_->Target(), {.argv = std::move(argv)});
  }
  // Starts it and waits until the machine is through with it.
  void SetUpMachine(const NodeSteps& steps) {
    const Result<Done> started = StartSetup(*client_, server_->Target(), steps);
    ASSERT_TRUE(started) << Describe(started.error());
    ASSERT_TRUE(OnMachine({"flock", LockFile(steps), "true"}));
  }
  NodeLook Look(const NodeQuestion& question) {
    std::vector<std::string> argv = {"sh", "-s", "--"};
    const std::vector<std::string> arguments = LookArguments(question);
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const Result<ProcessOutput> output =
        client_->Run(server_->Target(), {.argv = argv, .input = std::string(LookScript())});
    EXPECT_TRUE(output) << Describe(output.error());
    const std::optional<NodeLook> look = output ? ReadLook(output->out) : std::nullopt;
    EXPECT_TRUE(look);
    return look.value_or(NodeLook{});
  }
  std::string Calls() const { return ReadFile(calls_); }
  void ForgetCalls() { std::filesystem::remove(calls_); }

  testing::ScratchDir dir_;
  const std::string root_ = dir_.File("root");
  const std::string bin_ = dir_.File("bin");
  const std::string calls_ = dir_.File("calls");
  std::optional<SshServer> server_;
  std::optional<SshClient> client_;
};

TEST_F(SshSetupContract, WritesFilesRunsCommandsAndLeavesTheMarker) {
  const NodeSteps steps = Steps(Hypervisor::kLxc);
  SetUpMachine(steps);
  EXPECT_EQ(ReadFile(MarkerFile(steps)), Digest(steps) + "\n");
  EXPECT_EQ(ReadFile(root_ + "/home/.ssh/authorized_keys"),
            "ssh-ed25519 AAAA it's the operator's\n");
  EXPECT_EQ(ReadFile(root_ + "/etc/apt/sources.list.d/spillway-opennebula.list"),
            "deb [signed-by=/etc/apt/keyrings/spillway-opennebula.asc] "
            "https://packages.test/repo stable opennebula\n");
  EXPECT_EQ(ReadFile(root_ + "/etc/apt/keyrings/spillway-opennebula.asc"),
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc\n");
  const std::string key = steps.folder + "/oneadmin.pub";
  EXPECT_EQ(ReadFile(key), "ssh-ed25519 BBBB oneadmin@front-end\n");
  const std::string ssh_folder = root_ + "/var/lib/one/.ssh";
  EXPECT_EQ(Calls(),
            "apt-get -q -o DPkg::Lock::Timeout=300 update\n"
            "apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold install "
            "-- opennebula-node-lxc\n"
            "install -d -o oneadmin -g oneadmin -m 0700 " +
                ssh_folder +
                "\n"
                "install -o oneadmin -g oneadmin -m 0600 " +
                key + " " + ssh_folder +
                "/authorized_keys\n"
                "modprobe loop\nmodprobe nbd\n");
}

TEST_F(SshSetupContract, DoesNothingTwice) {
  const NodeSteps steps = Steps(Hypervisor::kKvm);
  SetUpMachine(steps);
  ForgetCalls();
  SetUpMachine(steps);
  EXPECT_EQ(Calls(), "");
  EXPECT_EQ(ReadFile(root_ + "/home/.ssh/authorized_keys"),
            "ssh-ed25519 AAAA it's the operator's\n");
}

TEST_F(SshSetupContract, GoesOnWhereItFailed) {
  const NodeSteps steps = Steps(Hypervisor::kLxc);
  std::ofstream(bin_ + "/modprobe-fails") << "";
  SetUpMachine(steps);
  EXPECT_EQ(ReadFile(RunOf(steps).folder + "/failed"),
            "modprobe loop: exit code 5: modprobe is broken \n");
  EXPECT_EQ(ReadFile(MarkerFile(steps)), "");

  std::filesystem::remove(bin_ + "/modprobe-fails");
  ForgetCalls();
  SetUpMachine(steps);
  EXPECT_EQ(Calls(), "modprobe loop\nmodprobe nbd\n");
  EXPECT_EQ(ReadFile(MarkerFile(steps)), Digest(steps) + "\n");
}

TEST_F(SshSetupContract, StartsNothingWhileItRuns) {
  const NodeSteps steps = Steps(Hypervisor::kLxc);
  auto gate = std::make_unique<Gate>(dir_.File("gate"));
  Program("apt-get", "echo asked >>" + calls_ + "; flock " + gate->path() + " true");
  ASSERT_TRUE(StartSetup(*client_, server_->Target(), steps));
  ASSERT_TRUE(StartSetup(*client_, server_->Target(), steps));
  gate.reset();
  ASSERT_TRUE(OnMachine({"flock", LockFile(steps), "true"}));
  EXPECT_THAT(Calls(), ::testing::StartsWith("asked\nasked\ninstall "));
  EXPECT_EQ(ReadFile(MarkerFile(steps)), Digest(steps) + "\n");
}

TEST_F(SshSetupContract, ADaemonThatIsStartedDoesNotKeepTheLock) {
  const NodeSteps steps = Steps(Hypervisor::kKvm);
  const Gate gate(dir_.File("gate"));
  Program("systemctl", "setsid --fork flock " + gate.path() + " true </dev/null >/dev/null 2>&1");
  SetUpMachine(steps);  // would wait for ever
  EXPECT_EQ(ReadFile(MarkerFile(steps)), Digest(steps) + "\n");
}

TEST_F(SshSetupContract, LooksTellHowItGoes) {
  NodeQuestion question;
  question.hypervisor = Hypervisor::kLxc;
  question.runs_cloud_init = false;
  question.steps = Steps(Hypervisor::kLxc);
  question.modules = root_;  // where no module is
  EXPECT_EQ(Look(question).setup, SetupState::kNone);

  auto gate = std::make_unique<Gate>(dir_.File("gate"));
  Program("apt-get", "flock " + gate->path() + " true");
  ASSERT_TRUE(StartSetup(*client_, server_->Target(), *question.steps));
  const NodeLook running = Look(question);
  EXPECT_EQ(running.setup, SetupState::kRunning);
  EXPECT_EQ(running.answers.at(0), (ProbeAnswer{"set-up", false, "runs: 1 of 7 steps are done"}));

  std::ofstream(bin_ + "/modprobe-fails") << "";
  gate.reset();
  ASSERT_TRUE(OnMachine({"flock", LockFile(*question.steps), "true"}));
  const NodeLook failed = Look(question);
  EXPECT_EQ(failed.setup, SetupState::kFailed);
  EXPECT_EQ(failed.answers.at(0).text,
            "has failed: modprobe loop: exit code 5: modprobe is broken ");

  std::filesystem::remove(bin_ + "/modprobe-fails");
  Program("lxc-ls", "echo 5.0.2");
  Program("dpkg-query", "printf installed");
  std::filesystem::create_directories(root_ + "/loop");
  SetUpMachine(*question.steps);
  const NodeLook done = Look(question);
  EXPECT_EQ(done.setup, SetupState::kDone);
  EXPECT_EQ(FirstOpen(done.answers), nullptr);
  EXPECT_EQ(done.answers.size(), 4u);
}

TEST_F(SshSetupContract, AMachineThatCannotKeepFilesSaysSo) {
  std::filesystem::remove_all(root_);
  dir_.Write("root", "a file, not a folder");
  const Result<Done> started = StartSetup(*client_, server_->Target(), Steps(Hypervisor::kKvm));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(started.error().text, HasSubstr("mkdir"));
}

}  // namespace
}  // namespace spillway
