#include "bus/adapters/statsd/statsd.h"

#include <algorithm>
#include <utility>

#include "bus/adapters/percentiles.h"
#include "bus/adapters/statsd/gathered_series.h"

namespace spillway::adapters {
namespace {

class Statsd final : public DatagramAdapter {
 public:
  Statsd(DatagramDoorConfig door, GatherConfig config)
      : door_(std::move(door)), gathered_(std::move(config)) {}

  const DatagramDoorConfig& door() const override { return door_; }

  void Take(std::string_view datagram, std::vector<Lost>& lost) override {
    while (!datagram.empty()) {
      std::string_view line = datagram.substr(0, datagram.find('\n'));
      datagram.remove_prefix(std::min(datagram.size(), line.size() + 1));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty()) TakeLine(line, lost);
    }
  }

  std::vector<Reading> Flush(Duration elapsed) override { return gathered_.Flush(elapsed); }

 private:
  void TakeLine(std::string_view text, std::vector<Lost>& lost) {
    std::variant<StatsdLine, Lost> line = ReadStatsdLine(text);
    if (auto* bad = std::get_if<Lost>(&line)) {
      lost.push_back(std::move(*bad));
    } else {
      gathered_.Add(std::get<StatsdLine>(line), lost);
    }
  }

  const DatagramDoorConfig door_;
  GatheredSeries gathered_;
};

}  // namespace

ParsedAdapter ParseStatsd(const ConfigNode& node) {
  constexpr std::int64_t kMost = 1'000'000;
  constexpr Duration kLongest = std::chrono::hours(24);
  DatagramDoorConfig door;
  door.port = 8125;
  door = ParseDatagramDoor(node, door);
  GatherConfig config;
  config.percentiles = ParsePercentiles(node);
  config.max_series = node.Integer("max_series").Between(1, kMost).Or(config.max_series);
  config.max_members = node.Integer("max_members").Between(1, kMost).Or(config.max_members);
  config.zeros_for = node.DurationOf("zeros_for").AtMost(kLongest).Or(config.zeros_for);
  config.gauges_for = node.DurationOf("gauges_for").AtMost(kLongest).Or(config.gauges_for);
  ParsedAdapter parsed;
  parsed.datagram = std::make_unique<Statsd>(std::move(door), std::move(config));
  return parsed;
}

}  // namespace spillway::adapters
