// Scripts by which shells complete the command line of a program.
#pragma once

#include <optional>
#include <string>

#include "scaler/cli/command_tree.h"

namespace spillway {

enum class Shell { kBash, kZsh, kFish };
std::optional<Shell> ShellFrom(const std::string& name);

// Commands, options and the words that an option takes; files where anything else stands.
std::string CompletionFor(Shell shell, const Command& program);

}  // namespace spillway
