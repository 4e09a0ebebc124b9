// What an operator says about the nodes of a registrar.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace spillway {

// A node of OpenNebula: its packages, and the front-end's key for the user oneadmin.
struct OpenNebulaNode {
  // "deb [signed-by=$KEY_FILE] https://… stable opennebula"; the path of the key is put in on the
  // machine. Empty: the image has the packages already.
  std::string apt_source;
  std::string apt_key;        // armoured; empty: the image trusts the source already
  std::string front_end_key;  // public SSH key; empty: the image has it

  friend bool operator==(const OpenNebulaNode&, const OpenNebulaNode&) = default;
};

// Firecracker and its jailer as their project releases them, since no distribution has them.
struct FirecrackerRelease {
  std::string url;     // of the archive for the machines' processor (.tgz)
  std::string sha256;  // of the archive; 64 hexadecimal digits

  friend bool operator==(const FirecrackerRelease&, const FirecrackerRelease&) = default;
};

struct NodeSetup {
  std::vector<std::string> ssh_authorized_keys;  // for the image's own user
  // Nothing: the distribution's own hypervisor packages.
  std::optional<OpenNebulaNode> opennebula;
  std::optional<FirecrackerRelease> firecracker;  // nothing: the image or its packages have it

  friend bool operator==(const NodeSetup&, const NodeSetup&) = default;
};

}  // namespace spillway
