// The part `traces:` of the configuration, typed.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "scaler/model/time.h"
#include "scaler/runtime/config_node.h"
#include "scaler/runtime/secret_source.h"

namespace spillway {

struct TracesConfig {
  std::string endpoint;                         // "http://127.0.0.1:4318"; /v1/traces is added
  std::map<std::string, SecretSource> headers;  // by name: what the collector knows us by
  std::string ca_file;                          // empty: the system's
  double share = 1.0;                           // of all traces
  Duration send_every = std::chrono::seconds(5);
  Duration timeout = std::chrono::seconds(10);
};

// Nothing: there are none.
std::optional<TracesConfig> ParseTraces(const ConfigNode& node);

}  // namespace spillway
