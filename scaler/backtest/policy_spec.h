// A policy as it is named on the command line of a backtest:
//
//   KIND                          target_tracking, hpa, …
//   KIND{key: value, …}           with settings, as in a cluster's `policies`
//   FILE.yaml                     one entry of `policies`, a list of them, or {policies: […]}
//
// KIND is one of the policies that run live (policies/builtin.h) or a reference
// (references/references.h). One of type `remote` is asked over the link of the context, as it
// would be live, and each step waits for its answer. What the settings do not say and the kind
// knows is filled in: `signal` (the last load; as the one of `signals`, too), `fallback` (of
// `remote`), `kind: load`, `target` (what a host takes), `violation_budget`, `time_to_ready` and
// `step`.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "scaler/backtest/references/references.h"
#include "scaler/backtest/run.h"

namespace spillway {

// What was named is no policy, or its settings are wrong: every error, a line each.
class PolicySpecError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class PolicySpec {
 public:
  // Throws PolicySpecError when there is no such kind or file, or it is no YAML.
  static PolicySpec Read(const std::string& text);
  // `texts` separated by commas, those within braces and brackets left out.
  static std::vector<PolicySpec> ReadList(const std::string& texts);

  const std::string& label() const { return label_; }
  // With one more setting, named as KIND{…}. REQUIRES: IsOneKind().
  PolicySpec With(const std::string& key, const nlohmann::json& value) const;
  bool IsOneKind() const { return entries_.size() == 1; }
  // Empty when there are several.
  std::string kind() const;

  // Whether one of them, or one that they hold, is served by another process.
  bool IsRemote() const;

  // New ones, that know nothing yet. Throws PolicySpecError.
  Policies Make(const ReferenceContext& context) const;

 private:
  PolicySpec(std::string label, std::vector<nlohmann::json> entries)
      : label_(std::move(label)), entries_(std::move(entries)) {}

  std::string label_;
  std::vector<nlohmann::json> entries_;  // as in a cluster's `policies`
};

}  // namespace spillway
