#include "tests/contract/ssh_server.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace spillway::testing {
namespace {

// It starts itself again for each connection and wants its full path for that.
constexpr const char* kServer = "/usr/sbin/sshd";
// Compiled into it; needed when it runs as root.
constexpr const char* kPrivilegeFolder = "/run/sshd";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string UserName() {
  const passwd* user = getpwuid(getuid());
  return user ? user->pw_name : "";
}

bool IsRoot() { return getuid() == 0; }

}  // namespace

std::string SshServer::WhyNot() {
  if (access(kServer, X_OK) != 0) return "the OpenSSH server is not on this machine";
  if (!RunProgram({"sh", "-c", "command -v ssh && command -v ssh-keygen"})) {
    return "the OpenSSH client is not on this machine";
  }
  if (IsRoot() && mkdir(kPrivilegeFolder, 0755) != 0 && errno != EEXIST) {
    return std::string(kPrivilegeFolder) + " cannot be made";
  }
  return "";
}

SshServer::SshServer(const std::map<std::string, std::string>& variables)
    : user_(UserName()),
      identity_(NewKey("identity")),
      stranger_(NewKey("stranger")),
      variables_(variables),
      port_(FreePort()) {
  dir_.Write("authorized_keys", ReadFile(identity_ + ".pub"));
  Reinstall();
}

SshTarget SshServer::Target(const std::string& key_name) const {
  return {.address = "127.0.0.1", .port = port_, .user = user_, .key_name = key_name};
}

std::string SshServer::KnownHost() const {
  return "[127.0.0.1]:" + std::to_string(port_) + " " + ReadFile(host_key_ + ".pub");
}

void SshServer::Reinstall() {
  host_key_ = NewKey("host" + std::to_string(++host_keys_));
  server_.reset();
  Start();
}

std::string SshServer::NewKey(const std::string& name) const {
  const std::string path = dir_.File(name);
  if (!RunProgram({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path})) {
    throw std::runtime_error("ssh-keygen made no key");
  }
  return path;
}

void SshServer::Start() {
  std::string config = "ListenAddress 127.0.0.1\nPort " + std::to_string(port_) + "\nHostKey " +
                       host_key_ + "\nPidFile none\nUsePAM no\nStrictModes no\n" +
                       "AuthorizedKeysFile " + dir_.File("authorized_keys") +
                       "\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n" +
                       "PermitRootLogin prohibit-password\n";
  for (const auto& [name, value] : variables_) config += "SetEnv " + name + "=" + value + "\n";
  server_.emplace(
      std::vector<std::string>{kServer, "-D", "-q", "-f", dir_.Write("sshd_config", config)});
  if (!WaitForPort(port_, *server_)) throw std::runtime_error("sshd does not listen");
}

}  // namespace spillway::testing
