#include "bus/adapters/mapping.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bus/adapters/influx/line_protocol.h"
#include "scaler/runtime/yaml.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// An adapter's configuration, a line "---", and readings as InfluxDB has them.
void EatMapping(std::string_view bytes) {
  const auto [yaml, text] = SplitAt(bytes, "\n---\n");
  std::map<std::string, int> lines;
  nlohmann::json tree;
  try {
    tree = ReadYaml(yaml, lines);
  } catch (const std::runtime_error&) {
    return;  // no YAML, which is said so
  }
  ConfigDocument document(tree, lines);
  const adapters::Mapping mapping(document.Root(), {"edge", "core"});
  if (!document.Errors().empty()) return;
  for (const adapters::Reading& reading : adapters::ReadInfluxLines(text, 1).readings) {
    const auto mapped = mapping.Map(reading);
    if (const auto* sample = std::get_if<adapters::MappedSample>(&mapped)) {
      Require(!sample->key.metric.empty(), "a sample has a name");
    }
  }
}

}  // namespace spillway::fuzz
