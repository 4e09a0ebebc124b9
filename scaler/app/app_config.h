// The whole configuration file, typed. config/spillway.yaml is its commented reference.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bus/adapters/ingest_config.h"
#include "providers/builtin.h"
#include "scaler/app/bus_config.h"
#include "scaler/app/cluster_config.h"
#include "scaler/control/control_loop.h"
#include "scaler/control/history.h"
#include "scaler/model/cluster.h"
#include "scaler/notify/config.h"
#include "scaler/provision/config.h"
#include "scaler/record/segments.h"
#include "scaler/runtime/config_node.h"
#include "scaler/runtime/log.h"
#include "scaler/trace/config.h"

namespace spillway {

enum class StoreKind { kSqlite, kMemory };

struct StoreConfig {
  StoreKind kind = StoreKind::kSqlite;
  std::string path = "spillway.db";
};

struct ServeConfig {
  HttpPlace place{.port = 9464};
  bool open_metrics = false;  // /metrics is answered without a token
  HistoryConfig history;
};

// What a rehearsal of a cluster needs to know.
struct RehearsalConfig {
  std::function<ParsedPolicies()> fresh;  // made anew: they have learned nothing
  bool may_flap = false;
  std::optional<Objective> objective;
  std::string likeness;  // the same for clusters that differ by their names alone
  std::string path;      // of the policies, in the file
  int line = 0;
};

struct AppConfig {
  std::string text;               // of the file
  std::string path;               // of it; empty: it was read from nowhere, and cannot be again
  std::string name = "spillway";  // of this deployment; part of the tag on every machine
  LogFormat log_format = LogFormat::kText;
  StoreConfig store;
  BusConfig bus;
  adapters::IngestConfig adapters;
  ServeConfig serve;
  ControlConfig control;
  ProvisionConfig provision;
  std::optional<RecordConfig> record;  // nothing: it is not recorded
  std::vector<WebhookConfig> webhooks;
  std::optional<TracesConfig> traces;  // nothing: nobody is told
  int workers_per_lane = 8;
  std::map<std::string, ParsedProvider> providers;
  std::map<std::string, std::string> provider_types;  // of each, the word in the configuration
  std::map<std::string, MakeRegistrar> registrars;
  std::vector<ClusterSpec> clusters;
  // Of each cluster, in the same order: what acts, what is only asked, and how both are rehearsed.
  std::vector<PolicyList> policies;
  std::vector<PolicyList> shadows;
  std::vector<RehearsalConfig> rehearsals;
  Conversations conversations;  // of all policies in other processes, shadows too
};

// What the bus takes samples for.
std::set<std::string> ClusterNames(const AppConfig& config);

struct ReadConfigResult {
  std::optional<AppConfig> config;  // nothing when there are errors
  std::vector<ConfigError> errors;  // in the order of lines
};

// Reads `text` (YAML). Asks nobody, and opens nothing but the scripts of policies and, where
// `files` is given, the files in which the configuration of a provider goes on.
ReadConfigResult ReadConfig(std::string_view text, const Surroundings* files = nullptr);

// The same from a file; a file that cannot be read is an error, too.
ReadConfigResult ReadConfigFile(const std::string& path, const Surroundings* files = nullptr);

}  // namespace spillway
