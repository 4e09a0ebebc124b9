// A line of StatsD: `name:value|type|@rate|#tag:value,other`.
// Sources: github.com/statsd/statsd, "Metric types"; docs.datadoghq.com, "DogStatsD protocol".
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bus/adapters/reading.h"

namespace spillway::adapters {

enum class StatsdType { kCounter, kGauge, kGaugeChange, kTimer, kSet };

struct StatsdLine {
  std::string name;
  Labels tags;  // sorted by name, each name once
  StatsdType type = StatsdType::kCounter;
  std::vector<double> values;  // several of them stand between colons; none of a set
  std::string member;          // of a set
  double weight = 1;           // how many each value stands for: one by the sample rate
};

// Pure. What it gives for a bad line, or for an event or service check of DogStatsD, is why it is
// none. `line` has no newline.
std::variant<StatsdLine, Lost> ReadStatsdLine(std::string_view line);

}  // namespace spillway::adapters
