// Spillway's own metrics. The door for prometheus-cpp. Names follow Prometheus' rules: prefix
// "spillway_", base units, "_total" on counters.
#pragma once

#include <map>
#include <memory>
#include <string>

namespace spillway {

using MetricLabels = std::map<std::string, std::string>;

// Handles are cheap to copy, valid as long as their Metrics, and may be used from any thread. One
// that no Metrics gave out does nothing.
class Counter {
 public:
  void Add(double n = 1);

 private:
  friend class Metrics;
  void* metric_ = nullptr;
};

class Gauge {
 public:
  void Set(double value);

 private:
  friend class Metrics;
  void* metric_ = nullptr;
};

class Histogram {
 public:
  void Observe(double value);

 private:
  friend class Metrics;
  void* metric_ = nullptr;
};

// Asking again with the same name and labels gives the same metric. Thread-safe.
// REQUIRES: one kind and one help text for each name.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter GetCounter(const std::string& name, const std::string& help,
                     const MetricLabels& labels = {});
  Gauge GetGauge(const std::string& name, const std::string& help, const MetricLabels& labels = {});
  // Buckets for durations in seconds, from a millisecond to an hour.
  Histogram GetHistogram(const std::string& name, const std::string& help,
                         const MetricLabels& labels = {});
  // Takes every gauge of `name` away, so that label sets which no longer exist do not linger. Their
  // handles must not be used any more.
  void ClearGauges(const std::string& name);

  // Everything in the text format, version 0.0.4.
  std::string Expose() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway
