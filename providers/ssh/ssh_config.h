// How a configuration says that machines are reached over SSH:
//
//   ssh:
//     user: root                                   # another needs sudo without a password
//     identity_file: /etc/spillway/id_ed25519      # a private key without a passphrase
//     port: 22
//     host_keys: pinned                            # or trust_on_first_use; never unchecked
//     known_hosts: /etc/spillway/known_hosts       # pinned: yours; else Spillway writes it
//     connect_timeout: 10s
#pragma once

#include <string>

#include "providers/ssh/ssh_client.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

struct SshAccess {
  SshSettings settings;
  // Where a machine does not say otherwise.
  std::string user = "root";
  int port = 22;

  friend bool operator==(const SshAccess&, const SshAccess&) = default;
};

// `node` is the mapping; `port` is the one where it names none. Opens nothing.
SshAccess ParseSsh(const ConfigNode& node, int port = 22);

}  // namespace spillway
