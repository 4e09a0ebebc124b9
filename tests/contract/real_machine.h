// A real Linux machine for a test: what this one has installed, in namespaces of its own for
// processes, mounts and names, with an OpenSSH server of its own on a port of 127.0.0.1. What is
// changed on it lies in memory and is gone with it.
#pragma once

#include <optional>
#include <string>

#include "tests/contract/program.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {

class RealMachine {
 public:
  // Why there can be none here; empty when there can.
  static std::string WhyNot();

  // Throws std::runtime_error when it does not start.
  RealMachine();

  int port() const { return port_; }
  // The key that lets root in.
  std::string identity() const { return dir_.File("identity"); }
  // The server's key as a line of a file of known hosts.
  std::string KnownHost() const;

 private:
  ScratchDir dir_;
  const int port_;
  std::optional<BackgroundProgram> machine_;
};

}  // namespace spillway::testing
