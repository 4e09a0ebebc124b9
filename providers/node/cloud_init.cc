#include "providers/node/cloud_init.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "providers/node/step_run.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using nlohmann::json;

json Sources(const AptSource& source) {
  json entry = {{"source", source.line}};
  if (!source.key.empty()) entry["key"] = source.key;
  return {{"sources", {{source.name + ".list", entry}}}};
}

json Files(const StepRun& run) {
  json files = json::array();
  for (const NodeFile& file : run.files) {
    files.push_back({{"path", file.path}, {"permissions", file.mode}, {"content", file.content}});
  }
  return files;
}

// After everything else. The file is there under cgroup v2 only.
json RebootUnderCgroupV2() {
  return {{"mode", "reboot"},
          {"timeout", 30},
          {"condition", {"test", "-f", "/sys/fs/cgroup/cgroup.controllers"}}};
}

}  // namespace

std::string CloudInit(const NodeSteps& steps) {
  const StepRun run = RunOf(steps);
  json tree = {{"ssh_pwauth", false}, {"write_files", Files(run)}, {"runcmd", run.commands}};
  if (!steps.ssh_authorized_keys.empty()) tree["ssh_authorized_keys"] = steps.ssh_authorized_keys;
  if (steps.apt_source) tree["apt"] = Sources(*steps.apt_source);
  if (!steps.packages.empty()) {
    tree["package_update"] = true;
    tree["packages"] = steps.packages;
  }
  if (steps.needs_cgroup_v1) tree["power_state"] = RebootUnderCgroupV2();

  std::string text = "#cloud-config\n" + WriteYaml(tree);
  if (text.size() > kMaxUserDataBytes) {
    throw std::length_error("cloud-init user data has " + std::to_string(text.size()) +
                            " bytes, expected at most " + std::to_string(kMaxUserDataBytes) +
                            ": fewer or shorter keys are needed");
  }
  return text;
}

UserDataByHypervisor::UserDataByHypervisor(const std::optional<NodeSetup>& setup) {
  if (!setup) return;
  for (const Hypervisor h : {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}) {
    texts_[static_cast<std::size_t>(h)] = CloudInit(StepsFor(*setup, h));
  }
}

}  // namespace spillway
