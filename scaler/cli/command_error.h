// How a command ends that cannot do what it was asked for.
#pragma once

#include <stdexcept>
#include <string>

#include "scaler/cli/commands.h"

namespace spillway {

// Ends a command with this exit code and message.
class CommandError : public std::runtime_error {
 public:
  CommandError(ExitCode code, const std::string& message)
      : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  const ExitCode code_;
};

}  // namespace spillway
