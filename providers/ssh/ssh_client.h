// Commands on other machines, through the OpenSSH client program. What the user or the system have
// configured for it, agents and other keys play no part. Blocking: for workers only.
#pragma once

#include <string>
#include <vector>

#include "scaler/model/result.h"
#include "scaler/model/time.h"
#include "scaler/runtime/process.h"

namespace spillway {

// How the other side proves who it is. There is no third way: a key is always compared.
enum class HostKeys {
  kPinned,           // with the operator's file, which is never written
  kTrustOnFirstUse,  // the first key a machine shows is kept in our file and expected from then on
};

struct SshSettings {
  std::string identity_file;  // the private key, which must need no passphrase
  HostKeys host_keys = HostKeys::kPinned;
  std::string known_hosts;  // the file
  Duration connect_timeout = std::chrono::seconds(10);
  std::string program = "ssh";

  friend bool operator==(const SshSettings&, const SshSettings&) = default;
};

struct SshTarget {
  std::string address;  // or a name
  int port = 22;
  std::string user;
  // What a key that is trusted on first use is kept under: something that no other machine will
  // ever have, unlike addresses, which clouds give to the next. Empty: address and port.
  std::string key_name = "";
};

struct SshCommand {
  // The program gets exactly these, whatever is in them.
  std::vector<std::string> argv;
  std::string input = "";                       // all that its standard input has
  bool as_root = false;                         // through `sudo -n` where the user is another
  Duration timeout = std::chrono::seconds(30);  // connecting included
};

// Thread-safe.
class SshClient {
 public:
  // Throws std::runtime_error when a file cannot be used: the identity; for pinned keys the known
  // hosts; else, where it does not exist, it is made.
  explicit SshClient(SshSettings settings);
  SshClient(const SshClient&) = delete;
  SshClient& operator=(const SshClient&) = delete;

  // The command's exit code and what it said. Errors as SshFailure (ssh_errors.h) tells them; also
  // kUnknownOutcome at the time limit, kDenied when sudo wants a password, kInvalid when the
  // program ssh is not there or a new key could not be kept. A command that itself ends with 255 is
  // taken for a lost connection.
  Result<ProcessOutput> Run(const SshTarget& target, const SshCommand& command) const;

  const SshSettings& settings() const { return settings_; }

 private:
  std::vector<std::string> Arguments(const SshTarget& target, const SshCommand& command) const;

  const SshSettings settings_;
};

}  // namespace spillway
