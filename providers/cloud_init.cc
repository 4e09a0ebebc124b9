#include "providers/cloud_init.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr const char* kFrontEndKeyFile = "/var/lib/spillway/oneadmin.pub";

// Members that stay empty are left out of the text.
struct Parts {
  json packages = json::array();
  json files = json::array();
  json commands = json::array();

  void File(const char* path, const std::string& content) {
    files.push_back({{"path", path}, {"permissions", "0644"}, {"content", content}});
  }
};

void AddDistributionPackages(Hypervisor hypervisor, Parts& parts) {
  if (hypervisor == Hypervisor::kKvm) {
    parts.packages = {"qemu-system-x86", "libvirt-daemon-system"};
  }
  if (hypervisor == Hypervisor::kLxc) parts.packages = {"lxc"};
}

void AddKvm(bool is_opennebula, Parts& parts) {
  parts.File("/etc/modprobe.d/spillway-nested.conf",
             "options kvm_intel nested=1\noptions kvm_amd nested=1\n");
  if (is_opennebula) {
    parts.File("/etc/apparmor.d/local/abstractions/libvirt-qemu",
               "/var/lib/one/datastores/** rwk,\n");
  }
  parts.commands.push_back({"systemctl", "restart", "libvirtd"});
}

// The packages load the modules at boot only; this boot is over.
void AddLxc(Parts& parts) { parts.commands.push_back({"modprobe", "-a", "loop", "nbd"}); }

void AddCgroupV1(Parts& parts, json& tree) {
  parts.File("/etc/default/grub.d/90-spillway-cgroup1.cfg",
             "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX systemd.unified_cgroup_hierarchy=0\"\n");
  parts.commands.push_back({"update-grub"});
  // The file exists under cgroup v2 only.
  tree["power_state"] = {{"mode", "reboot"},
                         {"timeout", 30},
                         {"condition", {"test", "-f", "/sys/fs/cgroup/cgroup.controllers"}}};
}

void AddOpenNebula(const OpenNebulaNode& node, Hypervisor hypervisor, Parts& parts, json& tree) {
  if (!node.apt_source.empty()) {
    json source = {{"source", node.apt_source}};
    if (!node.apt_key.empty()) source["key"] = node.apt_key;
    tree["apt"] = {{"sources", {{"opennebula.list", source}}}};
    parts.packages.push_back("opennebula-node-" + std::string(Name(hypervisor)));
  }
  if (node.front_end_key.empty()) return;
  // The file is written before the packages are there, the user oneadmin comes with them.
  parts.File(kFrontEndKeyFile, node.front_end_key);
  parts.commands.push_back(
      {"install", "-d", "-o", "oneadmin", "-g", "oneadmin", "-m", "0700", "/var/lib/one/.ssh"});
  parts.commands.push_back({"install", "-o", "oneadmin", "-g", "oneadmin", "-m", "0600",
                            kFrontEndKeyFile, "/var/lib/one/.ssh/authorized_keys"});
}

}  // namespace

std::string CloudInit(const NodeSetup& setup, Hypervisor hypervisor) {
  json tree = {{"ssh_pwauth", false}};
  Parts parts;
  if (setup.opennebula) {
    AddOpenNebula(*setup.opennebula, hypervisor, parts, tree);
  } else {
    AddDistributionPackages(hypervisor, parts);
  }
  switch (hypervisor) {
    case Hypervisor::kKvm: AddKvm(setup.opennebula.has_value(), parts); break;
    case Hypervisor::kLxc: AddLxc(parts); break;
    case Hypervisor::kFirecracker:
      if (setup.opennebula) AddCgroupV1(parts, tree);
      break;
  }
  if (!setup.ssh_authorized_keys.empty()) tree["ssh_authorized_keys"] = setup.ssh_authorized_keys;
  if (!parts.packages.empty()) {
    tree["package_update"] = true;
    tree["packages"] = parts.packages;
  }
  if (!parts.files.empty()) tree["write_files"] = parts.files;
  if (!parts.commands.empty()) tree["runcmd"] = parts.commands;

  std::string text = "#cloud-config\n" + WriteYaml(tree);
  if (text.size() > kMaxUserDataBytes) {
    throw std::length_error("cloud-init user data has " + std::to_string(text.size()) +
                            " bytes, expected at most " + std::to_string(kMaxUserDataBytes) +
                            ": fewer or shorter keys are needed");
  }
  return text;
}

UserDataByHypervisor::UserDataByHypervisor(const std::optional<NodeSetup>& setup) {
  if (!setup) return;
  for (const Hypervisor h : {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}) {
    texts_[static_cast<std::size_t>(h)] = CloudInit(*setup, h);
  }
}

}  // namespace spillway
