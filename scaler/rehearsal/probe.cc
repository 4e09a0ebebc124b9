#include "scaler/rehearsal/probe.h"

#include <cmath>

namespace spillway {
namespace {

constexpr double kLeast = 1e-4;
constexpr double kMost = 1e8;
constexpr double kStep = 1.05;
constexpr double kExact = 1e-3;

enum class Mind { kShrinks, kHolds, kGrows };

class Inquiry {
 public:
  Inquiry(Policy& policy, const Capacity& host_size, Time now)
      : policy_(policy), host_size_(host_size), now_(now) {
    for (const SignalSpec& spec : policy.signals()) {
      signals_.push_back({spec.name, SignalState::kFresh, 0, Duration(0), 2, 1, 0});
    }
  }

  Recommendation Ask(std::size_t signal, double value, std::int64_t hosts) {
    for (Signal& other : signals_) other.value = 0;
    signals_[signal].value = value;
    ClusterView view;
    view.name = "rehearsal";
    view.host_size = host_size_;
    view.ready = view.usable = view.wanted = host_size_ * hosts;
    view.ready_hosts = view.usable_hosts = hosts;
    return policy_.Evaluate({now_, view, signals_});
  }

  // As a decision would have it: less is less when a whole host is.
  Mind MindAt(std::size_t signal, double value, std::int64_t hosts) {
    const Recommendation said = Ask(signal, value, hosts);
    const bool counts =
        said.kind == RecommendationKind::kTarget || said.kind == RecommendationKind::kFloor;
    if (!counts) return Mind::kHolds;
    if (!(host_size_ * hosts).Covers(said.wanted)) return Mind::kGrows;
    return (host_size_ * (hosts - 1)).Covers(said.wanted) ? Mind::kShrinks : Mind::kHolds;
  }

 private:
  Policy& policy_;
  const Capacity host_size_;
  const Time now_;
  std::vector<Signal> signals_;
};

// Between `low` and `high` the mind changes.
double Narrowed(Inquiry& inquiry, std::size_t signal, std::int64_t hosts, double low, double high) {
  const Mind at_low = inquiry.MindAt(signal, low, hosts);
  while (high / low > 1 + kExact) {
    const double middle = std::sqrt(low * high);
    (inquiry.MindAt(signal, middle, hosts) == at_low ? low : high) = middle;
  }
  return high;
}

// The same value from twice as large a fleet: a load asks for as much as before, what is shared
// among the hosts asks for more.
Measure MeasureOf(Inquiry& inquiry, std::size_t signal, std::int64_t hosts, double value) {
  const Capacity of_one = inquiry.Ask(signal, value, hosts).wanted;
  const Capacity of_two = inquiry.Ask(signal, value, hosts * 2).wanted;
  return of_one == of_two ? Measure::kLoad : Measure::kUtilisation;
}

}  // namespace

std::vector<ProbedSignal> Probe(Policy& policy, const Capacity& host_size, std::int64_t hosts,
                                Time now) {
  Inquiry inquiry(policy, host_size, now);
  std::vector<ProbedSignal> probed(policy.signals().size());
  for (std::size_t i = 0; i < probed.size(); ++i) {
    std::vector<double>& points = probed[i].turning_points;
    Mind before = inquiry.MindAt(i, kLeast, hosts);
    for (double value = kLeast; value < kMost; value *= kStep) {
      const Mind mind = inquiry.MindAt(i, value, hosts);
      if (mind != before) {
        points.push_back(Narrowed(inquiry, i, hosts, value / kStep, value));
      }
      before = mind;
    }
    const double telling = points.empty() ? 1 : points.back() * 4;
    const std::optional<Measure> said = policy.measure(i);
    probed[i].measure = said ? *said : MeasureOf(inquiry, i, hosts, telling);
  }
  return probed;
}

}  // namespace spillway
