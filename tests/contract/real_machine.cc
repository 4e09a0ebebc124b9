#include "tests/contract/real_machine.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace spillway::testing {
namespace {

// usage: sh -c … sh FOLDER PORT; in FOLDER are host_key and identity.pub. The machine's root is
// this one's with a folder in memory over it. Packages that are installed there start no services:
// it has no init but the shell, which waits for every process that is left over. What shells of
// this machine do at their start is not done there: a fresh one has nothing of it.
constexpr const char* kBoot = R"sh(
set -eu
mkdir "$1/memory"
mount -t tmpfs tmpfs "$1/memory"
root=$1/memory/root
mkdir "$1/memory/upper" "$1/memory/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/memory/upper,workdir=$1/memory/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mkdir -p "$root/run/sshd" "$root/etc/spillway-test"
rm -f "$root/root/.bashrc" "$root/root/.profile"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"
cp "$1/host_key" "$1/identity.pub" "$root/etc/spillway-test/"
cat >"$root/etc/spillway-test/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $2
HostKey /etc/spillway-test/host_key
AuthorizedKeysFile /etc/spillway-test/identity.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
CONFIG
exec chroot "$root" sh -c '
  hostname spillway-machine
  end() { rmdir /sys/fs/cgroup/*/lxc.pivot /sys/fs/cgroup/lxc.pivot 2>/dev/null; exit 0; }
  trap end TERM
  /usr/sbin/sshd -D -q -f /etc/spillway-test/sshd_config &
  wait'
)sh";

constexpr const char* kNamespaces[] = {"unshare",      "--mount",       "--pid",
                                       "--uts",        "--ipc",         "--fork",
                                       "--kill-child", "--propagation", "private"};

std::vector<std::string> InNamespaces(const std::vector<std::string>& command) {
  std::vector<std::string> all(std::begin(kNamespaces), std::end(kNamespaces));
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

}  // namespace

std::string RealMachine::WhyNot() {
  if (getuid() != 0) return "only root can make a machine of its own";
  for (const char* program : {"unshare", "chroot", "ssh", "ssh-keygen", "/usr/sbin/sshd"}) {
    if (!RunProgram({"sh", "-c", "command -v \"$1\"", "sh", program})) {
      return std::string(program) + " is not there";
    }
  }
  const ScratchDir dir;
  const char* mounts = R"sh(
    mount -t tmpfs tmpfs "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
    mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" &&
    test -x "$1/root/usr/sbin/sshd")sh";
  if (!RunProgram(InNamespaces({"sh", "-c", mounts, "sh", dir.path()}))) {
    return "the kernel gives no namespaces, or no root with a folder over it";
  }
  return "";
}

RealMachine::RealMachine() : port_(FreePort()) {
  for (const char* key : {"host_key", "identity"}) {
    if (!RunProgram({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir_.File(key)})) {
      throw std::runtime_error("ssh-keygen made no key");
    }
  }
  machine_.emplace(InNamespaces({"sh", "-c", kBoot, "sh", dir_.path(), std::to_string(port_)}));
  if (!WaitForPort(port_, *machine_)) throw std::runtime_error("the machine does not start");
}

std::string RealMachine::KnownHost() const {
  std::ifstream file(dir_.File("host_key.pub"));
  return "[127.0.0.1]:" + std::to_string(port_) + " " +
         std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace spillway::testing
