#include "providers/node/ssh_setup.h"

#include <utility>
#include <vector>

#include "providers/node/step_run.h"
#include "providers/ssh/shell_words.h"

namespace spillway {
namespace {

constexpr Duration kSendLimit = std::chrono::seconds(60);

// usage: install-packages PACKAGE…
constexpr const char* kInstallPackages = R"sh(#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold install -- "$@"
)sh";

// usage: add-keys USER FILE
constexpr const char* kAddKeys = R"sh(#!/bin/sh
set -eu
home=$(getent passwd "$1" | cut -d: -f6)
install -d -o "$1" -m 0700 "$home/.ssh"
known=$home/.ssh/authorized_keys
touch "$known"
chown "$1" "$known"
chmod 0600 "$known"
while read -r key; do
  grep -qxF -e "$key" "$known" || printf '%s\n' "$key" >>"$known"
done <"$2"
)sh";

// usage: reboot-under-cgroup-v2
constexpr const char* kRebootUnderCgroupV2 = R"sh(#!/bin/sh
test ! -f /sys/fs/cgroup/cgroup.controllers || systemctl reboot
)sh";

// usage: sh -c … sh LOCK JOB LOG [PATH MODE BYTES]…, with the files' contents one after the other
// as input. The lock is the open descriptor 9, which the job inherits and its steps do not.
constexpr const char* kWriteAndStart = R"sh(
set -eu
umask 022
lock=$1 job=$2 log=$3
shift 3
mkdir -p "${lock%/*}"
exec 9>"$lock"
flock --nonblock --conflict-exit-code 99 9 || { test $? = 99 && exit 0; exit 1; }
while test $# -gt 0; do
  mkdir -p "${1%/*}"
  head -c "$3" >"$1.new"
  chmod "$2" "$1.new"
  mv "$1.new" "$1"
  shift 3
done
setsid --fork sh "$job" </dev/null >"$log" 2>&1)sh";

std::string Lines(const std::vector<std::string>& texts) {
  std::string lines;
  for (const std::string& text : texts) lines += text + "\n";
  return lines;
}

// The source line with its key in the place where apt looks for it.
void AddAptSource(const AptSource& source, std::vector<NodeFile>& files) {
  const std::string name = "spillway-" + source.name;
  const std::string key = "/etc/apt/keyrings/" + name + ".asc";
  std::string line = source.line;
  const std::string variable = "$KEY_FILE";
  if (const std::size_t at = line.find(variable); at != std::string::npos) {
    line.replace(at, variable.size(), key);
  }
  if (!source.key.empty()) files.push_back({key, "0644", source.key});
  files.push_back({"/etc/apt/sources.list.d/" + name + ".list", "0644", line + "\n"});
}

// What the machine runs by itself: every command, whatever became of those before it; the script of
// the steps decides.
std::string Job(const StepRun& run) {
  std::string text = QuotedForShell({"rm", "-f", run.folder + "/failed"}) + "\n";
  for (const std::vector<std::string>& command : run.commands) {
    text += QuotedForShell(command) + "\n";
  }
  return text;
}

}  // namespace

NodeSteps WithoutCloudInit(const NodeSteps& steps, const std::string& user) {
  NodeSteps plain = steps;
  plain.apt_source.reset();
  plain.ssh_authorized_keys.clear();
  plain.commands.clear();
  const auto run_script = [&plain](const std::string& name, const char* text,
                                   const std::vector<std::string>& arguments) {
    const std::string path = plain.folder + "/" + name;
    plain.files.push_back({path, "0755", text});
    plain.commands.push_back({"sh", path});
    plain.commands.back().insert(plain.commands.back().end(), arguments.begin(), arguments.end());
  };
  if (!steps.ssh_authorized_keys.empty()) {
    const std::string file = plain.folder + "/authorized_keys";
    plain.files.push_back({file, "0600", Lines(steps.ssh_authorized_keys)});
    run_script("add-keys", kAddKeys, {user, file});
  }
  if (steps.apt_source) AddAptSource(*steps.apt_source, plain.files);
  if (!steps.packages.empty()) run_script("install-packages", kInstallPackages, steps.packages);
  plain.commands.insert(plain.commands.end(), steps.commands.begin(), steps.commands.end());
  if (steps.needs_cgroup_v1) run_script("reboot-under-cgroup-v2", kRebootUnderCgroupV2, {});
  return plain;
}

Result<Done> StartSetup(const SshClient& client, const SshTarget& target, const NodeSteps& steps) {
  const StepRun run = RunOf(steps);
  const std::string job = run.folder + "/job";
  std::vector<NodeFile> files = run.files;
  files.push_back({job, "0600", Job(run)});

  SshCommand command{
      .argv = {"sh", "-c", kWriteAndStart, "sh", LockFile(steps), job, run.folder + "/log"},
      .as_root = true,
      .timeout = kSendLimit};
  for (const NodeFile& file : files) {
    command.argv.insert(command.argv.end(),
                        {file.path, file.mode, std::to_string(file.content.size())});
    command.input += file.content;
  }
  const Result<ProcessOutput> output = client.Run(target, command);
  if (!output) return output.error();
  if (output->exit_code == 0) return Done{};
  return Error{ErrorKind::kTransient, "set-up of " + target.address,
               "exit code " + std::to_string(output->exit_code), output->err};
}

std::string LockFile(const NodeSteps& steps) { return steps.folder + "/lock"; }

}  // namespace spillway
