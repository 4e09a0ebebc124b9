#include "providers/node/readiness.h"

#include <array>
#include <utility>

#include "providers/node/ssh_setup.h"
#include "providers/node/step_run.h"

namespace spillway {
namespace {

// Lines: "spillway<TAB>probe<TAB>NAME<TAB>yes|no|never<TAB>TEXT", one
// "spillway<TAB>setup<TAB>STATE", and at the end "spillway<TAB>end".
constexpr std::string_view kScript = R"sh(
hypervisor= runs_cloud_init= digest= folder= lock= steps= packages= loaded= cgroup_v1=
kvm_device= cgroups= modules= cloud_init=
for setting in "$@"; do
  value=${setting#*=}
  case $setting in
    hypervisor=*) hypervisor=$value ;;
    runs_cloud_init=*) runs_cloud_init=$value ;;
    digest=*) digest=$value ;;
    folder=*) folder=$value ;;
    lock=*) lock=$value ;;
    steps=*) steps=$value ;;
    package=*) packages="$packages $value" ;;
    module=*) loaded="$loaded $value" ;;
    cgroup_v1=*) cgroup_v1=$value ;;
    kvm_device=*) kvm_device=$value ;;
    cgroups=*) cgroups=$value ;;
    modules=*) modules=$value ;;
    cloud_init=*) cloud_init=$value ;;
  esac
done

say() {
  printf 'spillway\tprobe\t%s\t%s\t%s\n' "$1" "$2" \
    "$(printf '%s' "$3" | tr -s '\n\t\r ' ' ' | cut -c 1-300)"
}

has() { command -v "$1" >/dev/null 2>&1; }

# NAME COMMAND…: passed when the command works; what it says is the text.
try() {
  name=$1
  shift
  if ! has "$1"; then say "$name" no "there is no program $1"; return; fi
  if text=$(timeout 20 "$@" 2>&1 </dev/null); then say "$name" yes "$text"
  else say "$name" no "$*: $text"; fi
}

look_at_cloud_init() {
  if ! has cloud-init; then say cloud-init yes 'is not there'; return; fi
  text=$(timeout 20 cloud-init status --long 2>&1 </dev/null)
  case $text in
    *'status: done'* | *'status: degraded'*) say cloud-init yes 'has finished' ;;
    *'status: disabled'*) say cloud-init yes 'is disabled' ;;
    *'status: error'*)
      # Errors of its first stages are told while it still runs.
      verdict=no
      test ! -e "$cloud_init/result.json" || verdict=never
      say cloud-init "$verdict" "has failed: $(printf '%s\n' "$text" | sed -n '/^detail:/,$p; /^errors:/,$p')" ;;
    *) say cloud-init no "has not finished: $(printf '%s\n' "$text" | head -n 1)" ;;
  esac
}

is_locked() {
  test -e "$1" || return 1
  flock --nonblock --conflict-exit-code 99 "$1" true
  test $? = 99
}

look_at_setup() {
  marker=$(cat "$folder/configured" 2>/dev/null)
  run=$folder/steps-$digest
  if test "$marker" = "$digest"; then
    state=done
    say set-up yes 'is done'
  elif test -n "$marker" && test "$runs_cloud_init" = yes; then
    state=done
    say set-up yes 'was done by an earlier configuration'
  elif is_locked "$lock"; then
    state=running
    done=$(ls "$run" 2>/dev/null | grep -c '^done-')
    say set-up no "runs: $done of $steps steps are done"
  elif test -e "$run/failed"; then
    state=failed
    say set-up no "has failed: $(cat "$run/failed")"
  else
    state=none
    say set-up no 'has not begun or not ended'
  fi
  printf 'spillway\tsetup\t%s\n' "$state"
}

look_at_packages() {
  missing=
  for package in $packages; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)
    test "$status" = installed || missing="$missing $package"
  done
  if test -z "$missing"; then say packages yes "installed:$packages"
  else say packages no "not installed:$missing"; fi
}

look_at_module() {
  if test -e "$modules/$1"; then say "module $1" yes 'is there'
  else say "module $1" no "the kernel $(uname -r) has not loaded it"; fi
}

look_at_cgroups() {
  kind=$(stat --file-system --format=%T "$cgroups" 2>&1)
  if test "$kind" = tmpfs; then say cgroups yes 'are version 1'
  else say cgroups no "are not version 1 ($kind) before the machine is started anew"; fi
}

look_at_kvm_device() {
  if test -c "$kvm_device" && test -w "$kvm_device"; then say /dev/kvm yes 'is there'
  else say /dev/kvm no 'is not there: the processor or the cloud gives no virtualization'; fi
}

test "$runs_cloud_init" != yes || look_at_cloud_init
test -z "$digest" || look_at_setup
test -z "$packages" || look_at_packages
for module in $loaded; do look_at_module "$module"; done
test "$cgroup_v1" != yes || look_at_cgroups
case $hypervisor in
  kvm)
    look_at_kvm_device
    try libvirt virsh --connect qemu:///system version
    ;;
  lxc) try lxc lxc-ls --version ;;
  firecracker)
    look_at_kvm_device
    try firecracker firecracker --version
    try jailer jailer --version
    ;;
esac
printf 'spillway\tend\n'
)sh";

std::string_view TakeWord(std::string_view& line) {
  const std::size_t tab = line.find('\t');
  const std::string_view word = line.substr(0, tab);
  line.remove_prefix(tab == std::string_view::npos ? line.size() : tab + 1);
  return word;
}

SetupState SetupStateFrom(std::string_view word) {
  constexpr std::array kStates = {
      std::pair{std::string_view("none"), SetupState::kNone},
      std::pair{std::string_view("running"), SetupState::kRunning},
      std::pair{std::string_view("failed"), SetupState::kFailed},
      std::pair{std::string_view("done"), SetupState::kDone},
  };
  for (const auto& [name, state] : kStates) {
    if (name == word) return state;
  }
  return SetupState::kNotAsked;
}

}  // namespace

std::string_view LookScript() { return kScript; }

std::vector<std::string> LookArguments(const NodeQuestion& question) {
  std::vector<std::string> arguments = {
      "hypervisor=" + std::string(Name(question.hypervisor)),
      std::string("runs_cloud_init=") + (question.runs_cloud_init ? "yes" : "no"),
      "kvm_device=" + question.kvm_device,
      "cgroups=" + question.cgroups,
      "modules=" + question.modules,
      "cloud_init=" + question.cloud_init,
  };
  if (!question.steps) return arguments;
  const NodeSteps& steps = *question.steps;
  arguments.push_back("digest=" + Digest(steps));
  arguments.push_back("folder=" + steps.folder);
  arguments.push_back("lock=" + LockFile(steps));
  arguments.push_back("steps=" + std::to_string(RunOf(steps).commands.size()));
  for (const std::string& package : steps.packages) arguments.push_back("package=" + package);
  for (const std::string& module : steps.modules) arguments.push_back("module=" + module);
  if (steps.needs_cgroup_v1) arguments.push_back("cgroup_v1=yes");
  return arguments;
}

std::optional<NodeLook> ReadLook(std::string_view output) {
  NodeLook look;
  while (!output.empty()) {
    const std::size_t end = output.find('\n');
    std::string_view line = output.substr(0, end);
    output.remove_prefix(end == std::string_view::npos ? output.size() : end + 1);
    if (TakeWord(line) != "spillway") continue;
    const std::string_view kind = TakeWord(line);
    if (kind == "end") return look;
    if (kind == "setup") look.setup = SetupStateFrom(TakeWord(line));
    if (kind != "probe") continue;
    ProbeAnswer answer;
    answer.name = TakeWord(line);
    const std::string_view verdict = TakeWord(line);
    answer.passed = verdict == "yes";
    look.has_failed = look.has_failed || verdict == "never";
    answer.text = line;
    look.answers.push_back(std::move(answer));
  }
  return std::nullopt;
}

}  // namespace spillway
