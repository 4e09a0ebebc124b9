// A real OpenSSH server for the user who runs the tests, on a port of 127.0.0.1, with keys of its
// own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "providers/ssh/ssh_client.h"
#include "tests/contract/program.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {

class SshServer {
 public:
  // Why there can be none here; empty when there can.
  static std::string WhyNot();

  // `variables` are set for every command that runs over it. Throws std::runtime_error when the
  // server does not start.
  explicit SshServer(const std::map<std::string, std::string>& variables = {});

  int port() const { return port_; }
  // The user who may log in: who runs the tests.
  const std::string& user() const { return user_; }
  SshTarget Target(const std::string& key_name = "") const;
  // The key that may log in, and one that may not.
  const std::string& identity() const { return identity_; }
  const std::string& stranger() const { return stranger_; }
  // The server's key as a line of a file of known hosts.
  std::string KnownHost() const;
  // Starts anew at the same port with another host key, as a reinstalled machine does.
  void Reinstall();

 private:
  std::string NewKey(const std::string& name) const;
  void Start();

  ScratchDir dir_;
  const std::string user_;
  const std::string identity_;
  const std::string stranger_;
  const std::map<std::string, std::string> variables_;
  const int port_;
  std::string host_key_;
  int host_keys_ = 0;
  std::optional<BackgroundProgram> server_;
};

}  // namespace spillway::testing
