#include "scaler/app/cluster_config.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "policies/builtin.h"
#include "policies/signal_config.h"
#include "scaler/model/kinds.h"

namespace spillway {

void CheckName(const ConfigNode& node, const std::string& name, std::size_t longest) {
  const bool is_plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::islower(c) || std::isdigit(c) || c == '-';
  });
  if (is_plain && name.size() <= longest) return;
  node["name"].Fail(fmt::format(
      "expected at most {} lower-case letters, digits and dashes, got \"{}\"", longest, name));
}

namespace {

Limits ParseLimits(const ConfigNode& node) {
  Limits limits;
  const ConfigNode hosts = node["hosts"];
  limits.min_hosts = hosts.Integer("min").AtLeast(0).Or(limits.min_hosts);
  limits.max_hosts = hosts.Integer("max").AtLeast(1).Required();
  if (limits.min_hosts > limits.max_hosts) {
    hosts["min"].Fail(
        fmt::format("expected at most max, {}, got {}", limits.max_hosts, limits.min_hosts));
  }
  hosts.Finish();
  const ConfigNode capacity = node["capacity"];
  limits.min_capacity = capacity.CapacityOf("min").Or(limits.min_capacity);
  limits.max_capacity = capacity.CapacityOf("max").Optional();
  if (limits.max_capacity && !limits.max_capacity->Covers(limits.min_capacity)) {
    capacity["min"].Fail("expected no more than max");
  }
  capacity.Finish();
  const ConfigNode step = node["step"];
  limits.step.out = step.Integer("out").AtLeast(0).Or(limits.step.out);
  limits.step.in = step.Integer("in").AtLeast(0).Or(limits.step.in);
  step.Finish();
  const ConfigNode cooldown = node["cooldown"];
  limits.cooldown.out = cooldown.DurationOf("out").Or(limits.cooldown.out);
  limits.cooldown.in = cooldown.DurationOf("in").Or(limits.cooldown.in);
  cooldown.Finish();
  const ConfigNode stabilisation = node["stabilisation"];
  limits.stabilisation.out = stabilisation.DurationOf("out").Or(limits.stabilisation.out);
  limits.stabilisation.in = stabilisation.DurationOf("in").Or(limits.stabilisation.in);
  stabilisation.Finish();
  limits.min_lifetime = node.DurationOf("min_lifetime").Or(limits.min_lifetime);
  const ConfigNode hold_down = node["hold_down"];
  HoldDown& rule = limits.hold_down;
  rule.failures = hold_down.Integer("failures").AtLeast(1).Or(rule.failures);
  rule.window = hold_down.DurationOf("window").Above(Duration(0)).Or(rule.window);
  rule.first = hold_down.DurationOf("first").Above(Duration(0)).Or(rule.first);
  rule.longest = hold_down.DurationOf("longest").AtLeast(rule.first).Or(rule.longest);
  hold_down.Finish();
  node.Finish();
  return limits;
}

MoneyEnvelope ParseMoney(const ConfigNode& node) {
  MoneyEnvelope money;
  money.per_hour = node.Amount("per_hour").Or(money.per_hour);
  money.per_month = node.Amount("per_month").Or(money.per_month);
  money.reserve = node.DurationOf("reserve").Above(Duration(0)).Or(money.reserve);
  node.Finish();
  return money;
}

std::vector<std::string> ParseJurisdiction(const ConfigNode& node) {
  const std::vector<std::string> places = node.Strings("jurisdiction").Or({});
  for (const std::string& place : places) {
    if (IsCountryOrGroup(place)) continue;
    node["jurisdiction"].Fail(
        "expected countries as two capital letters (DE), or the groups EU and EEA, got \"" + place +
        "\"");
  }
  return places;
}

void ParsePlace(const ConfigNode& node, ClusterSpec& spec) {
  const ConfigNode location = node["location"];
  if (!location.IsMissing()) {
    spec.location = Coordinates{location.Number("latitude").Between(-90, 90).Required(),
                                location.Number("longitude").Between(-180, 180).Required()};
    location.Finish();
  }
  spec.max_latency = node.DurationOf("max_latency").Above(Duration(0)).Optional();
  spec.latency_metric = node.String("latency_metric").Or("");
  if (spec.max_latency && !spec.location && spec.latency_metric.empty()) {
    node["max_latency"].Fail(
        "needs the cluster's location, or a latency_metric with measured round trips");
  }
}

// A virtual machine that can be made into a KVM or Firecracker host nests: to a workload it is what
// a metal one is. No row of the product's matrix has such; a provider's own may, by a switch.
bool CanNest(std::span<const MatrixRow> rows, Hypervisor hypervisor) {
  return hypervisor != Hypervisor::kLxc && Allows(rows, ClusterType::kVirtual, hypervisor);
}

// The host types on which both tables allow the cluster's hypervisor.
std::vector<ClusterType> PossibleTypes(const ClusterSpec& spec, std::span<const MatrixRow> rows) {
  std::vector<ClusterType> types;
  for (const ClusterType type : {ClusterType::kMetal, ClusterType::kVirtual}) {
    const bool provider_can = rows.empty() || Allows(rows, type, spec.hypervisor);
    const bool is_like_metal = type == ClusterType::kMetal || CanNest(rows, spec.hypervisor);
    const std::span<const MatrixRow> wanted = WorkloadMatrix(spec.workload);
    const bool workload_can =
        Allows(wanted, type, spec.hypervisor) ||
        (is_like_metal && Allows(wanted, ClusterType::kMetal, spec.hypervisor));
    if (provider_can && workload_can) types.push_back(type);
  }
  return types;
}

ClusterType ParseClusterType(const ConfigNode& node, const ClusterSpec& spec,
                             const ProviderRows& provider) {
  const std::optional<ClusterType> asked =
      node.OneOf<ClusterType>("cluster_type",
                              {{"metal", ClusterType::kMetal}, {"virtual", ClusterType::kVirtual}})
          .Optional();
  const auto& [kind, rows] = provider;
  const std::vector<ClusterType> possible = PossibleTypes(spec, rows);
  const bool fits = asked ? std::find(possible.begin(), possible.end(), *asked) != possible.end()
                          : !possible.empty();
  if (!fits) {
    const ConfigNode at = asked ? node["cluster_type"] : node["provider"];
    at.Fail(fmt::format("{}{} on {} for {} is not possible: {} has {}; {} run on {}",
                        asked ? std::string(Name(*asked)) + " hosts with " : "",
                        Name(spec.hypervisor), kind.empty() ? "this provider" : kind,
                        Name(spec.workload), kind.empty() ? "this provider" : kind,
                        rows.empty() ? "everything" : Describe(rows), Name(spec.workload),
                        Describe(WorkloadMatrix(spec.workload))));
  } else if (!asked && possible.size() > 1 && !rows.empty()) {
    node.Fail("cluster_type is required here: metal and virtual are both possible");
  }
  return asked.value_or(possible.empty() ? ClusterType::kMetal : possible.front());
}

PoolSpec ParsePool(const ConfigNode& node, const ClusterSpec& spec,
                   const std::map<std::string, ProviderRows>& providers) {
  PoolSpec pool;
  pool.provider = node.String("provider").Required();
  pool.name = node.String("name").Or(pool.provider);
  pool.location = node.String("location").Or("");
  pool.plans = node.Strings("plans").Or({});
  pool.max_hosts = node.Integer("max_hosts").AtLeast(1).Required();
  const auto provider = providers.find(pool.provider);
  if (provider == providers.end()) {
    std::string known;
    for (const auto& [name, unused] : providers) known += (known.empty() ? "" : ", ") + name;
    node["provider"].Fail(
        fmt::format("expected one of the providers ({}), got \"{}\"", known, pool.provider));
    node["cluster_type"];
  } else {
    pool.cluster_type = ParseClusterType(node, spec, provider->second);
  }
  node.Finish();
  return pool;
}

void CheckUnique(const std::vector<std::string>& names, const ConfigNode& node,
                 const std::string& what) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) node.Fail(what + " \"" + name + "\" stands twice");
  }
}

void ParseLadder(const ConfigNode& node, const std::map<std::string, ProviderRows>& providers,
                 ClusterSpec& spec) {
  std::vector<std::string> names;
  for (const ConfigNode& pool : node.List("ladder")) {
    spec.ladder.push_back(ParsePool(pool, spec, providers));
    names.push_back(spec.ladder.back().name);
  }
  if (names.empty()) node["ladder"].Fail("is required: a list of pools, home first");
  CheckUnique(names, node["ladder"], "the pool");
}

std::optional<Objective> ParseObjective(const ConfigNode& node) {
  if (node.IsMissing()) return std::nullopt;
  Objective objective;
  objective.signal = ParseSignal(node["signal"]);
  objective.measure = node.OneOf<Measure>("kind", {{"utilisation", Measure::kUtilisation},
                                                   {"load", Measure::kLoad},
                                                   {"latency", Measure::kLatency}})
                          .Required();
  objective.limit = node.Number("limit").Above(0.0).Required();
  node.Finish();
  return objective;
}

}  // namespace

ParsedPolicies ParsePolicies(const ConfigNode& node, const PolicyContext& context) {
  ParsedPolicies parsed;
  std::vector<std::string> names;
  for (const ConfigNode& entry : node.List("policies")) {
    const bool is_shadow = entry.Boolean("shadow").Or(false);
    if (auto policy = ParsePolicy(entry, context)) {
      names.push_back(policy->name());
      (is_shadow ? parsed.shadows : parsed.acting).push_back(std::move(policy));
    }
  }
  if (node.List("policies").empty()) {
    node["policies"].Fail("is required: a list of at least one policy");
  } else if (!parsed.shadows.empty() && parsed.acting.empty()) {
    node["policies"].Fail("expected at least one policy that is no shadow: nothing would act");
  }
  CheckUnique(names, node["policies"], "the policy");
  return parsed;
}

ParsedCluster ParseCluster(const ConfigNode& node,
                           const std::map<std::string, ProviderRows>& providers,
                           const std::set<std::string>& registrars) {
  ParsedCluster parsed;
  ClusterSpec& spec = parsed.spec;
  spec.name = node.String("name").Required();
  CheckName(node, spec.name, 40);
  spec.workload = node.OneOf<Workload>(
                          "workload", {{"application_containers", Workload::kApplicationContainers},
                                       {"virtual_servers", Workload::kVirtualServers},
                                       {"kubernetes", Workload::kKubernetes}})
                      .Required();
  spec.hypervisor = node.OneOf<Hypervisor>("hypervisor", {{"kvm", Hypervisor::kKvm},
                                                          {"firecracker", Hypervisor::kFirecracker},
                                                          {"lxc", Hypervisor::kLxc}})
                        .Required();
  spec.registrar = node.String("registrar").Required();
  if (!spec.registrar.empty() && !registrars.contains(spec.registrar)) {
    node["registrar"].Fail("expected one of the names under registrars, got \"" + spec.registrar +
                           "\"");
  }
  spec.host_size = node.CapacityOf("host_size").Required();
  if (!node["host_size"].IsMissing() &&
      (spec.host_size.vcpu <= 0 || spec.host_size.memory_mib <= 0)) {
    node["host_size"].Fail("expected vcpu and memory above 0");
  }
  spec.limits = ParseLimits(node["limits"]);
  spec.money = ParseMoney(node["money"]);
  spec.jurisdiction = ParseJurisdiction(node);
  ParsePlace(node, spec);
  spec.dry_run = node.Boolean("dry_run").Or(false);
  ParseLadder(node, providers, spec);
  parsed.policies =
      ParsePolicies(node, {spec.name, spec.host_size, spec.hypervisor, &parsed.conversations});
  parsed.may_flap = node.Boolean("allow_flapping").Or(false);
  parsed.objective = ParseObjective(node["objective"]);
  node.Finish();
  return parsed;
}

}  // namespace spillway
