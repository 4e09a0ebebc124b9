#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "providers/node/cloud_init.h"
#include "providers/node/step_run.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using namespace std::string_literals;
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
  return ReadYaml(CloudInit(StepsFor(setup, hypervisor)), lines);
}

bool HasFile(const json& tree, const std::string& path) {
  for (const json& file : tree.value("write_files", json::array())) {
    if (file["path"] == path) return true;
  }
  return false;
}

// Each command is run by the script of the steps: sh, script, number, command.
bool HasCommand(const json& tree, const std::vector<std::string>& command) {
  for (const std::vector<std::string> step : tree["runcmd"]) {
    if (std::vector(step.begin() + 3, step.end()) == command) return true;
  }
  return false;
}

TEST(CloudInit, BeginsWithTheLineThatCloudInitLooksFor) {
  for (const Hypervisor h : kAll) {
    EXPECT_EQ(CloudInit(StepsFor(AnOpenNebulaNode(), h)).rfind("#cloud-config\n", 0), 0u);
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
  EXPECT_TRUE(HasCommand(lxc, {"modprobe", "loop"}));

  EXPECT_TRUE(HasCommand(lxc, {"sh", "-c", "modprobe nbd || true"}));

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
  EXPECT_EQ(tree["runcmd"].size(), 5u);
  for (const json& command : tree["runcmd"]) {
    ASSERT_TRUE(command.is_array());
    for (const json& argument : command) {
      EXPECT_EQ(argument.get<std::string>().find("reboot"), std::string::npos);
    }
  }
}

TEST(CloudInit, LeavesAMarkerAtTheEnd) {
  for (const Hypervisor h : kAll) {
    const NodeSteps steps = StepsFor(NodeSetup{}, h);
    const StepRun run = RunOf(steps);
    const json tree = Tree(NodeSetup{}, h);
    const std::vector<std::string> last = tree["runcmd"].back();
    EXPECT_EQ(std::vector(last.end() - 3, last.end()),
              (std::vector{"cp"s, run.folder + "/digest", "/var/lib/spillway/configured"s}));
    EXPECT_TRUE(HasFile(tree, run.folder + "/step"));
    EXPECT_TRUE(HasFile(tree, run.folder + "/digest"));
  }
}

TEST(CloudInit, InstallsAFirecrackerReleaseThatIsGiven) {
  NodeSetup setup;
  setup.firecracker = {"https://releases.test/firecracker.tgz", std::string(64, 'a')};
  const json tree = Tree(setup, Hypervisor::kFirecracker);
  EXPECT_TRUE(HasCommand(
      tree, {"sh", "/var/lib/spillway/install-firecracker", "https://releases.test/firecracker.tgz",
             std::string(64, 'a'), "/usr/bin"}));
  EXPECT_TRUE(HasFile(tree, "/var/lib/spillway/install-firecracker"));
  EXPECT_FALSE(tree.contains("power_state"));
  EXPECT_FALSE(HasFile(Tree(setup, Hypervisor::kLxc), "/var/lib/spillway/install-firecracker"));
}

TEST(CloudInit, StaysFarBelowTheLimitWithARealKey) {
  NodeSetup setup = AnOpenNebulaNode();
  setup.opennebula->apt_key = std::string(4000, 'k');  // of an RSA key of 4096 bits
  setup.firecracker = {"https://releases.test/firecracker.tgz", std::string(64, 'a')};
  for (const Hypervisor h : kAll) {
    EXPECT_LT(CloudInit(StepsFor(setup, h)).size(), kMaxUserDataBytes * 2 / 3) << Name(h);
  }
}

TEST(CloudInit, RefusesTextThatIsTooLongForAProvider) {
  NodeSetup setup = AnOpenNebulaNode();
  setup.opennebula->apt_key = std::string(kMaxUserDataBytes, 'x');
  EXPECT_THROW(CloudInit(StepsFor(setup, Hypervisor::kKvm)), std::length_error);
}

}  // namespace
}  // namespace spillway
