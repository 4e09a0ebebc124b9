#include "providers/node/node_steps.h"

#include <fmt/core.h>

#include <cstdint>
#include <nlohmann/json.hpp>

namespace spillway {
namespace {

// usage: install-firecracker URL SHA256 FOLDER
constexpr const char* kInstallFirecracker = R"sh(#!/bin/sh
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
curl --fail --silent --show-error --location --retry 5 --output "$work/archive" "$1"
echo "$2  $work/archive" | sha256sum --check --strict --quiet
mkdir "$work/release"
tar --extract --gzip --no-same-owner --file "$work/archive" --directory "$work/release"
for program in firecracker jailer; do
  file=$(find "$work/release" -type f \( -name "$program" -o -name "$program-v*" \) \
    ! -name '*.debug' | head -n 1)
  test -n "$file" || { echo "the archive has no $program" >&2; exit 1; }
  install -m 0755 "$file" "$3/$program"
done
)sh";

void AddPackages(const NodeSetup& setup, Hypervisor hypervisor, NodeSteps& steps) {
  if (setup.opennebula) {
    const OpenNebulaNode& node = *setup.opennebula;
    if (node.apt_source.empty()) return;
    steps.apt_source = AptSource{"opennebula", node.apt_source, node.apt_key};
    steps.packages.push_back("opennebula-node-" + std::string(Name(hypervisor)));
  } else if (hypervisor == Hypervisor::kKvm) {
    steps.packages = {"qemu-system-x86", "libvirt-daemon-system"};
  } else if (hypervisor == Hypervisor::kLxc) {
    steps.packages = {"lxc"};
  }
}

// The file is written before the packages are there; the user oneadmin comes with them.
void AddFrontEndKey(const std::string& key, NodeSteps& steps) {
  const std::string file = steps.folder + "/oneadmin.pub";
  steps.files.push_back({file, "0644", key});
  steps.commands.push_back(
      {"install", "-d", "-o", "oneadmin", "-g", "oneadmin", "-m", "0700", "/var/lib/one/.ssh"});
  steps.commands.push_back({"install", "-o", "oneadmin", "-g", "oneadmin", "-m", "0600", file,
                            "/var/lib/one/.ssh/authorized_keys"});
}

void AddKvm(bool is_opennebula, NodeSteps& steps) {
  steps.files.push_back({"/etc/modprobe.d/spillway-nested.conf", "0644",
                         "options kvm_intel nested=1\noptions kvm_amd nested=1\n"});
  if (is_opennebula) {
    steps.files.push_back({"/etc/apparmor.d/local/abstractions/libvirt-qemu", "0644",
                           "/var/lib/one/datastores/** rwk,\n"});
  }
  steps.commands.push_back({"systemctl", "restart", "libvirtd"});
}

// OpenNebula's packages load the modules at boot only, and this boot is over. Kernels made for
// clouds may lack nbd, which only images in the format qcow2 need.
void AddLxc(bool is_opennebula, NodeSteps& steps) {
  if (!is_opennebula) return;
  steps.modules = {"loop"};
  steps.commands.push_back({"modprobe", "loop"});
  steps.commands.push_back({"sh", "-c", "modprobe nbd || true"});
}

void AddFirecracker(const NodeSetup& setup, NodeSteps& steps) {
  if (setup.firecracker) {
    const std::string script = steps.folder + "/install-firecracker";
    steps.packages.insert(steps.packages.end(), {"ca-certificates", "curl"});
    steps.files.push_back({script, "0755", kInstallFirecracker});
    steps.commands.push_back(
        {"sh", script, setup.firecracker->url, setup.firecracker->sha256, "/usr/bin"});
  }
  if (setup.opennebula) {
    steps.needs_cgroup_v1 = true;
    steps.files.push_back(
        {"/etc/default/grub.d/90-spillway-cgroup1.cfg", "0644",
         "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX systemd.unified_cgroup_hierarchy=0\"\n"});
    steps.commands.push_back({"update-grub"});
  }
}

}  // namespace

NodeSteps StepsFor(const NodeSetup& setup, Hypervisor hypervisor) {
  NodeSteps steps;
  steps.ssh_authorized_keys = setup.ssh_authorized_keys;
  AddPackages(setup, hypervisor, steps);
  if (setup.opennebula && !setup.opennebula->front_end_key.empty()) {
    AddFrontEndKey(setup.opennebula->front_end_key, steps);
  }
  switch (hypervisor) {
    case Hypervisor::kKvm: AddKvm(setup.opennebula.has_value(), steps); break;
    case Hypervisor::kLxc: AddLxc(setup.opennebula.has_value(), steps); break;
    case Hypervisor::kFirecracker: AddFirecracker(setup, steps); break;
  }
  return steps;
}

std::string Digest(const NodeSteps& steps) {
  nlohmann::json all = {steps.ssh_authorized_keys, steps.packages, steps.commands, steps.modules,
                        steps.needs_cgroup_v1,     steps.folder};
  if (steps.apt_source) {
    all.push_back({steps.apt_source->name, steps.apt_source->line, steps.apt_source->key});
  }
  for (const NodeFile& file : steps.files) all.push_back({file.path, file.mode, file.content});
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace spillway
