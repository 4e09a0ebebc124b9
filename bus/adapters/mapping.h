// What of another system's readings we want, and what it is called here: the same rules for every
// adapter. README.md says how they stand in the configuration.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bus/adapters/pattern.h"
#include "bus/adapters/reading.h"
#include "scaler/runtime/config_node.h"

namespace spillway::adapters {

// Which cluster a reading is of.
struct ClusterFrom {
  std::string name;   // always this one; or
  std::string label;  // the value of this label, which is then no label of the sample
  bool is_missing() const { return name.empty() && label.empty(); }
};

struct MapRule {
  Pattern metric;
  std::vector<std::pair<std::string, Pattern>> where;  // a label that is not there is ""
  bool drop = false;
  std::string rename;  // each * of it is what the same * of `metric` stood for; empty: as it was
  double scale = 1;
  double offset = 0;  // value * scale + offset
  ClusterFrom cluster;
  std::vector<std::pair<std::string, std::string>> rename_labels;  // from, to
  std::optional<std::vector<std::string>> labels;  // those that are kept, as renamed; nothing: all
};

// Reads `cluster` and `map` of an adapter's configuration. `clusters`: those there are.
class Mapping {
 public:
  Mapping(const ConfigNode& adapter, const std::set<std::string>& clusters);

  // The first rule that fits decides. Without rules, everything is taken as it is.
  std::variant<MappedSample, Lost> Map(const Reading& reading) const;

 private:
  std::vector<MapRule> rules_;
};

}  // namespace spillway::adapters
