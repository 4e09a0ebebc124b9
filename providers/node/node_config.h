// The keys that registrars share:
//
//   probe: {ssh_port: 22, timeout: 5s}           # whether the machine's SSH port answers
//   ssh: {…}                                     # ssh/ssh_config.h, port as above; none: the port
//                                                # is all that is looked at
//   node:                                        # none: machines are nodes as they come
//     ssh_authorized_keys: ["ssh-ed25519 …"]     # for the image's own user
//     firecracker:                               # none: the image or its packages have it
//       url: "https://…/firecracker-v….tgz"      # a release archive
//       sha256: "0123…"                          # of the archive
#pragma once

#include "providers/node/node_setup.h"
#include "providers/node/nodes.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// `probe` and `ssh` of a registrar.
NodeSettings ParseNodeAccess(const ConfigNode& registrar);

// `node` is the mapping; the caller asks for keys of its own and calls Finish.
NodeSetup ParseNodeSetup(const ConfigNode& node);

}  // namespace spillway
