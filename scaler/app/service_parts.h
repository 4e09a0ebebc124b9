// What the service is made of, each part out of its place in the configuration.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "bus/context.h"
#include "scaler/app/app_config.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"
#include "scaler/runtime/random.h"
#include "scaler/store/store.h"

namespace spillway {

// Throws StoreError.
std::unique_ptr<Store> OpenStore(const AppConfig& config, Random& random);

ProviderSet MakeProviders(const AppConfig& config, const PluginContext& context);
RegistrarSet MakeRegistrars(const AppConfig& config, const PluginContext& context);

// Nothing: the bus speaks plain text. Throws std::runtime_error when the key cannot be read.
std::optional<bus::Security> ReadSecurity(const BusConfig& config);

// Where samples come in: over the network, and from the adapters beside it.
bus::SubscriberConfig Inbound(const AppConfig& config);

// Counts and logs who is not let in. Both outlive it.
bus::ContextWatcher TellOfConnections(Metrics& metrics, Log& log);

// Those of `after` that were there before with another objective.
std::set<std::string> ClustersOfOtherObjectives(const AppConfig& before, const AppConfig& after);

}  // namespace spillway
