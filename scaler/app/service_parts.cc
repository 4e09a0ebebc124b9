#include "scaler/app/service_parts.h"

#include <utility>

#include "bus/adapters/feed.h"
#include "scaler/store/memory_store.h"
#include "scaler/store/sqlite_store.h"

namespace spillway {

std::unique_ptr<Store> OpenStore(const AppConfig& config, Random& random) {
  const std::string new_id = config.name + "-" + random.Hex(8);
  if (config.store.kind == StoreKind::kMemory) return std::make_unique<MemoryStore>(new_id);
  return OpenSqliteStore(config.store.path, StoreMode::kReadWrite, new_id);
}

ProviderSet MakeProviders(const AppConfig& config, const PluginContext& context) {
  ProviderSet set;
  for (const auto& [name, parsed] : config.providers) set[name] = parsed.make(context);
  return set;
}

RegistrarSet MakeRegistrars(const AppConfig& config, const PluginContext& context) {
  RegistrarSet set;
  for (const auto& [name, make] : config.registrars) set[name] = make(context);
  return set;
}

std::optional<bus::Security> ReadSecurity(const BusConfig& config) {
  if (!config.security) return std::nullopt;
  const BusSecurityConfig& files = *config.security;
  return bus::Security{bus::ReadKeyFile(files.key_file), files.clients_file};
}

bus::SubscriberConfig Inbound(const AppConfig& config) {
  bus::SubscriberConfig inbound = config.bus.subscriber;
  if (config.adapters.sources.empty()) return inbound;
  inbound.inbound.push_back({bus::SocketKind::kPull, true, adapters::kFeedAddress, {}});
  return inbound;
}

std::set<std::string> ClustersOfOtherObjectives(const AppConfig& before, const AppConfig& after) {
  std::set<std::string> others;
  for (std::size_t i = 0; i < after.clusters.size(); ++i) {
    for (std::size_t k = 0; k < before.clusters.size(); ++k) {
      if (before.clusters[k].name != after.clusters[i].name) continue;
      if (before.rehearsals[k].objective == after.rehearsals[i].objective) continue;
      others.insert(after.clusters[i].name);
    }
  }
  return others;
}

bus::ContextWatcher TellOfConnections(Metrics& metrics, Log& log) {
  Counter refused = metrics.GetCounter("spillway_bus_refused_connections_total",
                                       "Connections to the bus without a key that may come in.");
  return {[refused, &log](const std::string& who, const std::string& address) mutable {
            refused.Add();
            log.Limited(LogLevel::kWarning, "bus.refused", {{"key", who}, {"address", address}});
          },
          [&log](const std::string& why) {
            log.Limited(LogLevel::kError, "bus.clients_unreadable", {{"error", why}});
          }};
}

}  // namespace spillway
