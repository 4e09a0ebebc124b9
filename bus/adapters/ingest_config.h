// The part `adapters:` of the configuration, typed.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "bus/adapters/builtin.h"
#include "bus/adapters/mapping.h"
#include "bus/adapters/token.h"
#include "scaler/runtime/config_node.h"
#include "scaler/runtime/http_server.h"

namespace spillway::adapters {

struct SourceConfig {
  std::string name;  // over HTTP the first part of the path that it is sent to
  std::string type;
  ParsedAdapter adapter;
  Mapping mapping;
  SecretSource token;  // what senders must know, or what we say where we ask
};

struct IngestConfig {
  HttpPlace place{.port = 9465};
  std::size_t max_body_bytes = 4 << 20;       // as it comes
  std::size_t max_unpacked_bytes = 32 << 20;  // after decompression
  std::vector<SourceConfig> sources;          // none: nobody listens
};

// `clusters`: those there are.
IngestConfig ParseIngest(const ConfigNode& node, const std::set<std::string>& clusters);

}  // namespace spillway::adapters
