// The keys of `node:` that registrars share:
//
//   node:
//     ssh_authorized_keys: ["ssh-ed25519 …"]     # for the image's own user
//     firecracker:                               # none: the image or its packages have it
//       url: "https://…/firecracker-v….tgz"      # a release archive
//       sha256: "0123…"                          # of the archive
#pragma once

#include "providers/node/node_setup.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// The caller asks for keys of its own and calls Finish.
NodeSetup ParseNodeSetup(const ConfigNode& node);

}  // namespace spillway
