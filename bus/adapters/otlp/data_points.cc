#include "bus/adapters/otlp/data_points.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "bus/adapters/otlp/histogram_quantile.h"
#include "bus/adapters/otlp/metrics.pb.h"
#include "bus/adapters/percentiles.h"

namespace spillway::adapters {
namespace {

// AggregationTemporality: since the last report, or since the start.
constexpr int kDelta = 1;
constexpr int kCumulative = 2;
// DataPointFlags: the series has ended.
constexpr std::uint32_t kNoRecordedValue = 1;

std::optional<std::string> Text(const otlp::AnyValue& value) {
  switch (value.value_case()) {
    case otlp::AnyValue::kStringValue: return value.string_value();
    case otlp::AnyValue::kBoolValue: return value.bool_value() ? "true" : "false";
    case otlp::AnyValue::kIntValue: return std::to_string(value.int_value());
    case otlp::AnyValue::kDoubleValue: return fmt::format("{}", value.double_value());
    case otlp::AnyValue::VALUE_NOT_SET: break;
  }
  return std::nullopt;
}

template <class Attributes>
void AddLabels(Labels& labels, const Attributes& attributes) {
  for (const otlp::KeyValue& attribute : attributes) {
    if (auto text = Text(attribute.value())) AddLabel(labels, attribute.key(), std::move(*text));
  }
}

Labels LabelsAround(const otlp::Resource& resource, const otlp::Scope& scope) {
  Labels labels;
  AddLabels(labels, scope.attributes());
  if (!scope.name().empty()) AddLabel(labels, "otel.scope.name", scope.name());
  AddLabels(labels, resource.attributes());
  return labels;
}

std::size_t BytesOf(const Reading& reading) {
  std::size_t bytes = sizeof(Reading) + reading.metric.size();
  for (const auto& [name, value] : reading.labels) {
    bytes += sizeof(Labels::value_type) + name.size() + value.size();
  }
  return bytes;
}

// One value of a point.
struct Figure {
  std::string suffix;  // of the metric's name
  double value = 0;
  bool is_sum = true;         // of what came in the time of a delta
  std::string quantile = "";  // as a label
};

std::vector<Figure> FiguresOf(const otlp::NumberDataPoint& point) {
  switch (point.value_case()) {
    case otlp::NumberDataPoint::kAsDouble: return {{"", point.as_double()}};
    case otlp::NumberDataPoint::kAsInt: return {{"", static_cast<double>(point.as_int())}};
    case otlp::NumberDataPoint::VALUE_NOT_SET: break;
  }
  return {};
}

// Of a histogram of either kind.
template <class Point>
std::vector<Figure> FiguresOf(const Point& point) {
  std::vector<Figure> figures = {{"_count", static_cast<double>(point.count())}};
  if (point.has_sum()) figures.push_back({"_sum", point.sum()});
  return figures;
}

std::vector<Figure> FiguresOf(const otlp::SummaryDataPoint& point) {
  std::vector<Figure> figures = {{"_count", static_cast<double>(point.count())},
                                 {"_sum", point.sum()}};
  for (const auto& at : point.quantile_values()) {
    figures.push_back({"", at.value(), false, QuantileText(at.quantile())});
  }
  return figures;
}

CountedBuckets BucketsOf(const otlp::HistogramDataPoint& point) {
  return {{point.bucket_counts().begin(), point.bucket_counts().end()},
          {point.explicit_bounds().begin(), point.explicit_bounds().end()}};
}

// What else a delta tells: of numbers and summaries nothing.
template <class Point>
void AddMean(const Point& point, std::vector<Figure>& figures) {
  if (!point.has_sum() || point.count() == 0) return;
  figures.push_back({"_mean", point.sum() / static_cast<double>(point.count()), false});
}
void AddOfDelta(const otlp::HistogramDataPoint& point, const std::vector<int>& percentiles,
                std::vector<Figure>& figures) {
  AddMean(point, figures);
  const CountedBuckets buckets = BucketsOf(point);
  if (buckets.bounds.empty() || buckets.total() == 0) return;
  for (const int percentile : percentiles) {
    const double q = percentile / 100.0;
    figures.push_back({"", QuantileOf(buckets, q), false, QuantileText(q)});
  }
}
void AddOfDelta(const otlp::ExponentialHistogramDataPoint& point, const std::vector<int>&,
                std::vector<Figure>& figures) {
  AddMean(point, figures);
}
template <class Point>
void AddOfDelta(const Point&, const std::vector<int>&, std::vector<Figure>&) {}

// Whether what a point has beside its figures fits together.
bool IsSound(const otlp::HistogramDataPoint& point) {
  return point.bucket_counts().empty() || BucketsOf(point).is_sound();
}
template <class Point>
bool IsSound(const Point&) {
  return true;
}

std::optional<Time> TimeOf(std::uint64_t unix_nano) {
  if (unix_nano == 0) return std::nullopt;
  return Time(Duration(static_cast<std::int64_t>(unix_nano / 1'000'000)));
}

class Reader {
 public:
  Reader(const std::vector<int>& percentiles, std::size_t max_bytes)
      : percentiles_(percentiles), bytes_left_(max_bytes) {}

  void Read(const otlp::ResourceMetrics& resource) {
    for (const otlp::ScopeMetrics& scope : resource.scope_metrics()) {
      around_ = LabelsAround(resource.resource(), scope.scope());
      for (const otlp::Metric& metric : scope.metrics()) ReadMetric(metric);
    }
  }

  bool is_full() const { return is_full_; }
  OtlpReadings Take() { return std::move(read_); }

 private:
  void ReadMetric(const otlp::Metric& metric) {
    switch (metric.data_case()) {
      case otlp::Metric::kGauge: return ReadPoints(metric, metric.gauge(), kCumulative);
      case otlp::Metric::kSum: return ReadSums(metric, metric.sum());
      case otlp::Metric::kHistogram: return ReadSums(metric, metric.histogram());
      case otlp::Metric::kExponentialHistogram:
        return ReadSums(metric, metric.exponential_histogram());
      case otlp::Metric::kSummary: return ReadPoints(metric, metric.summary(), kCumulative);
      case otlp::Metric::DATA_NOT_SET: return;  // of no kind that we know
    }
  }

  template <class Data>
  void ReadSums(const otlp::Metric& metric, const Data& data) {
    ReadPoints(metric, data, data.aggregation_temporality());
  }

  template <class Data>
  void ReadPoints(const otlp::Metric& metric, const Data& data, int temporality) {
    for (const auto& point : data.data_points()) {
      if (is_full_) return;
      ++read_.points;
      if ((point.flags() & kNoRecordedValue) != 0) {
        read_.lost.push_back({Loss::kStale, metric.name()});
      } else if (const std::string wrong = WhatIsWrong(metric, point, temporality);
                 !wrong.empty()) {
        ++read_.rejected_points;
        read_.lost.push_back({Loss::kBadReading, metric.name() + ": expected " + wrong});
      } else {
        AddPoint(metric, point, temporality);
      }
    }
  }

  // What was expected; empty: all is there.
  template <class Point>
  static std::string WhatIsWrong(const otlp::Metric& metric, const Point& point, int temporality) {
    if (metric.name().empty()) return "a name of the metric";
    if (FiguresOf(point).empty()) return "a value";
    if (!IsSound(point)) return "bounds that rise, and one count more than bounds";
    if (temporality != kDelta && temporality != kCumulative) {
      return "the temporality delta (1) or cumulative (2)";
    }
    const bool has_length =
        point.start_time_unix_nano() != 0 && point.start_time_unix_nano() < point.time_unix_nano();
    return temporality == kDelta && !has_length ? "the start of a delta, before its time" : "";
  }

  template <class Point>
  void AddPoint(const otlp::Metric& metric, const Point& point, int temporality) {
    Reading reading;
    AddLabels(reading.labels, point.attributes());
    for (const auto& [name, value] : around_) AddLabel(reading.labels, name, value);
    reading.time = TimeOf(point.time_unix_nano());
    const bool is_delta = temporality == kDelta;
    const double seconds =
        static_cast<double>(point.time_unix_nano() - point.start_time_unix_nano()) * 1e-9;
    std::vector<Figure> figures = FiguresOf(point);
    if (is_delta) AddOfDelta(point, percentiles_, figures);
    for (const Figure& figure : figures) {
      const bool is_rate = is_delta && figure.is_sum;
      Reading one = reading;
      one.metric = metric.name() + figure.suffix + (is_rate ? "_per_second" : "");
      one.value = is_rate ? figure.value / seconds : figure.value;
      if (!figure.quantile.empty()) AddLabel(one.labels, kQuantileLabel, figure.quantile);
      Add(std::move(one));
    }
  }

  void Add(Reading reading) {
    const std::size_t bytes = BytesOf(reading);
    is_full_ = is_full_ || bytes > bytes_left_;
    if (is_full_) return;
    bytes_left_ -= bytes;
    read_.readings.push_back(std::move(reading));
  }

  const std::vector<int>& percentiles_;
  std::size_t bytes_left_;
  bool is_full_ = false;
  Labels around_;  // of what is being read
  OtlpReadings read_;
};

}  // namespace

std::variant<OtlpReadings, Lost> ReadOtlp(const otlp::ExportMetricsServiceRequest& request,
                                          const std::vector<int>& percentiles,
                                          std::size_t max_bytes) {
  Reader reader(percentiles, max_bytes);
  for (const otlp::ResourceMetrics& resource : request.resource_metrics()) reader.Read(resource);
  if (!reader.is_full()) return reader.Take();
  return Lost{Loss::kTooLarge, "with the attributes of each point this is more than " +
                                   std::to_string(max_bytes) + " bytes"};
}

}  // namespace spillway::adapters
