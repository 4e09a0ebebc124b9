#include "providers/node/step_run.h"

#include <utility>

namespace spillway {
namespace {

// usage: step NUMBER COMMAND [ARGUMENT…]. The descriptor 9 may be a lock (ssh_setup.cc), which a
// daemon that a command starts must not keep.
constexpr const char* kStepScript = R"sh(#!/bin/sh
folder=${0%/*}
number=$1
shift
test ! -e "$folder/failed" || exit 1
test ! -e "$folder/done-$number" || exit 0
if "$@" </dev/null >"$folder/log-$number" 2>&1 9>&-; then
  : >"$folder/done-$number"
else
  printf '%s: exit code %s: %s\n' "$*" "$?" "$(tail -n 3 "$folder/log-$number" | tr '\n' ' ')" \
    >"$folder/failed"
  exit 1
fi
)sh";

}  // namespace

StepRun RunOf(const NodeSteps& steps) {
  StepRun run;
  run.digest = Digest(steps);
  run.folder = steps.folder + "/steps-" + run.digest;
  run.files = steps.files;
  const std::string script = run.folder + "/step";
  const std::string digest_file = run.folder + "/digest";
  run.files.push_back({script, "0755", kStepScript});
  run.files.push_back({digest_file, "0644", run.digest + "\n"});

  std::vector<std::vector<std::string>> commands = steps.commands;
  commands.push_back({"cp", digest_file, MarkerFile(steps)});
  for (const std::vector<std::string>& command : commands) {
    std::vector<std::string> step = {"sh", script, std::to_string(run.commands.size() + 1)};
    step.insert(step.end(), command.begin(), command.end());
    run.commands.push_back(std::move(step));
  }
  return run;
}

std::string MarkerFile(const NodeSteps& steps) { return steps.folder + "/configured"; }

}  // namespace spillway
