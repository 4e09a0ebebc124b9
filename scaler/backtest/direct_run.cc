#include <algorithm>
#include <chrono>

#include "scaler/backtest/bill.h"
#include "scaler/backtest/fleet_model.h"
#include "scaler/backtest/run.h"
#include "scaler/observe/observations.h"

namespace spillway {
namespace {

using Stopwatch = std::chrono::steady_clock;

// What a cluster with this one policy and without any limits would decide.
std::int64_t Decided(const Recommendation& said, std::int64_t previous) {
  const std::int64_t wanted = HostsFor(said.wanted, kBacktestHost);
  std::int64_t decided = previous;
  switch (said.kind) {
    case RecommendationKind::kTarget:
      decided = said.may_shrink ? wanted : std::max(wanted, previous);
      break;
    case RecommendationKind::kUnknown: decided = std::max(wanted, previous); break;
    case RecommendationKind::kFloor: decided = wanted; break;
    case RecommendationKind::kCeiling:
    case RecommendationKind::kAbstain: decided = 0; break;
  }
  return std::clamp<std::int64_t>(decided, 1, kBacktestMaxHosts);
}

class DirectRun {
 public:
  DirectRun(const Course& course, const BacktestModel& model, Policy& policy)
      : course_(course),
        policy_(policy),
        billing_(model.billing),
        boot_(model.step * model.boot_steps()),
        fleet_({model.step, model.boot_steps(), model.billing}),
        bill_(course.size(), model.step),
        observations_(PointsFor(policy.signals(), model.step)) {}

  FleetHistory Go() {
    SampleBatch first;
    first.announced.push_back({0, {kBacktestCluster, kBacktestMetric, {}}});
    observations_.Take(first, [](std::string_view) {});
    for (std::size_t k = 0; k < course_.size(); ++k) Step(k);
    for (const Cohort& cohort : fleet_.cohorts()) Settle(cohort, course_.size());
    run_.paid = bill_.BySteps();
    run_.decision_us = spent_us_ / static_cast<double>(course_.size());
    return std::move(run_);
  }

 private:
  void Step(std::size_t k) {
    const Time now = course_.At(k);
    if (k > 0) {
      SampleBatch batch;
      batch.samples.push_back({0, course_.load[k - 1], now});
      observations_.Take(batch, [](std::string_view) {});
    }
    const std::int64_t launches = fleet_.launches();
    wanted_ = Decided(Ask(now), wanted_);
    fleet_.Want(wanted_);
    for (const Cohort& cohort : fleet_.given_back()) Settle(cohort, k);
    const std::int64_t ready = fleet_.ready();
    run_.ready.push_back(static_cast<std::int32_t>(ready));
    run_.booting.push_back(static_cast<std::int32_t>(fleet_.usable() - ready));
    run_.launches.push_back(static_cast<std::int32_t>(fleet_.launches() - launches));
    fleet_.Pass();
  }

  Recommendation Ask(Time now) {
    std::vector<Signal> signals;
    for (const SignalSpec& spec : policy_.signals()) {
      signals.push_back(observations_.Evaluate(kBacktestCluster, spec, now));
    }
    PolicyInput input{now, {}, signals};
    input.cluster.name = kBacktestCluster;
    input.cluster.host_size = kBacktestHost;
    input.cluster.ready_hosts = fleet_.ready();
    input.cluster.usable_hosts = fleet_.usable();
    input.cluster.ready = kBacktestHost * input.cluster.ready_hosts;
    input.cluster.usable = kBacktestHost * input.cluster.usable_hosts;
    input.cluster.wanted = kBacktestHost * wanted_;
    if (input.cluster.ready_hosts > 0) input.cluster.time_to_ready = boot_;
    const auto before = Stopwatch::now();
    Recommendation said = policy_.Evaluate(input);
    spent_us_ += std::chrono::duration<double, std::micro>(Stopwatch::now() - before).count();
    return said;
  }

  // Hosts that are given back before step k, or are there when the course ends with it.
  void Settle(const Cohort& cohort, std::size_t k) {
    const Duration launched = course_.step * (static_cast<std::int64_t>(k) - cohort.age);
    bill_.Add(launched, launched + PaidTime(billing_, course_.step * cohort.age),
              static_cast<double>(cohort.hosts));
  }

  const Course& course_;
  Policy& policy_;
  const Billing billing_;
  const Duration boot_;
  FleetModel fleet_;
  Bill bill_;
  Observations observations_;
  std::int64_t wanted_ = 0;
  double spent_us_ = 0;
  FleetHistory run_;
};

}  // namespace

std::size_t PointsFor(std::span<const SignalSpec> signals, Duration step) {
  Duration longest{0};
  for (const SignalSpec& signal : signals) longest = std::max(longest, signal.window);
  constexpr std::size_t kLeast = 16;
  return kLeast + static_cast<std::size_t>(longest / step);
}

FleetHistory RunDirect(const Course& course, const BacktestModel& model, Policy& policy) {
  return DirectRun(course, model, policy).Go();
}

}  // namespace spillway
