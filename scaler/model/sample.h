// Measured values, on their way from the bus to the windows.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scaler/model/time.h"

namespace spillway {

// Sorted by name, each name once.
using Labels = std::vector<std::pair<std::string, std::string>>;

// What makes two samples belong to one series.
struct SeriesKey {
  std::string cluster;
  std::string metric;
  Labels labels;

  friend bool operator==(const SeriesKey&, const SeriesKey&) = default;
};

// A small number that stands for a SeriesKey between the bus and the windows, so that a sample
// on the hot path carries no strings. Given out by the bus, and reused after a retirement.
using SeriesId = std::uint32_t;

struct Sample {
  SeriesId series = 0;
  double value = 0;  // finite
  Time time;
};

struct SeriesAnnouncement {
  SeriesId id = 0;
  SeriesKey key;
};

// What the bus hands over at once. Order of meaning: first `retired`, then `announced`, then
// `samples`; an id never stands in both `retired` and `announced` of the same batch.
struct SampleBatch {
  std::vector<SeriesId> retired;
  std::vector<SeriesAnnouncement> announced;
  std::vector<Sample> samples;
};

}  // namespace spillway
