#include "scaler/rehearsal/objective.h"

namespace spillway {

std::optional<double> ValueOf(const Objective& objective, const std::string& cluster,
                              double ready_hosts, const Observations& observations, Time now) {
  const Signal signal = observations.Evaluate(cluster, objective.signal, now);
  if (!signal.has_value()) return std::nullopt;
  if (objective.measure != Measure::kLoad) return signal.value;
  if (ready_hosts <= 0) return std::nullopt;
  return signal.value / ready_hosts;
}

}  // namespace spillway
