#include "providers/node/node_steps.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "providers/node/ssh_setup.h"
#include "scaler/runtime/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Command = std::vector<std::string>;

NodeSetup AnOpenNebulaNode() {
  NodeSetup setup;
  setup.ssh_authorized_keys = {"ssh-ed25519 AAAA operator@example"};
  setup.opennebula = {
      .apt_source = "deb [signed-by=$KEY_FILE] https://packages.test/repo stable opennebula",
      .apt_key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
      .front_end_key = "ssh-ed25519 BBBB oneadmin@front-end\n"};
  return setup;
}

const NodeFile* FileAt(const NodeSteps& steps, const std::string& path) {
  const auto found = std::find_if(steps.files.begin(), steps.files.end(),
                                  [&](const NodeFile& file) { return file.path == path; });
  return found == steps.files.end() ? nullptr : &*found;
}

TEST(NodeSteps, TakeTheDistributionsPackagesOrThoseOfTheManager) {
  struct Row {
    Hypervisor hypervisor;
    Command distribution;
    Command opennebula;
  };
  const Row rows[] = {
      {Hypervisor::kKvm, {"qemu-system-x86", "libvirt-daemon-system"}, {"opennebula-node-kvm"}},
      {Hypervisor::kLxc, {"lxc"}, {"opennebula-node-lxc"}},
      {Hypervisor::kFirecracker, {}, {"opennebula-node-firecracker"}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(StepsFor(NodeSetup{}, row.hypervisor).packages, row.distribution);
    EXPECT_EQ(StepsFor(AnOpenNebulaNode(), row.hypervisor).packages, row.opennebula);
  }
}

TEST(NodeSteps, OnlyOpenNebulasFirecrackerNeedsTheOldCgroups) {
  for (const Hypervisor h : {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}) {
    EXPECT_EQ(StepsFor(AnOpenNebulaNode(), h).needs_cgroup_v1, h == Hypervisor::kFirecracker);
    EXPECT_FALSE(StepsFor(NodeSetup{}, h).needs_cgroup_v1);
  }
}

TEST(NodeSteps, HaveADigestThatChangesWithEachOfThem) {
  const NodeSteps steps = StepsFor(AnOpenNebulaNode(), Hypervisor::kKvm);
  EXPECT_EQ(Digest(steps), Digest(StepsFor(AnOpenNebulaNode(), Hypervisor::kKvm)));
  EXPECT_EQ(Digest(steps).size(), 16u);
  const std::function<void(NodeSteps&)> changes[] = {
      [](NodeSteps& s) { s.ssh_authorized_keys.push_back("x"); },
      [](NodeSteps& s) { s.apt_source->key += "x"; },
      [](NodeSteps& s) { s.apt_source.reset(); },
      [](NodeSteps& s) { s.files[0].content += "x"; },
      [](NodeSteps& s) { s.files[0].mode = "0600"; },
      [](NodeSteps& s) { s.packages.push_back("x"); },
      [](NodeSteps& s) { s.commands[0].push_back("x"); },
      [](NodeSteps& s) { s.modules.push_back("x"); },
      [](NodeSteps& s) { s.needs_cgroup_v1 = true; },
  };
  for (const auto& change : changes) {
    NodeSteps changed = steps;
    change(changed);
    EXPECT_NE(Digest(changed), Digest(steps));
  }
}

TEST(NodeSteps, WithoutCloudInitTheSameHappensThroughFilesAndCommands) {
  const NodeSteps steps = StepsFor(AnOpenNebulaNode(), Hypervisor::kLxc);
  const NodeSteps plain = WithoutCloudInit(steps, "admin");
  EXPECT_FALSE(plain.apt_source);
  EXPECT_TRUE(plain.ssh_authorized_keys.empty());

  const std::string key = "/etc/apt/keyrings/spillway-opennebula.asc";
  const NodeFile* source = FileAt(plain, "/etc/apt/sources.list.d/spillway-opennebula.list");
  ASSERT_TRUE(source && FileAt(plain, key));
  EXPECT_EQ(source->content,
            "deb [signed-by=" + key + "] https://packages.test/repo stable opennebula\n");
  EXPECT_EQ(FileAt(plain, key)->content, AnOpenNebulaNode().opennebula->apt_key);
  for (const NodeFile& file : steps.files) EXPECT_THAT(plain.files, Contains(file));

  const std::string folder = plain.folder;
  const auto installing =
      std::find(plain.commands.begin(), plain.commands.end(),
                Command{"sh", folder + "/install-packages", "opennebula-node-lxc"});
  ASSERT_NE(installing, plain.commands.end());
  EXPECT_EQ(std::vector(installing + 1, plain.commands.end()), steps.commands)
      << "what needs the packages comes after them";
  EXPECT_THAT(plain.commands, Contains(ElementsAre("sh", folder + "/add-keys", "admin",
                                                   folder + "/authorized_keys")));
}

// Of the program curl only what the script uses: the archive of the test instead of a download.
class FirecrackerScript : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(dir_.File("bin"));
    Write("bin/curl",
          "#!/bin/sh\nwhile test \"$1\" != --output; do shift; done\n"
          "cp \"$ARCHIVE\" \"$2\"\n");
  }
  void Write(const std::string& name, const std::string& text) const {
    chmod(dir_.Write(name, text).c_str(), 0755);
  }
  static ProcessOutput Finish(const ProcessRequest& request) {
    const Result<ProcessOutput> output = RunProcess(request);
    EXPECT_TRUE(output) << Describe(output.error());
    return output ? *output : ProcessOutput{};
  }
  // An archive with the files of the given names below release/; each holds its name.
  std::string AnArchive(const std::vector<std::string>& names) const {
    std::filesystem::create_directories(dir_.File("release"));
    for (const std::string& name : names) dir_.Write("release/" + name, name);
    Finish({.argv = {"tar", "-czf", dir_.File("archive"), "-C", dir_.path(), "release"}});
    return dir_.File("archive");
  }
  std::string Sum(const std::string& file) const {
    return Finish({.argv = {"sha256sum", file}}).out.substr(0, 64);
  }
  ProcessOutput Install(const std::string& archive, const std::string& sum) const {
    NodeSetup setup;
    setup.firecracker = {"https://releases.test/x.tgz", sum};
    const NodeSteps steps = StepsFor(setup, Hypervisor::kFirecracker);
    const NodeFile* script = FileAt(steps, steps.folder + "/install-firecracker");
    Command command = steps.commands.at(0);
    command.at(1) = dir_.Write("install-firecracker", script ? script->content : "exit 9");
    command.back() = dir_.File("bin");
    return Finish({.argv = command,
                   .environment = {{"ARCHIVE", archive},
                                   {"PATH", dir_.File("bin") + ":" + std::getenv("PATH")},
                                   {"TMPDIR", dir_.path()}}});
  }
  std::string Installed(const std::string& name) const {
    std::ifstream file(dir_.File("bin/" + name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  testing::ScratchDir dir_;
};

TEST_F(FirecrackerScript, InstallsBothProgramsOfARelease) {
  const std::string archive = AnArchive(
      {"firecracker-v1.7.0-x86_64.debug", "firecracker-v1.7.0-x86_64", "jailer-v1.7.0-x86_64"});
  const ProcessOutput output = Install(archive, Sum(archive));
  EXPECT_EQ(output, (ProcessOutput{0, "", ""}));
  EXPECT_EQ(Installed("firecracker"), "firecracker-v1.7.0-x86_64");
  EXPECT_EQ(Installed("jailer"), "jailer-v1.7.0-x86_64");
}

TEST_F(FirecrackerScript, InstallsNothingThatHasAnotherSum) {
  const std::string archive = AnArchive({"firecracker", "jailer"});
  const ProcessOutput output = Install(archive, std::string(64, '0'));
  EXPECT_NE(output.exit_code, 0);
  EXPECT_THAT(output.err, HasSubstr("did NOT match"));
  EXPECT_EQ(Installed("firecracker"), "");
}

TEST_F(FirecrackerScript, SaysWhatAnArchiveLacks) {
  const std::string archive = AnArchive({"firecracker"});
  const ProcessOutput output = Install(archive, Sum(archive));
  EXPECT_EQ(output.exit_code, 1);
  EXPECT_EQ(output.err, "the archive has no jailer\n");
}

}  // namespace
}  // namespace spillway
