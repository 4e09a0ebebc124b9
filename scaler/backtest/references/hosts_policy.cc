#include "scaler/backtest/references/hosts_policy.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "policies/unknown.h"
#include "scaler/backtest/run.h"

namespace spillway {

SignalSpec LastLoad(Duration step) {
  SignalSpec signal;
  signal.name = signal.metric = kBacktestMetric;
  signal.function = WindowFunction::kLast;
  signal.window = std::max<Duration>(std::chrono::seconds(60), 2 * step);
  signal.max_age = std::max<Duration>(std::chrono::seconds(90), 3 * step);
  signal.forget_after = std::max<Duration>(std::chrono::minutes(5), 6 * step);
  return signal;
}

std::int64_t WholeHosts(double hosts) {
  return static_cast<std::int64_t>(
      std::ceil(std::min(hosts, static_cast<double>(kBacktestMaxHosts)) - 1e-9));
}

HostsPolicy::HostsPolicy(std::string name, const ReferenceContext& context)
    : Policy(std::move(name)),
      signal_(LastLoad(context.model.step)),
      capacity_(context.course.capacity) {}

Recommendation HostsPolicy::Evaluate(const PolicyInput& input) {
  const Signal& signal = input.signals[0];
  if (auto why = WhyUnknown(signal, signal_)) return CannotTell({}, input, *std::move(why));
  const Sight sight{input.now, signal.value / capacity_, input.cluster.ready_hosts,
                    input.cluster.usable_hosts};
  const std::int64_t hosts = std::max<std::int64_t>(Want(sight), 1);
  return TargetBySignal(signal, signal_, input.now, input.cluster.host_size * hosts,
                        {"reference", fmt::format("{} wants {} hosts", name(), hosts), {}});
}

}  // namespace spillway
