// How the machines of a registrar become nodes, and whether they are: what registrars share.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "providers/node/cloud_init.h"
#include "providers/node/readiness.h"
#include "providers/registrar.h"
#include "providers/ssh/ssh_config.h"

namespace spillway {

struct NodeSettings {
  std::optional<NodeSetup> setup;  // nothing: machines are nodes as they come
  std::optional<SshAccess> ssh;    // nothing: only their SSH port is looked at
  // Where neither the machine nor `ssh` says otherwise.
  int ssh_port = 22;
  Duration port_timeout = std::chrono::seconds(5);
};

// Thread-safe.
class Nodes {
 public:
  // Throws std::length_error when the user data is too long, std::runtime_error when a file of
  // `ssh` cannot be used.
  explicit Nodes(NodeSettings settings);
  Nodes(const Nodes&) = delete;
  Nodes& operator=(const Nodes&) = delete;

  // Empty without a setup.
  const std::string& UserData(Hypervisor hypervisor) const { return user_data_.For(hypervisor); }

  // Whether its SSH port answers; then, over SSH, login, cloud-init, set-up and hypervisor. A
  // machine without cloud-init is set up from here: started in the background on the machine, and
  // looked at again. Two or three connections, each with its time limit.
  Readiness Look(const HostTarget& target) const;
  // The SSH port alone.
  Result<Done> LookAtPort(const HostTarget& target) const;

 private:
  void LookInside(const HostTarget& target, Readiness& readiness) const;
  void SetUp(const SshTarget& target, const NodeSteps& steps, Readiness& readiness) const;
  NodeQuestion QuestionFor(const HostTarget& target, const std::string& user) const;
  int PortOf(const HostTarget& target) const;

  const NodeSettings settings_;
  const UserDataByHypervisor user_data_;
  const std::unique_ptr<const SshClient> client_;  // null without `ssh`
};

}  // namespace spillway
