#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "scaler/cli/commands.h"
#include "scaler/cli/output.h"
#include "scaler/cli/stored_state.h"

namespace spillway {
namespace {

struct Template {
  std::string_view kind;
  std::string_view policy;  // its entry in `policies`
  std::string_view steps;   // samples and steps of the scenario
};

constexpr std::string_view kConfig = R"(# Try it: spillway policy test @_test.yaml
#         spillway policy check --config @.yaml
#         spillway run --config @.yaml      (the machines are simulated)
version: 1
store: {type: memory}
bus: {inbound: [{socket: pull, bind: "tcp://127.0.0.1:5555"}]}
providers:
  lab: {type: simulated, profile: digitalocean}
registrars:
  lab: {type: simulated}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: lab
    host_size: {vcpu: 4, memory: 8GiB}
    limits: {hosts: {min: 1, max: 10}}
    policies:
@POLICY    ladder:
      - {name: lab, provider: lab, max_hosts: 10}
)";

constexpr std::string_view kScenario =
    R"(about: The cluster grows for a peak, and not for what is usual.
config: @.yaml # whose cluster is played
hosts:
  - {id: first, pool: lab}
  - {id: second, pool: lab}
time_to_ready: 90s
evaluate_every: 10s
@STEPS)";

constexpr std::array kTemplates = {
    Template{"threshold",
             R"(      - name: @
        type: threshold
        signal: {metric: cpu, function: mean, window: 1m}
        steps: # where the signal lies says by how much to change
          - {from: 0.8, change: {hosts: 1}}
          - {to: 0.3, change: {hosts: -1}}
)",
             R"(samples: # every 10s
  - {from: 0s, to: 5m, metric: cpu, value: 0.5}
  - {from: 5m10s, to: 8m, metric: cpu, value: 0.5, goes_to: 0.95}
steps:
  - at: 5m
    expect:
      verdict: hold
      recommendations: {@: {hosts: 2, reason: threshold_hold}}
  - at: 8m
    expect:
      wanted_hosts: 3
      recommendations: {@: {hosts: 3, reason: threshold_grow}}
)"},
    Template{"target_tracking",
             R"(      - name: @
        type: target_tracking
        kind: load # a total; the target is what one host takes
        target: 100
        signal: {metric: requests_per_second, function: mean, window: 1m}
)",
             R"(samples: # every 10s
  - {from: 0s, to: 5m, metric: requests_per_second, value: 190}
  - {from: 5m10s, to: 8m, metric: requests_per_second, value: 190, goes_to: 420}
steps:
  - at: 5m
    expect:
      verdict: hold
      recommendations: {@: {hosts: 2, reason: tracking_hold}}
  - at: 8m
    expect:
      wanted_hosts: 4
      recommendations: {@: {hosts: 4}}
)"},
};

std::string With(std::string text, std::string_view mark, std::string_view value) {
  for (std::size_t at = text.find(mark); at != std::string::npos;
       at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
  return text;
}

void CheckPlain(const std::string& name) {
  const bool is_plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) ||
           std::isdigit(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
  if (!is_plain) {
    throw CommandError(
        kUsage, "expected a name of lower-case letters, digits, - and _, got \"" + name + "\"");
  }
}

std::string PathOf(const PolicyNewOptions& options, const std::string& ending) {
  const std::filesystem::path path =
      std::filesystem::path(options.folder) / (options.name + ending);
  if (std::filesystem::exists(path)) {
    throw CommandError(kFailed, path.string() + " is there already; nothing was written");
  }
  return path.lexically_normal().string();
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  if (!(file << text) || !file.flush()) {
    throw CommandError(kFailed, "cannot write " + path + ": " + std::strerror(errno));
  }
}

}  // namespace

std::vector<std::string> PolicyTemplates() {
  std::vector<std::string> kinds;
  for (const Template& t : kTemplates) kinds.emplace_back(t.kind);
  return kinds;
}

int NewPolicy(const PolicyNewOptions& options) {
  CheckPlain(options.name);
  const auto* chosen = std::find_if(kTemplates.begin(), kTemplates.end(),
                                    [&](const Template& t) { return t.kind == options.kind; });
  if (chosen == kTemplates.end()) {
    throw CommandError(kUsage, "there is no template \"" + options.kind + "\"");
  }
  const std::string config = PathOf(options, ".yaml");
  const std::string test = PathOf(options, "_test.yaml");
  Write(config, With(With(std::string(kConfig), "@POLICY", chosen->policy), "@", options.name));
  Write(test, With(With(std::string(kScenario), "@STEPS", chosen->steps), "@", options.name));
  Print(
      fmt::format("{}: the policy, in a configuration that runs\n{}: its scenario\n"
                  "try it: spillway policy test {}\n",
                  config, test, test));
  return kOk;
}

}  // namespace spillway
