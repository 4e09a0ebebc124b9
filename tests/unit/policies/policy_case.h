// A policy from its YAML, and the little that a test says of cluster and signal.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/builtin.h"
#include "scaler/runtime/yaml.h"
#include "tests/support/builders.h"

namespace spillway::testing {

// A document of its own with the errors that reading it left.
struct ConfigText {
  explicit ConfigText(std::string_view yaml) : document(Read(yaml)) {}

  // "path: message" of each error, in the order of lines.
  std::vector<std::string> Errors() const {
    std::vector<std::string> lines;
    for (const ConfigError& e : document.Errors()) lines.push_back(e.path + ": " + e.message);
    return lines;
  }

  ConfigDocument document;

 private:
  static ConfigDocument Read(std::string_view yaml) {
    std::map<std::string, int> lines;
    const nlohmann::json tree = ReadYaml(yaml, lines);
    return ConfigDocument(tree, std::move(lines));
  }
};

struct ParsedPolicy {
  std::unique_ptr<Policy> policy;
  std::vector<std::string> errors;
};

inline ParsedPolicy ParsePolicy(std::string_view kind, std::string_view yaml) {
  ConfigText text(yaml);
  for (const PolicyKind& known : BuiltinPolicies()) {
    if (known.kind != kind) continue;
    auto policy = known.parse("a-policy", text.document.Root(), {"edge", kHostSize});
    return {std::move(policy), text.Errors()};
  }
  return {nullptr, {"no such kind"}};
}

// So many ready hosts of the usual size, and so many more that are coming.
inline ClusterView AView(std::int64_t ready, std::int64_t coming = 0) {
  ClusterView view;
  view.name = "edge";
  view.host_size = kHostSize;
  view.ready = kHostSize * ready;
  view.usable = kHostSize * (ready + coming);
  view.ready_hosts = ready;
  view.usable_hosts = ready + coming;
  view.wanted = view.usable;
  return view;
}

// Fresh, ten seconds old.
inline Signal ASignal(double value) {
  Signal signal;
  signal.name = "cpu";
  signal.state = SignalState::kFresh;
  signal.value = value;
  signal.age = 10s;
  signal.points = 6;
  signal.series = 1;
  return signal;
}

inline Recommendation Evaluate(Policy& policy, const ClusterView& cluster,
                               const std::vector<Signal>& signals, Time now = At(0s)) {
  return policy.Evaluate({now, cluster, signals});
}

}  // namespace spillway::testing
