// The steps as cloud-init user data, for machines that read it at their first boot. Everything that
// comes from configuration is a YAML string; commands are lists of arguments, so no shell ever
// reads it.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "providers/node/node_steps.h"

namespace spillway {

// The smallest limit among providers (AWS, before encoding).
inline constexpr std::size_t kMaxUserDataBytes = 16 << 10;

// Throws std::length_error when the text is longer than kMaxUserDataBytes.
std::string CloudInit(const NodeSteps& steps);

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
