// The part `bus:` of the configuration.
#pragma once

#include <optional>
#include <string>

#include "bus/publisher.h"
#include "bus/router.h"
#include "bus/subscriber.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// CURVE on every socket of the bus; the files are read when the service starts.
struct BusSecurityConfig {
  std::string key_file;      // ours; `spillway keys new` makes it
  std::string clients_file;  // who may come; bus/curve.h
};

struct BusConfig {
  bus::SubscriberConfig subscriber;
  bus::PublisherConfig publisher;
  bus::RouterConfig policies;  // where other processes serve policies; without `bind`: nowhere
  Duration heartbeat = std::chrono::seconds(5);
  std::optional<BusSecurityConfig> security;  // nothing: plain text
};

// Refuses plain text beyond this machine unless `plain_text: true` says that it is meant.
BusConfig ParseBus(const ConfigNode& node);

}  // namespace spillway
