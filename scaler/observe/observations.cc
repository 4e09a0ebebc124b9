#include "scaler/observe/observations.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "scaler/observe/reducer.h"

namespace spillway {

namespace {

// A map's node: the value, three pointers and the colour.
constexpr std::size_t kNodeBytes = 4 * sizeof(void*);

std::size_t HeapBytes(const std::string& text) {
  return text.capacity() > std::string().capacity() ? text.capacity() + 1 : 0;
}

std::size_t HeapBytes(const Labels& labels) {
  std::size_t bytes = labels.capacity() * sizeof(Labels::value_type);
  for (const auto& [name, value] : labels) bytes += HeapBytes(name) + HeapBytes(value);
  return bytes;
}

const std::string* Find(const Labels& labels, std::string_view name) {
  for (const auto& label : labels) {
    if (label.first == name) return &label.second;
  }
  return nullptr;
}

bool Carries(const Labels& labels, const Labels& where) {
  return std::all_of(where.begin(), where.end(), [&](const auto& wanted) {
    const std::string* value = Find(labels, wanted.first);
    return value != nullptr && *value == wanted.second;
  });
}

// A series that reports in time, with the value of its grouping label.
struct Reporting {
  std::string_view group;
  const Series* series;
};
using Reporters = std::span<const Reporting>;

// Values of series and of groups on their way to one number.
class Calculation {
 public:
  Calculation(const SignalSpec& spec, Time now)
      : spec_(spec),
        from_(now - spec.window + Duration(1)),
        reducer_(spec.function, spec.quantile) {}

  // Nothing when no series has points enough.
  std::optional<double> Run(std::vector<Reporting>& reporters);

  std::int64_t points() const { return points_; }
  std::int64_t counted() const { return counted_; }
  std::int64_t too_few() const { return too_few_; }

 private:
  void AddGroup(Reporters group);
  // The points of all series as if they were one.
  std::optional<double> Pool(Reporters group);
  std::optional<double> ReduceSeries(const Series& series);
  std::size_t FirstOf(const Series& series) const {
    if (spec_.function == WindowFunction::kLast) return series.size() - 1;
    return series.LowerBound(from_);
  }

  const SignalSpec& spec_;
  const Time from_;
  Reducer reducer_;
  std::vector<double> series_values_;
  std::vector<double> group_values_;
  std::vector<Point> pooled_;
  std::int64_t points_ = 0;
  std::int64_t counted_ = 0;
  std::int64_t too_few_ = 0;
};

std::optional<double> Calculation::Run(std::vector<Reporting>& reporters) {
  if (spec_.across == Combine::kPool) return Pool(reporters);
  if (spec_.group_by.empty()) {
    for (const Reporting& reporter : reporters) AddGroup({&reporter, 1});
  } else {
    std::stable_sort(reporters.begin(), reporters.end(),
                     [](const Reporting& a, const Reporting& b) { return a.group < b.group; });
    for (std::size_t begin = 0, end = 0; begin < reporters.size(); begin = end) {
      while (end < reporters.size() && reporters[end].group == reporters[begin].group) ++end;
      AddGroup(Reporters(reporters).subspan(begin, end - begin));
    }
  }
  if (group_values_.empty()) return std::nullopt;
  return CombineValues(spec_.across, spec_.across_quantile, group_values_);
}

void Calculation::AddGroup(Reporters group) {
  if (spec_.within == Combine::kPool && !spec_.group_by.empty()) {
    if (const auto value = Pool(group)) group_values_.push_back(*value);
    return;
  }
  series_values_.clear();
  for (const Reporting& reporter : group) {
    if (const auto value = ReduceSeries(*reporter.series)) series_values_.push_back(*value);
  }
  if (series_values_.empty()) return;
  group_values_.push_back(series_values_.size() == 1
                              ? series_values_[0]
                              : CombineValues(spec_.within, spec_.across_quantile, series_values_));
}

std::optional<double> Calculation::Pool(Reporters group) {
  pooled_.clear();
  for (const Reporting& reporter : group) {
    const std::size_t before = pooled_.size();
    for (std::size_t i = FirstOf(*reporter.series); i < reporter.series->size(); ++i) {
      pooled_.push_back((*reporter.series)[i]);
    }
    ++(pooled_.size() > before ? counted_ : too_few_);
  }
  if (spec_.function == WindowFunction::kRate || spec_.function == WindowFunction::kLast) {
    std::stable_sort(pooled_.begin(), pooled_.end(),
                     [](const Point& a, const Point& b) { return a.time < b.time; });
  }
  for (const Point& point : pooled_) reducer_.Add(point);
  points_ += static_cast<std::int64_t>(pooled_.size());
  return reducer_.Take();
}

std::optional<double> Calculation::ReduceSeries(const Series& series) {
  for (std::size_t i = FirstOf(series); i < series.size(); ++i) reducer_.Add(series[i]);
  const auto points = static_cast<std::int64_t>(reducer_.size());
  const std::optional<double> value = reducer_.Take();
  ++(value ? counted_ : too_few_);
  if (value) points_ += points;
  return value;
}

}  // namespace

Observations::Observations(std::size_t points_per_series) : points_per_series_(points_per_series) {}

Signal Observations::Evaluate(const std::string& cluster, const SignalSpec& spec, Time now) const {
  Signal signal;
  signal.name = spec.name;
  std::vector<Reporting> reporters;
  Time newest = kDistantPast;
  bool seen = false;
  if (const std::vector<SeriesId>* ids = SeriesOf(cluster, spec.metric)) {
    for (const SeriesId id : *ids) {
      const Entry& entry = entries_[id];
      if (entry.series->empty() || !Carries(entry.labels, spec.where)) continue;
      const Time last = entry.series->newest().time;
      seen = true;
      newest = std::max(newest, last);
      if (now - last <= spec.max_age) {
        const std::string* group =
            spec.group_by.empty() ? nullptr : Find(entry.labels, spec.group_by);
        reporters.push_back({group ? *group : std::string_view(), &*entry.series});
      } else if (now - last <= spec.forget_after) {
        ++signal.silent;
      }
    }
  }
  if (!seen) return signal;
  signal.age = std::max(Duration(0), now - newest);
  if (reporters.empty()) {
    signal.state = SignalState::kStale;
    return signal;
  }

  Calculation calculation(spec, now);
  const std::optional<double> value = calculation.Run(reporters);
  signal.points = calculation.points();
  signal.series = calculation.counted();
  if (!value) {
    signal.age = Duration(0);
  } else if (!std::isfinite(*value)) {
    signal.state = SignalState::kNotFinite;
  } else {
    const bool whole = signal.silent == 0 && calculation.too_few() == 0;
    signal.state = whole ? SignalState::kFresh : SignalState::kPartial;
    signal.value = *value;
  }
  return signal;
}

std::map<std::string, double> Observations::LastByLabel(const std::string& cluster,
                                                        const std::string& metric,
                                                        const std::string& label, Duration max_age,
                                                        Time now) const {
  std::map<std::string, Point> last;
  if (const std::vector<SeriesId>* ids = SeriesOf(cluster, metric)) {
    for (const SeriesId id : *ids) {
      const Entry& entry = entries_[id];
      const std::string* value = Find(entry.labels, label);
      if (value == nullptr || entry.series->empty()) continue;
      const Point& point = entry.series->newest();
      if (now - point.time > max_age) continue;
      const auto [it, is_new] = last.try_emplace(*value, point);
      if (!is_new && point.time > it->second.time) it->second = point;
    }
  }
  std::map<std::string, double> values;
  for (const auto& [name, point] : last) values.emplace(name, point.value);
  return values;
}

std::vector<Observations::Newest> Observations::NewestOfEach(const std::string& cluster,
                                                             const std::string& metric,
                                                             Duration max_age, Time now) const {
  std::vector<Newest> all;
  const std::vector<SeriesId>* ids = SeriesOf(cluster, metric);
  if (ids == nullptr) return all;
  for (const SeriesId id : *ids) {
    const Entry& entry = entries_[id];
    if (entry.series->empty() || now - entry.series->newest().time > max_age) continue;
    all.push_back({&entry.labels, entry.series->newest()});
  }
  return all;
}

std::size_t Observations::bytes() const {
  std::size_t bytes = entries_.capacity() * (sizeof(Entry) - sizeof(Series));
  bytes += (entries_.capacity() - series_count_) * sizeof(Series);
  bytes += series_count_ * Series::BytesFor(points_per_series_);
  for (const Entry& entry : entries_) bytes += HeapBytes(entry.labels);
  for (const auto& [name, cluster] : clusters_) {
    bytes += kNodeBytes + sizeof(decltype(clusters_)::value_type) + HeapBytes(name) * 2;
    for (const auto& [metric, ids] : cluster.metrics) {
      bytes += kNodeBytes + sizeof(SeriesOfMetric::value_type) + HeapBytes(metric);
      bytes += ids.capacity() * sizeof(SeriesId);
    }
  }
  return bytes;
}

void Observations::Announce(const SeriesAnnouncement& announcement) {
  if (announcement.id >= entries_.size()) entries_.resize(announcement.id + 1);
  Retire(announcement.id);
  const SeriesKey& key = announcement.key;
  Cluster& cluster = clusters_[key.cluster];
  if (cluster.name.empty()) cluster.name = key.cluster;
  Entry& entry = entries_[announcement.id];
  entry.series.emplace(points_per_series_);
  entry.cluster = &cluster;
  entry.metric = cluster.metrics.try_emplace(key.metric).first;
  entry.position = entry.metric->second.size();
  entry.metric->second.push_back(announcement.id);
  entry.labels = key.labels;
  ++series_count_;
}

void Observations::Retire(SeriesId id) {
  if (id >= entries_.size() || !entries_[id].series) return;
  Entry& entry = entries_[id];
  std::vector<SeriesId>& ids = entry.metric->second;
  ids[entry.position] = ids.back();
  entries_[ids.back()].position = entry.position;
  ids.pop_back();
  if (ids.empty()) entry.cluster->metrics.erase(entry.metric);
  entry = Entry{};
  --series_count_;
}

const std::vector<SeriesId>* Observations::SeriesOf(const std::string& cluster,
                                                    const std::string& metric) const {
  const auto of_cluster = clusters_.find(cluster);
  if (of_cluster == clusters_.end()) return nullptr;
  const auto of_metric = of_cluster->second.metrics.find(metric);
  return of_metric == of_cluster->second.metrics.end() ? nullptr : &of_metric->second;
}

}  // namespace spillway
