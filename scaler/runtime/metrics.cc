#include "scaler/runtime/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <set>

namespace spillway {
namespace {

const prometheus::Histogram::BucketBoundaries& DurationBuckets() {
  static const prometheus::Histogram::BucketBoundaries kSeconds = {
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,  1,
      2.5,   5,      10,    30,   60,    120,  300, 600,  1800, 3600};
  return kSeconds;
}

}  // namespace

struct Metrics::Impl {
  // The registry gives back what it has when it is asked for the same name and labels again.
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};

  struct GaugeFamily {
    prometheus::Family<prometheus::Gauge>* family = nullptr;
    std::set<prometheus::Gauge*> gauges;
  };
  std::mutex mutex;  // guards gauges_by_name
  std::map<std::string, GaugeFamily> gauges_by_name;
};

void Counter::Add(double n) {
  if (metric_ != nullptr) static_cast<prometheus::Counter*>(metric_)->Increment(n);
}

void Gauge::Set(double value) {
  if (metric_ != nullptr) static_cast<prometheus::Gauge*>(metric_)->Set(value);
}

void Histogram::Observe(double value) {
  if (metric_ != nullptr) static_cast<prometheus::Histogram*>(metric_)->Observe(value);
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter Metrics::GetCounter(const std::string& name, const std::string& help,
                            const MetricLabels& labels) {
  Counter counter;
  counter.metric_ =
      &prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add(labels);
  return counter;
}

Gauge Metrics::GetGauge(const std::string& name, const std::string& help,
                        const MetricLabels& labels) {
  const std::lock_guard lock(impl_->mutex);
  Impl::GaugeFamily& known = impl_->gauges_by_name[name];
  known.family = &prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
  prometheus::Gauge& metric = known.family->Add(labels);
  known.gauges.insert(&metric);
  Gauge gauge;
  gauge.metric_ = &metric;
  return gauge;
}

Histogram Metrics::GetHistogram(const std::string& name, const std::string& help,
                                const MetricLabels& labels) {
  Histogram histogram;
  histogram.metric_ = &prometheus::BuildHistogram()
                           .Name(name)
                           .Help(help)
                           .Register(impl_->registry)
                           .Add(labels, DurationBuckets());
  return histogram;
}

void Metrics::ClearGauges(const std::string& name) {
  const std::lock_guard lock(impl_->mutex);
  const auto known = impl_->gauges_by_name.find(name);
  if (known == impl_->gauges_by_name.end()) return;
  for (prometheus::Gauge* gauge : known->second.gauges) known->second.family->Remove(gauge);
  known->second.gauges.clear();
}

std::string Metrics::Expose() const {
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace spillway
