#include "providers/external/external_config.h"

#include <algorithm>
#include <memory>

#include "providers/account_config.h"
#include "providers/external/external_provider.h"

namespace spillway {
namespace {

using Source = ExternalVariable::Source;

// What at least one workload runs on.
std::vector<MatrixRow> UsefulRows() {
  std::vector<MatrixRow> rows;
  for (const ClusterType type : {ClusterType::kMetal, ClusterType::kVirtual}) {
    MatrixRow row{type, {}};
    for (const Hypervisor hypervisor :
         {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}) {
      const auto runs_on = [&](Workload workload) {
        return Allows(WorkloadMatrix(workload), type, hypervisor);
      };
      if (runs_on(Workload::kApplicationContainers) || runs_on(Workload::kVirtualServers) ||
          runs_on(Workload::kKubernetes)) {
        row.hypervisors.push_back(hypervisor);
      }
    }
    rows.push_back(row);
  }
  return rows;
}

void ReadRow(const ConfigNode& node, ClusterType type, std::vector<MatrixRow>& rows) {
  const std::string key(Name(type));
  const std::vector<MatrixRow> useful = UsefulRows();
  MatrixRow row{type, {}};
  for (const std::string& word : node.Strings(key).Or({})) {
    const std::optional<Hypervisor> hypervisor = HypervisorFrom(word);
    if (!hypervisor || !Allows(useful, type, *hypervisor)) {
      node[key].Fail("no workload runs on " + key + " hosts with \"" + word + "\"; possible are " +
                     Describe(useful));
    } else if (!row.Has(*hypervisor)) {
      row.hypervisors.push_back(*hypervisor);
    }
  }
  if (!row.hypervisors.empty()) rows.push_back(row);
}

std::vector<MatrixRow> ReadHosts(const ConfigNode& node) {
  std::vector<MatrixRow> rows;
  ReadRow(node, ClusterType::kMetal, rows);
  ReadRow(node, ClusterType::kVirtual, rows);
  const bool says_nothing = node.IsMissing() || !(node.Has("metal") || node.Has("virtual"));
  if (says_nothing) {
    node.Fail(
        "is required: what the machines are to be used for, such as {virtual: [lxc]}; "
        "possible are " +
        Describe(UsefulRows()));
  }
  node.Finish();
  return rows;
}

ExternalVariable ReadVariable(const std::string& name, const ConfigNode& node) {
  ExternalVariable variable;
  variable.name = name;
  int sources = 0;
  for (const auto& [key, source] : {std::pair{"variable", Source::kVariable},
                                    {"file", Source::kFile},
                                    {"text", Source::kText}}) {
    if (!node.Has(key)) continue;
    ++sources;
    variable.source = source;
    variable.from = node.String(key).Required();
  }
  if (sources != 1) {
    node.Fail("expected one of {variable: NAME}, {file: PATH} and {text: …}");
  }
  node.Finish();
  return variable;
}

std::string PlaceOf(const ExternalVariable& variable) {
  return (variable.source == Source::kFile ? "file " : "environment: ") + variable.from;
}

}  // namespace

ExternalConfig ReadExternalConfig(const std::string& name, const ConfigNode& node) {
  ExternalConfig config;
  config.name = name;
  config.command = node.Strings("command").Required();
  if (node.Has("command") && (config.command.empty() || config.command.front().empty())) {
    node["command"].Fail("expected a program and its arguments");
  }
  config.rows = ReadHosts(node["hosts"]);
  for (const auto& [variable, entry] : node.Members("environment")) {
    config.environment.push_back(ReadVariable(variable, entry));
  }
  for (const auto& [key, entry] : node.Members("settings")) {
    config.settings[key] = entry.AsString();
  }
  const auto limit = [&node](const char* key, Duration& value) {
    value = node.DurationOf(key)
                .Between(std::chrono::milliseconds(100), std::chrono::minutes(10))
                .Or(value);
  };
  limit("start_time_limit", config.start_time_limit);
  limit("call_time_limit", config.call_time_limit);
  config.create_budget = ReadCreateBudget(node["create_budget"], config.create_budget);
  config.parallel_calls = node.Integer("parallel_calls").Between(1, 64).Or(config.parallel_calls);
  return config;
}

std::optional<Secret> ValueOf(const ExternalVariable& variable, const Surroundings& surroundings) {
  if (variable.source == Source::kText) return Secret(variable.from);
  std::optional<std::string> value = variable.source == Source::kVariable
                                         ? surroundings.variable(variable.from)
                                         : surroundings.file(variable.from);
  if (!value) return std::nullopt;
  while (variable.source == Source::kFile && (value->ends_with('\n') || value->ends_with('\r'))) {
    value->pop_back();
  }
  return Secret(std::move(*value));
}

CredentialSighting SightEnvironment(const ExternalConfig& config,
                                    const Surroundings& surroundings) {
  using State = CredentialSighting::State;
  CredentialSighting found{State::kNotNeeded, ""};
  for (const ExternalVariable& variable : config.environment) {
    if (variable.source == Source::kText) continue;
    if (!ValueOf(variable, surroundings)) {
      return {State::kMissing,
              PlaceOf(variable) +
                  (variable.source == Source::kFile ? " cannot be read" : " is not set")};
    }
    found.state = State::kFound;
    found.where += (found.where.empty() ? "" : ", ") + PlaceOf(variable);
  }
  return found;
}

ParsedProvider ParseExternalProvider(const std::string& name, const ConfigNode& node) {
  const ExternalConfig config = ReadExternalConfig(name, node);
  return {
      .matrix_kind = "external",
      .make =
          [config](const PluginContext& context) {
            return std::unique_ptr<Provider>(std::make_unique<ExternalProvider>(config, context));
          },
      .own_rows = config.rows,
      .sight_credentials =
          [config](const Surroundings& surroundings) {
            return SightEnvironment(config, surroundings);
          }};
}

}  // namespace spillway
