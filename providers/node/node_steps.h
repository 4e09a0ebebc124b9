// What has to happen on a fresh Debian (12) or Ubuntu (22.04, 24.04) machine so that it becomes a
// node: a value, carried out by cloud-init at the first boot (cloud_init.h) or over SSH
// (ssh_setup.h). Commands are lists of arguments; no text of the configuration is ever read by a
// shell.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "providers/node/node_setup.h"
#include "scaler/model/kinds.h"

namespace spillway {

struct NodeFile {
  std::string path;
  std::string mode = "0644";
  std::string content;

  friend bool operator==(const NodeFile&, const NodeFile&) = default;
};

struct AptSource {
  std::string name;
  std::string line;  // $KEY_FILE stands for the path of the key
  std::string key;   // armoured; empty: none is needed

  friend bool operator==(const AptSource&, const AptSource&) = default;
};

// In this order. Each can be repeated.
struct NodeSteps {
  std::vector<std::string> ssh_authorized_keys;  // of the user that the image logs in
  std::optional<AptSource> apt_source;
  std::vector<NodeFile> files;
  std::vector<std::string> packages;
  std::vector<std::vector<std::string>> commands;
  std::vector<std::string> modules;  // of the kernel, that must be there in the end
  bool needs_cgroup_v1 = false;      // a machine that runs with v2 is started anew, once

  // Where on the machine what Spillway keeps there lies.
  std::string folder = "/var/lib/spillway";

  friend bool operator==(const NodeSteps&, const NodeSteps&) = default;
};

//  KVM          nested virtualization for guests; libvirt may use OpenNebula's datastores.
//  LXC          for OpenNebula the module loop, and nbd where the kernel has it.
//  Firecracker  the release, when there is one; OpenNebula's driver needs cgroup v1.
NodeSteps StepsFor(const NodeSetup& setup, Hypervisor hypervisor);

// Sixteen digits that change with the steps: what a machine keeps to tell which it has gone
// through. Against mistakes, not against malice.
std::string Digest(const NodeSteps& steps);

}  // namespace spillway
