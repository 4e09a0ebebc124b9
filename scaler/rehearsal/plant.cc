#include "scaler/rehearsal/plant.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr double kBusyAtReference = 0.8;
constexpr double kMostBusy = 0.98;

}  // namespace

std::optional<double> SignalOf(Measure measure, double reference, double demand, double ready) {
  if (measure == Measure::kLoad) return reference * demand;
  if (ready <= 0) return std::nullopt;
  if (measure == Measure::kUtilisation) return reference * demand / ready;
  const double busy = kBusyAtReference * demand / ready;
  const double base = reference * (1 - kBusyAtReference);
  return base / (1 - std::min(busy, kMostBusy)) * std::max(busy / kMostBusy, 1.0);
}

std::optional<double> DemandPerHost(Measure measure, double reference, double value) {
  if (value <= 0 || reference <= 0) return std::nullopt;
  if (measure != Measure::kLatency) return value / reference;
  const double busy = 1 - reference * (1 - kBusyAtReference) / value;
  if (busy <= 0) return std::nullopt;
  return busy / kBusyAtReference;
}

double LoadCourse::At(Duration since_start) const {
  if (since_start >= SteadyFrom()) return to;
  if (since_start <= begin) return from;
  return from + (to - from) * (Seconds(since_start - begin) / Seconds(rise));
}

}  // namespace spillway
