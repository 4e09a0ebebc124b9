// What a fresh Debian or Ubuntu machine is told at its first boot so that it becomes a node:
// cloud-init user data. Everything that comes from configuration is a YAML string; commands are
// lists of arguments, so no shell ever reads it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "scaler/model/kinds.h"

namespace spillway {

// A node of OpenNebula: its packages, and the front-end's key for the user oneadmin.
struct OpenNebulaNode {
  // "deb [signed-by=$KEY_FILE] https://… stable opennebula"; cloud-init puts the path of the key
  // in. Empty: the image has the packages already.
  std::string apt_source;
  std::string apt_key;        // armoured; empty: the image trusts the source already
  std::string front_end_key;  // public SSH key; empty: the image has it

  friend bool operator==(const OpenNebulaNode&, const OpenNebulaNode&) = default;
};

struct NodeSetup {
  std::vector<std::string> ssh_authorized_keys;  // for the image's own user
  // Nothing: the distribution's own hypervisor packages; for Firecracker, which it does not have,
  // none.
  std::optional<OpenNebulaNode> opennebula;

  friend bool operator==(const NodeSetup&, const NodeSetup&) = default;
};

// The smallest limit among providers (AWS, before encoding).
inline constexpr std::size_t kMaxUserDataBytes = 16 * 1024;

// Throws std::length_error when the text is longer than kMaxUserDataBytes.
//  KVM          nested virtualization for guests; libvirt may use OpenNebula's datastores.
//  LXC          the modules loop and nbd.
//  Firecracker  OpenNebula's driver needs cgroup v1: where the machine booted with v2 it reboots
//               once.
std::string CloudInit(const NodeSetup& setup, Hypervisor hypervisor);

// The three texts, made once. Without a setup they are empty.
class UserDataByHypervisor {
 public:
  explicit UserDataByHypervisor(const std::optional<NodeSetup>& setup);
  const std::string& For(Hypervisor hypervisor) const {
    return texts_[static_cast<std::size_t>(hypervisor)];
  }

 private:
  std::array<std::string, 3> texts_;
};

}  // namespace spillway
