#include "bus/adapters/statsd/gathered_series.h"

#include <algorithm>
#include <functional>

#include "bus/adapters/percentiles.h"

namespace spillway::adapters {
namespace {

double PerSecond(double count, Duration elapsed) {
  return count / Seconds(std::max(elapsed, Duration(1)));
}

}  // namespace

GatheredSeries::Kind GatheredSeries::KindOf(StatsdType type) {
  switch (type) {
    case StatsdType::kCounter: return Kind::kCounter;
    case StatsdType::kGauge:
    case StatsdType::kGaugeChange: return Kind::kGauge;
    case StatsdType::kTimer: return Kind::kTimer;
    case StatsdType::kSet: return Kind::kSet;
  }
  return Kind::kCounter;
}

// How long a series to which nothing is added stays.
Duration GatheredSeries::KeptFor(Kind kind) const {
  if (kind == Kind::kCounter) return config_.zeros_for;
  return kind == Kind::kGauge ? config_.gauges_for : Duration(0);
}

void GatheredSeries::Add(const StatsdLine& line, std::vector<Lost>& lost) {
  const Key key{KindOf(line.type), line.name, line.tags};
  auto found = series_.find(key);
  if (found == series_.end()) {
    if (series_.size() >= config_.max_series) {
      lost.push_back({Loss::kTooMany, line.name + " would be one series too many"});
      return;
    }
    found = series_.emplace(key, Series{}).first;
  }
  Series& series = found->second;
  series.is_touched = true;
  if (line.type == StatsdType::kSet) return AddMember(line, series, lost);
  for (const double value : line.values) {
    switch (line.type) {
      case StatsdType::kCounter: series.number += value * line.weight; break;
      case StatsdType::kGauge: series.number = value; break;
      case StatsdType::kGaugeChange: series.number += value; break;
      case StatsdType::kTimer: series.values.Add(value, line.weight); break;
      case StatsdType::kSet: break;  // has no values
    }
  }
}

void GatheredSeries::AddMember(const StatsdLine& line, Series& series, std::vector<Lost>& lost) {
  const std::size_t hash = std::hash<std::string>()(line.member);
  if (series.members.contains(hash)) return;
  if (members_ >= config_.max_members) {
    lost.push_back({Loss::kTooMany, line.name + " would have one member too many"});
    return;
  }
  ++members_;
  series.members.insert(hash);
}

std::vector<Reading> GatheredSeries::Flush(Duration elapsed) {
  std::vector<Reading> readings;
  for (auto it = series_.begin(); it != series_.end();) {
    auto& [key, series] = *it;
    const Kind kind = std::get<Kind>(key);
    series.idle = series.is_touched ? Duration(0) : series.idle + elapsed;
    const bool is_kept = series.is_touched || series.idle <= KeptFor(kind);
    if (series.is_touched || (is_kept && kind == Kind::kCounter)) {
      Tell(key, series, elapsed, readings);
    }
    Series next;
    next.idle = series.idle;
    if (kind == Kind::kGauge) next.number = series.number;
    series = std::move(next);
    it = is_kept && KeptFor(kind) > Duration(0) ? std::next(it) : series_.erase(it);
  }
  members_ = 0;
  return readings;
}

void GatheredSeries::Tell(const Key& key, const Series& series, Duration elapsed,
                          std::vector<Reading>& readings) const {
  const auto& [kind, name, tags] = key;
  switch (kind) {
    case Kind::kCounter:
      readings.push_back({name + "_per_second", tags, PerSecond(series.number, elapsed)});
      break;
    case Kind::kGauge: readings.push_back({name, tags, series.number}); break;
    case Kind::kTimer: TellTimer(key, series, elapsed, readings); break;
    case Kind::kSet:
      readings.push_back({name + "_count", tags, static_cast<double>(series.members.size())});
      break;
  }
}

void GatheredSeries::TellTimer(const Key& key, const Series& series, Duration elapsed,
                               std::vector<Reading>& readings) const {
  const auto& [kind, name, tags] = key;
  const ValueSketch& values = series.values;
  readings.push_back({name + "_per_second", tags, PerSecond(values.count(), elapsed)});
  readings.push_back({name + "_mean", tags, values.mean()});
  readings.push_back({name + "_max", tags, values.max()});
  for (const int percentile : config_.percentiles) {
    const double q = percentile / 100.0;
    Reading& reading = readings.emplace_back(Reading{name, tags, values.Quantile(q)});
    AddLabel(reading.labels, kQuantileLabel, QuantileText(q));
  }
}

}  // namespace spillway::adapters
