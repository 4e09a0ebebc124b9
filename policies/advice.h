// What a policy that is somebody's program (a script, another process) is shown, and what it may
// answer: one form for all of them, as JSON. policies/README.md documents it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "scaler/model/result.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// What is absurd is an error of the program, whatever the cluster's limits would make of it.
struct AdviceRules {
  std::string by;  // who speaks, for reasons: "night.lua"
  Capacity host_size;
  std::int64_t most_hosts = 10'000;
};

// {"now_ms", "name", "host_size", "ready", "usable", "wanted", "ready_hosts", "usable_hosts"}, and
// "time_to_ready_ms" when it is known
nlohmann::json ClusterJson(const PolicyInput& input);
// By name: {"value" (only when there is one), "state", "age_ms", "points", "series", "silent"}
nlohmann::json SignalsJson(std::span<const Signal> signals);

// What `answer` recommends: a number of hosts, or an object with `hosts` or `capacity`, and `kind`,
// `reason`, `valid_for_ms`. An error of kind kInvalid says where and what was expected: members of
// another name, negative, not finite or absurd amounts among them.
Result<Recommendation> ReadAdvice(const nlohmann::json& answer, const AdviceRules& rules, Time now);

// Reads the member `signals`: a list, each of another name. May be empty.
std::vector<SignalSpec> ParseSignals(const ConfigNode& policy);

// Why the signals leave nothing to decide by: WhyUnknown of the first that has no value.
std::optional<Reason> WhyAnyUnknown(std::span<const Signal> signals,
                                    std::span<const SignalSpec> specs);

// `advice` where something is unknown: it may grow the cluster and takes nothing away.
Recommendation WithoutShrinking(Recommendation advice);

// `advice` that was made of `signals` as they were at `seen`: it takes nothing away when one of
// them is partial, and holds no longer than until the first of them would be stale.
Recommendation BoundBySignals(Recommendation advice, std::span<const Signal> signals,
                              std::span<const SignalSpec> specs, Time seen);

}  // namespace spillway
