// The steps over SSH, for machines that run no cloud-init. They take minutes, and no call of ours
// lasts that long: one round trip sends everything and starts it in the background on the machine;
// readiness.h looks how it goes. What was interrupted goes on where it stopped when it is started
// again; what failed is tried again.
#pragma once

#include <string>

#include "providers/node/node_steps.h"
#include "providers/ssh/ssh_client.h"

namespace spillway {

// The steps as files and commands alone: what cloud-init has modules for is done with apt-get and
// in the home of `user`.
NodeSteps WithoutCloudInit(const NodeSteps& steps, const std::string& user);

// Sends and starts `steps`, which are WithoutCloudInit. Where they run already, or have been gone
// through, nothing happens. `target.user` is root or may use sudo.
Result<Done> StartSetup(const SshClient& client, const SshTarget& target, const NodeSteps& steps);

// Held on the machine as long as the steps run.
std::string LockFile(const NodeSteps& steps);

}  // namespace spillway
