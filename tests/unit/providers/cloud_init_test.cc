#include "providers/cloud_init.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "scaler/runtime/yaml.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr Hypervisor kAll[] = {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc};

NodeSetup AnOpenNebulaNode() {
  NodeSetup setup;
  setup.ssh_authorized_keys = {"ssh-ed25519 AAAA operator@example"};
  setup.opennebula = {
      .apt_source =
          "deb [signed-by=$KEY_FILE] https://packages.test/repo/7.2/Debian/12 stable "
          "opennebula",
      .apt_key =
          "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n",
      .front_end_key = "ssh-ed25519 BBBB oneadmin@front-end\n"};
  return setup;
}

json Tree(const NodeSetup& setup, Hypervisor hypervisor) {
  std::map<std::string, int> lines;
  return ReadYaml(CloudInit(setup, hypervisor), lines);
}

bool HasFile(const json& tree, const std::string& path) {
  for (const json& file : tree.value("write_files", json::array())) {
    if (file["path"] == path) return true;
  }
  return false;
}

bool HasCommand(const json& tree, const json& command) {
  const json commands = tree.value("runcmd", json::array());
  return std::find(commands.begin(), commands.end(), command) != commands.end();
}

TEST(CloudInit, BeginsWithTheLineThatCloudInitLooksFor) {
  for (const Hypervisor h : kAll) {
    EXPECT_EQ(CloudInit(AnOpenNebulaNode(), h).rfind("#cloud-config\n", 0), 0u);
  }
}

TEST(CloudInit, InstallsTheNodePackageOfTheHypervisor) {
  const std::pair<Hypervisor, const char*> cases[] = {
      {Hypervisor::kKvm, "opennebula-node-kvm"},
      {Hypervisor::kLxc, "opennebula-node-lxc"},
      {Hypervisor::kFirecracker, "opennebula-node-firecracker"},
  };
  for (const auto& [hypervisor, package] : cases) {
    const json tree = Tree(AnOpenNebulaNode(), hypervisor);
    EXPECT_EQ(tree["packages"], json::array({package}));
    EXPECT_EQ(tree["package_update"], true);
    EXPECT_EQ(tree["ssh_pwauth"], false);
    EXPECT_EQ(tree["apt"]["sources"]["opennebula.list"]["source"],
              AnOpenNebulaNode().opennebula->apt_source);
    EXPECT_EQ(tree["ssh_authorized_keys"], json::array({"ssh-ed25519 AAAA operator@example"}));
    EXPECT_TRUE(HasFile(tree, "/var/lib/spillway/oneadmin.pub"));
    EXPECT_TRUE(
        HasCommand(tree, {"install", "-o", "oneadmin", "-g", "oneadmin", "-m", "0600",
                          "/var/lib/spillway/oneadmin.pub", "/var/lib/one/.ssh/authorized_keys"}));
  }
}

TEST(CloudInit, PreparesEachHypervisor) {
  const json kvm = Tree(AnOpenNebulaNode(), Hypervisor::kKvm);
  EXPECT_TRUE(HasFile(kvm, "/etc/modprobe.d/spillway-nested.conf"));
  EXPECT_TRUE(HasCommand(kvm, {"systemctl", "restart", "libvirtd"}));
  EXPECT_FALSE(kvm.contains("power_state"));

  const json lxc = Tree(AnOpenNebulaNode(), Hypervisor::kLxc);
  EXPECT_TRUE(HasCommand(lxc, {"modprobe", "-a", "loop", "nbd"}));

  const json firecracker = Tree(AnOpenNebulaNode(), Hypervisor::kFirecracker);
  EXPECT_TRUE(HasCommand(firecracker, {"update-grub"}));
  EXPECT_EQ(firecracker["power_state"]["mode"], "reboot");
}

TEST(CloudInit, LeavesPackagesToTheImageWithoutARepository) {
  NodeSetup setup = AnOpenNebulaNode();
  setup.opennebula->apt_source.clear();
  const json tree = Tree(setup, Hypervisor::kKvm);
  EXPECT_FALSE(tree.contains("packages"));
  EXPECT_FALSE(tree.contains("apt"));
}

TEST(CloudInit, UsesTheDistributionsPackagesWithoutAManager) {
  EXPECT_EQ(Tree(NodeSetup{}, Hypervisor::kLxc)["packages"], json::array({"lxc"}));
  EXPECT_FALSE(Tree(NodeSetup{}, Hypervisor::kFirecracker).contains("packages"));
}

// Whatever stands in the configuration stays one string of the tree.
TEST(CloudInit, DoesNotLetTextBreakOut) {
  NodeSetup setup = AnOpenNebulaNode();
  const std::string nasty = "key\"\nruncmd:\n  - [\"reboot\"]\n#: '$(reboot)' `reboot`";
  setup.ssh_authorized_keys = {nasty};
  setup.opennebula->front_end_key = nasty;
  const json tree = Tree(setup, Hypervisor::kLxc);
  EXPECT_EQ(tree["ssh_authorized_keys"], json::array({nasty}));
  EXPECT_EQ(tree["write_files"][0]["content"], nasty);
  for (const json& command : tree["runcmd"]) {
    ASSERT_TRUE(command.is_array());
    for (const json& argument : command) {
      EXPECT_EQ(argument.get<std::string>().find("reboot"), std::string::npos);
    }
  }
}

TEST(CloudInit, RefusesTextThatIsTooLongForAProvider) {
  NodeSetup setup = AnOpenNebulaNode();
  setup.opennebula->apt_key = std::string(kMaxUserDataBytes, 'x');
  EXPECT_THROW(CloudInit(setup, Hypervisor::kKvm), std::length_error);
}

TEST(CloudInit, SatisfiesCloudInitsOwnSchema) {
  if (std::system("cloud-init --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "the program cloud-init is not on this machine";
  }
  const testing::ScratchDir dir;
  for (const Hypervisor h : kAll) {
    const std::string file = dir.Write("user-data", CloudInit(AnOpenNebulaNode(), h));
    EXPECT_EQ(std::system(("cloud-init schema --config-file " + file + " >/dev/null").c_str()), 0)
        << Name(h);
  }
}

}  // namespace
}  // namespace spillway
