#include "bus/adapters/opennebula/one_source.h"

#include <utility>

namespace spillway::adapters {
namespace {

// The scheduler looks at a new guest within ten seconds, as OpenNebula is shipped.
constexpr Duration kUntilTried = std::chrono::seconds(5);

Lost LossOf(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kDenied: return {Loss::kDenied, Describe(error)};
    case ErrorKind::kTransient:
    case ErrorKind::kThrottled:
    case ErrorKind::kUnknownOutcome: return {Loss::kNoAnswer, Describe(error)};
    default: return {Loss::kRefused, Describe(error)};
  }
}

}  // namespace

OneSource::OneSource(OneSourceConfig config, HttpClient& http, const std::string& name)
    : config_(std::move(config)), api_(http, name, config_.access) {}

Pulled OneSource::Pull(Time now) {
  Pulled pulled;
  OneState state;
  if ((pulled.failure = Ask(state))) return pulled;
  OneFigures figures = FiguresOf(state, config_.hypervisor, config_.max_age, now);
  pulled.readings = std::move(figures.readings);
  pulled.lost = std::move(figures.lost);
  if (figures.is_any_untried) pulled.again_in = kUntilTried;
  TellOfThoseThatLeft(pulled, now);
  return pulled;
}

// All or nothing: half of a state would be a wrong one.
std::optional<Lost> OneSource::Ask(OneState& state) const {
  const Deadline deadline(config_.access.timeout);
  std::optional<Lost> lost;
  const auto take = [&](auto answer, auto& into) {
    if (!answer) {
      lost = LossOf(answer.error());
    } else if (deadline.Left() <= Duration(0)) {
      lost = Lost{Loss::kNoAnswer, "the answers took longer than the timeout"};
    } else {
      into = *std::move(answer);
    }
    return !lost;
  };
  // Guests first: one that is given a place meanwhile is then counted twice rather than not at all.
  const bool is_whole = take(api_.WaitingVms(), state.waiting) &&
                        take(api_.Clusters(), state.clusters) && take(api_.Hosts(), state.hosts) &&
                        take(api_.HostUse(), state.use);
  return is_whole ? std::nullopt : lost;
}

void OneSource::TellOfThoseThatLeft(Pulled& pulled, Time now) {
  std::set<Labels> waiting;
  for (const Reading& reading : pulled.readings) {
    if (reading.metric == kWaitingGuest) waiting.insert(reading.labels);
  }
  for (const Labels& labels : waiting_) {
    if (!waiting.contains(labels))
      pulled.readings.push_back({std::string(kWaitingGuest), labels, 0, now});
  }
  waiting_ = std::move(waiting);
}

}  // namespace spillway::adapters
