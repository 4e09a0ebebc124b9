// The adapters there are: kind -> how it is read. The whole list stands in builtin.cc; a new one is
// a folder and a line there.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "bus/adapters/datagram_adapter.h"
#include "bus/adapters/http_adapter.h"
#include "bus/adapters/pulled_source.h"
#include "scaler/runtime/config_node.h"

namespace spillway::adapters {

// One of them is set, unless there were errors that leave none.
struct ParsedAdapter {
  std::unique_ptr<HttpAdapter> http = {};
  std::unique_ptr<DatagramAdapter> datagram = {};
  std::optional<ParsedPull> pull = {};
};

struct AdapterKind {
  std::string_view kind;
  // Reads the keys of this kind alone and records errors in `node`; Finish() is the caller's.
  ParsedAdapter (*parse)(const ConfigNode& node);
};

std::span<const AdapterKind> BuiltinAdapters();

}  // namespace spillway::adapters
