#include "scaler/app/app_config.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "policies/remote/conversation.h"
#include "scaler/runtime/http_place.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

StoreConfig ParseStore(const ConfigNode& node) {
  StoreConfig store;
  store.kind = node.OneOf<StoreKind>(
                       "type", {{"sqlite", StoreKind::kSqlite}, {"memory", StoreKind::kMemory}})
                   .Or(store.kind);
  store.path = node.String("path").Or(store.path);
  node.Finish();
  return store;
}

HistoryConfig ParseHistory(const ConfigNode& node) {
  HistoryConfig history;
  history.step = node.DurationOf("step").AtLeast(std::chrono::seconds(1)).Or(history.step);
  history.keep = node.DurationOf("keep").AtLeast(history.step).Or(history.keep);
  node.Finish();
  return history;
}

LogFormat ParseLog(const ConfigNode& node) {
  const LogFormat format =
      node.OneOf<LogFormat>("format", {{"text", LogFormat::kText}, {"json", LogFormat::kJson}})
          .Or(LogFormat::kText);
  node.Finish();
  return format;
}

ServeConfig ParseServe(const ConfigNode& node) {
  ServeConfig serve;
  serve.place = ParseHttpPlace(node, serve.place);
  serve.open_metrics = node.Boolean("open_metrics").Or(serve.open_metrics);
  serve.history = ParseHistory(node["history"]);
  node.Finish();
  return serve;
}

void ParseControl(const ConfigNode& node, ControlConfig& control, int& workers) {
  control.evaluate_at_least_every = node.DurationOf("evaluate_at_least_every")
                                        .Above(Duration(0))
                                        .Or(control.evaluate_at_least_every);
  control.refresh_offers_every =
      node.DurationOf("refresh_offers_every").Above(Duration(0)).Or(control.refresh_offers_every);
  control.ask_for_waiting_guests_every = node.DurationOf("ask_for_waiting_guests_every")
                                             .Above(Duration(0))
                                             .Or(control.ask_for_waiting_guests_every);
  control.refresh_policies_every =
      node.DurationOf("refresh_policies_every").Or(control.refresh_policies_every);
  control.points_per_series =
      static_cast<std::size_t>(node.Integer("points_per_series")
                                   .Between(2, 1'000'000)
                                   .Or(static_cast<std::int64_t>(control.points_per_series)));
  const ConfigNode retention = node["retention"];
  control.retention.decisions =
      retention.DurationOf("decisions").Above(Duration(0)).Or(control.retention.decisions);
  control.retention.gone_hosts =
      retention.DurationOf("gone_hosts").Above(Duration(0)).Or(control.retention.gone_hosts);
  retention.Finish();
  workers = node.Integer("workers_per_lane").Between(1, 64).Or(workers);
  node.Finish();
}

ProvisionConfig ParseProvision(const ConfigNode& node) {
  ProvisionConfig p;
  const auto patience = [&node](const char* key, Duration& value) {
    value = node.DurationOf(key).Above(Duration(0)).Or(value);
  };
  patience("creating_limit", p.creating_limit);
  patience("booting_limit_virtual", p.booting_limit_virtual);
  patience("booting_limit_metal", p.booting_limit_metal);
  patience("configuring_limit", p.configuring_limit);
  patience("enrolling_limit", p.enrolling_limit);
  patience("unhealthy_limit", p.unhealthy_limit);
  patience("draining_alarm", p.draining_alarm);
  patience("look_interval", p.look_interval);
  patience("ready_look_interval", p.ready_look_interval);
  patience("appear_grace", p.appear_grace);
  patience("sweep_interval", p.sweep_interval);
  patience("sweep_min_age", p.sweep_min_age);
  p.create_attempts = node.Integer("create_attempts").AtLeast(1).Or(p.create_attempts);
  node.Finish();
  return p;
}

std::optional<RecordConfig> ParseRecord(const ConfigNode& node) {
  if (node.IsMissing()) return std::nullopt;
  RecordConfig record;
  record.folder = node.String("folder").Required();
  record.segment = node.DurationOf("segment").AtLeast(std::chrono::seconds(1)).Or(record.segment);
  record.keep = node.DurationOf("keep").Above(Duration(0)).Or(record.keep);
  record.max_mib = node.MemoryMib("max_size").AtLeast(1).Or(record.max_mib);
  node.Finish();
  return record;
}

// The kinds of a family as choices for `type:`.
template <class Kind>
std::vector<std::pair<std::string_view, const Kind*>> Choices(std::span<const Kind> kinds) {
  std::vector<std::pair<std::string_view, const Kind*>> choices;
  for (const Kind& kind : kinds) choices.emplace_back(kind.kind, &kind);
  return choices;
}

// Returns what each provider's machines can be made into.
std::map<std::string, ProviderRows> ParseProviders(const ConfigNode& root,
                                                   const Surroundings* files, AppConfig& config) {
  std::map<std::string, ProviderRows> providers;
  for (const auto& [name, node] : root.Members("providers")) {
    const ProviderKind* kind =
        node.OneOf<const ProviderKind*>("type", Choices(BuiltinProviders())).Required();
    ProviderRows& possible = providers[name];  // everything, as long as the type is not known
    if (kind == nullptr) continue;
    ParsedProvider parsed = kind->parse(name, node);
    if (files != nullptr && parsed.check_files) parsed.check_files(node, *files);
    node.Finish();
    const std::span<const MatrixRow> rows = parsed.rows();
    possible = {parsed.matrix_kind, {rows.begin(), rows.end()}};
    config.providers[name] = std::move(parsed);
    config.provider_types[name] = kind->kind;
  }
  if (providers.empty()) root["providers"].Fail("is required: at least one provider by name");
  return providers;
}

std::set<std::string> ParseRegistrars(const ConfigNode& root, AppConfig& config) {
  std::set<std::string> names;
  for (const auto& [name, node] : root.Members("registrars")) {
    names.insert(name);
    const RegistrarKind* kind =
        node.OneOf<const RegistrarKind*>("type", Choices(BuiltinRegistrars())).Required();
    if (kind == nullptr) continue;
    config.registrars[name] = kind->parse(name, node);
    node.Finish();
  }
  if (names.empty()) root["registrars"].Fail("is required: at least one registrar by name");
  return names;
}

void ParseClusters(const ConfigNode& root, const std::map<std::string, ProviderRows>& providers,
                   const std::set<std::string>& registrars, AppConfig& config) {
  std::set<std::string> names;
  for (const ConfigNode& node : root.List("clusters")) {
    ParsedCluster parsed = ParseCluster(node, providers, registrars);
    if (!names.insert(parsed.spec.name).second) {
      node["name"].Fail("the cluster \"" + parsed.spec.name + "\" stands twice");
    }
    config.clusters.push_back(std::move(parsed.spec));
    config.policies.push_back(std::move(parsed.policies.acting));
    config.shadows.push_back(std::move(parsed.policies.shadows));
    RehearsalConfig& rehearsal = config.rehearsals.emplace_back();
    rehearsal.may_flap = parsed.may_flap;
    rehearsal.objective = std::move(parsed.objective);
    rehearsal.path = MemberPath(node.path(), "policies");
    config.conversations.insert(config.conversations.end(), parsed.conversations.begin(),
                                parsed.conversations.end());
  }
  if (names.empty()) root["clusters"].Fail("is required: a list of at least one cluster");
  if (!config.conversations.empty() && config.bus.policies.bind.empty()) {
    root["bus"]["policies"].Fail("is required for the policy " +
                                 config.conversations.front()->policy() +
                                 " of type remote: {bind: [\"tcp://127.0.0.1:5558\"]}");
  }
}

AppConfig ParseRoot(const ConfigNode& root, const Surroundings* files) {
  AppConfig config;
  if (root.Integer("version").Required() != 1 && root.Has("version")) {
    root["version"].Fail("expected 1, the only version of this format");
  }
  config.name = root.String("name").Or(config.name);
  CheckName(root, config.name, 30);  // tokens are made of it, and EC2 takes 64 characters
  config.log_format = ParseLog(root["log"]);
  config.store = ParseStore(root["store"]);
  config.bus = ParseBus(root["bus"]);
  config.serve = ParseServe(root["serve"]);
  ParseControl(root["control"], config.control, config.workers_per_lane);
  config.provision = ParseProvision(root["provision"]);
  config.record = ParseRecord(root["record"]);
  const auto providers = ParseProviders(root, files, config);
  const auto registrars = ParseRegistrars(root, config);
  ParseClusters(root, providers, registrars, config);
  config.traces = ParseTraces(root["traces"]);
  config.webhooks = ParseWebhooks(root, ClusterNames(config));
  config.adapters = adapters::ParseIngest(root["adapters"], ClusterNames(config));
  root.Finish();
  return config;
}

// What is known only once the file was found good. The cluster's part of the tree is kept, to make
// policies of it again.
void CompleteRehearsal(const nlohmann::json& tree, const std::map<std::string, int>& lines,
                       std::size_t i, AppConfig& config) {
  RehearsalConfig& rehearsal = config.rehearsals[i];
  const auto line = lines.find(rehearsal.path);
  if (line != lines.end()) rehearsal.line = line->second;
  const auto own = std::make_shared<const nlohmann::json>(tree.at("clusters").at(i));
  nlohmann::json alike = *own;
  alike.erase("name");
  rehearsal.likeness = alike.dump();
  const PolicyContext context{config.clusters[i].name, config.clusters[i].host_size,
                              config.clusters[i].hypervisor};
  rehearsal.fresh = [own, context] {
    ConfigDocument document(*own, {});
    return ParsePolicies(document.Root(), context);
  };
}

}  // namespace

std::set<std::string> ClusterNames(const AppConfig& config) {
  std::set<std::string> names;
  for (const ClusterSpec& cluster : config.clusters) names.insert(cluster.name);
  return names;
}

ReadConfigResult ReadConfig(std::string_view text, const Surroundings* files) {
  std::map<std::string, int> lines;
  nlohmann::json tree;
  try {
    tree = ReadYaml(text, lines);
  } catch (const std::runtime_error& error) {
    return {std::nullopt, {{"", 0, error.what()}}};
  }
  ConfigDocument document(tree, lines);
  AppConfig config = ParseRoot(document.Root(), files);
  std::vector<ConfigError> errors = document.Errors();
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  config.text = text;
  for (std::size_t i = 0; i < config.clusters.size(); ++i) {
    CompleteRehearsal(tree, lines, i, config);
  }
  return {std::move(config), {}};
}

ReadConfigResult ReadConfigFile(const std::string& path, const Surroundings* files) {
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) {
    return {std::nullopt, {{"", 0, "cannot read " + path + ": " + std::strerror(errno)}}};
  }
  ReadConfigResult read = ReadConfig(text.str(), files);
  if (read.config) read.config->path = path;
  return read;
}

}  // namespace spillway
