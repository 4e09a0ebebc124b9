// Whether a machine is a node yet: everything that is to be known of it, in one round trip. One
// script of ours is sent to the machine, looks, changes nothing, and answers in lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/node/node_steps.h"
#include "scaler/model/host.h"

namespace spillway {

struct NodeQuestion {
  Hypervisor hypervisor = Hypervisor::kKvm;
  bool runs_cloud_init = true;
  // What the machine was, or is to be, taken through; nothing: its image is a node already.
  std::optional<NodeSteps> steps;
  // Where a machine has them; tests have them elsewhere.
  std::string kvm_device = "/dev/kvm";
  std::string cgroups = "/sys/fs/cgroup";
  std::string modules = "/sys/module";
  std::string cloud_init = "/run/cloud-init";
};

// How far the machine is with the steps.
enum class SetupState { kNotAsked, kNone, kRunning, kFailed, kDone };

struct NodeLook {
  // In this order, those that apply: cloud-init, set-up, packages, modules, cgroups, and of the
  // hypervisor /dev/kvm, libvirt, lxc, firecracker, jailer.
  std::vector<ProbeAnswer> answers;
  bool has_failed = false;  // cloud-init has ended with an error: nobody runs it again
  SetupState setup = SetupState::kNotAsked;
};

// What a shell of the machine is given as input, and as arguments. Needs root.
std::string_view LookScript();
std::vector<std::string> LookArguments(const NodeQuestion& question);

// Nothing: it did not run to its end. Lines of others (a login's greetings) are passed over.
std::optional<NodeLook> ReadLook(std::string_view output);

}  // namespace spillway
