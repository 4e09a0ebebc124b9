#include "providers/ssh/ssh_client.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "providers/ssh/shell_words.h"
#include "providers/ssh/ssh_errors.h"
#include "scaler/runtime/file_descriptor.h"

namespace spillway {
namespace {

constexpr int kSshFailed = 255;
constexpr std::string_view kKeyNotKept = "Failed to add the host to the list of known hosts";

void CheckFile(const std::string& path, int flags, const std::string& expectation) {
  const FileDescriptor file(open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (file.is_open()) return;
  throw std::runtime_error(path + ": " + std::generic_category().message(errno) + ", expected " +
                           expectation);
}

// For an option that takes a list of files and replaces what follows a per cent sign.
std::string OneFile(const std::string& path) {
  std::string quoted = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
    if (c == '%') quoted += c;
  }
  return quoted + "\"";
}

std::string WhereOf(const SshTarget& target) {
  return "ssh " + target.user + "@" + target.address + ":" + std::to_string(target.port);
}

bool UsesSudo(const SshTarget& target, const SshCommand& command) {
  return command.as_root && target.user != "root";
}

bool WasRefusedBySudo(const ProcessOutput& output) {
  return output.exit_code != 0 && (output.err.starts_with("sudo: ") ||
                                   output.err.find("sudo: command not found") != std::string::npos);
}

}  // namespace

SshClient::SshClient(SshSettings settings) : settings_(std::move(settings)) {
  CheckFile(settings_.identity_file, O_RDONLY, "a private SSH key");
  if (settings_.host_keys == HostKeys::kPinned) {
    CheckFile(settings_.known_hosts, O_RDONLY, "a file of known hosts");
  } else {
    // ssh goes on when it cannot keep a key, and would trust anybody again the next time.
    CheckFile(settings_.known_hosts, O_RDWR | O_CREAT, "a file of known hosts that can be written");
  }
}

Result<ProcessOutput> SshClient::Run(const SshTarget& target, const SshCommand& command) const {
  const std::string where = WhereOf(target);
  Result<ProcessOutput> output = RunProcess({.argv = Arguments(target, command),
                                             .input = command.input,
                                             .environment = {{"LC_ALL", "C"}},
                                             .timeout = command.timeout});
  if (!output) {
    Error error = output.error();
    error.where = where;
    return error;
  }
  if (output->err.find(kKeyNotKept) != std::string::npos) {
    return Error{ErrorKind::kInvalid, where, "host key not kept",
                 "the machine's key could not be written into " + settings_.known_hosts};
  }
  if (output->exit_code == kSshFailed) {
    return SshFailure(where, output->err, settings_.known_hosts);
  }
  if (UsesSudo(target, command) && WasRefusedBySudo(*output)) {
    return Error{ErrorKind::kDenied, where, "sudo refused",
                 "expected that " + target.user + " may use sudo without a password: " +
                     output->err.substr(0, output->err.find('\n'))};
  }
  return output;
}

std::vector<std::string> SshClient::Arguments(const SshTarget& target,
                                              const SshCommand& command) const {
  const bool is_pinned = settings_.host_keys == HostKeys::kPinned;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(settings_.connect_timeout);
  std::vector<std::string> arguments = {settings_.program, "-F", "none", "-T", "-a", "-x"};
  const auto set = [&arguments](const std::string& option) {
    arguments.insert(arguments.end(), {"-o", option});
  };
  set("BatchMode=yes");
  set("PreferredAuthentications=publickey");
  set("IdentitiesOnly=yes");
  set("IdentityAgent=none");
  set("IdentityFile=" + OneFile(settings_.identity_file));
  set(std::string("StrictHostKeyChecking=") + (is_pinned ? "yes" : "accept-new"));
  set("UserKnownHostsFile=" + OneFile(settings_.known_hosts));
  set("GlobalKnownHostsFile=none");
  set("UpdateHostKeys=no");
  set("CheckHostIP=no");
  if (!is_pinned && !target.key_name.empty()) set("HostKeyAlias=" + target.key_name);
  set("ControlMaster=no");
  set("ControlPath=none");
  set("ClearAllForwardings=yes");
  set("ConnectionAttempts=1");
  set("ConnectTimeout=" + std::to_string(seconds.count()));
  set("ServerAliveInterval=5");
  set("ServerAliveCountMax=3");
  set("LogLevel=INFO");  // from here on it says when a key was not kept
  std::vector<std::string> remote = command.argv;
  if (UsesSudo(target, command)) remote.insert(remote.begin(), {"sudo", "-n", "--"});
  arguments.insert(arguments.end(), {"-l", target.user, "-p", std::to_string(target.port), "--",
                                     target.address, QuotedForShell(remote)});
  return arguments;
}

}  // namespace spillway
