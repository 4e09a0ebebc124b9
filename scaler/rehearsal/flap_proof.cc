#include "scaler/rehearsal/flap_proof.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>
#include <utility>

#include "scaler/observe/observations.h"
#include "scaler/rehearsal/cluster_rehearsal.h"
#include "scaler/rehearsal/plant.h"
#include "scaler/rehearsal/probe.h"
#include "scaler/rehearsal/usual_offers.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;

// A Monday, at midnight UTC: the same day for every run.
constexpr Time kStart = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
// So often the cluster must grow after it shrank, with nothing changed outside.
constexpr int kTurnsOfACycle = 3;
// A run that did not come to rest for so many times the longest memory of the cluster ends.
constexpr int kLongestRun = 12;

using Policies = std::vector<std::unique_ptr<Policy>>;

// One signal of one policy, and what feeds it.
struct Drive {
  std::size_t policy = 0;
  SignalSpec spec;  // of a series of its own, which always reports in time
  std::string name;
  Measure measure = Measure::kUtilisation;
  double reference = 1;
  std::vector<double> turning_points;
};

// One run, before it is made.
struct Trial {
  std::int64_t hosts = 1;
  Duration start{0};
  LoadCourse load;
  std::string kind;
  std::string signal;
  double turning_point = 0;
};

ClusterSpec Bare(ClusterSpec cluster) {
  cluster.jurisdiction.clear();
  cluster.max_latency.reset();
  cluster.latency_metric.clear();
  cluster.money = {};
  cluster.dry_run = false;
  return cluster;
}

Policies WithSignals(Policies policies) {
  std::erase_if(policies, [](const auto& policy) { return policy->signals().empty(); });
  return policies;
}

std::vector<std::int64_t> FleetSizes(const ClusterSpec& cluster) {
  std::int64_t room = 0;
  for (const PoolSpec& pool : cluster.ladder) room += pool.max_hosts;
  const std::int64_t least = std::max<std::int64_t>(cluster.limits.min_hosts, 1);
  const std::int64_t most = std::min(cluster.limits.max_hosts, room);
  const auto middle = static_cast<std::int64_t>(std::sqrt(static_cast<double>(least * most)));
  std::set<std::int64_t> sizes;
  for (const std::int64_t size : {least, least + 1, least + 2, middle, most - 1}) {
    if (size >= least && size < most) sizes.insert(size);
  }
  return {sizes.begin(), sizes.end()};
}

std::vector<Duration> StartTimes(const ClusterSpec& cluster) {
  std::set<Duration> times;
  for (const PoolSpec& pool : cluster.ladder) {
    if (pool.cluster_type == ClusterType::kMetal) {
      times.insert({Duration(4min), Duration(15min)});
    } else {
      times.insert({Duration(45s), Duration(3min)});
    }
  }
  return {times.begin(), times.end()};
}

bool Learns(const Policies& policies) {
  return std::any_of(policies.begin(), policies.end(),
                     [](const auto& policy) { return !policy->Memory().empty(); });
}

// The windows' length and function are the policy's; where its samples come from is not.
SignalSpec OwnSeries(const SignalSpec& spec, std::size_t number) {
  SignalSpec own = spec;
  own.metric = std::to_string(number);
  own.where.clear();
  own.group_by.clear();
  own.max_age = own.forget_after = 24h;
  return own;
}

std::vector<Drive> DrivesOf(const FreshPolicies& fresh, const Capacity& host_size,
                            std::int64_t hosts, bool& learns) {
  Policies policies = WithSignals(fresh());
  std::vector<Drive> drives;
  for (std::size_t p = 0; p < policies.size(); ++p) {
    const std::vector<ProbedSignal> probed = Probe(*policies[p], host_size, hosts, kStart);
    const std::span<const SignalSpec> specs = policies[p]->signals();
    for (std::size_t i = 0; i < specs.size(); ++i) {
      Drive drive{p,
                  OwnSeries(specs[i], drives.size()),
                  specs[i].name,
                  probed[i].measure,
                  1,
                  probed[i].turning_points};
      if (!drive.turning_points.empty()) drive.reference = drive.turning_points.back();
      // What is probed of a load is of the whole fleet.
      if (drive.measure == Measure::kLoad) drive.reference /= static_cast<double>(hosts);
      drives.push_back(std::move(drive));
    }
  }
  learns = Learns(policies);
  return drives;
}

Duration StepOf(const std::vector<Drive>& drives) {
  Duration shortest = 2min;
  for (const Drive& drive : drives) shortest = std::min(shortest, drive.spec.window);
  return std::clamp<Duration>(shortest / 4, 5s, 30s);
}

// As long as anything of the past can make itself felt.
Duration MemoryOf(const Limits& limits, const std::vector<Drive>& drives, Duration start,
                  Duration step) {
  Duration window{0};
  for (const Drive& drive : drives) window = std::max(window, drive.spec.window);
  return start + window + std::max(limits.cooldown.in, limits.cooldown.out) +
         std::max(limits.stabilisation.in, limits.stabilisation.out) + limits.min_lifetime +
         4 * step;
}

// Feeds the windows of all signals.
class Feed {
 public:
  Feed(const std::string& cluster, const std::vector<Drive>& drives, Duration step)
      : cluster_(cluster), drives_(drives), step_(step), counters_(drives.size()) {
    for (const Drive& drive : drives) {
      announced_.push_back(
          {static_cast<SeriesId>(announced_.size()), {cluster_, drive.spec.metric, {}}});
    }
  }

  void Take(Time now, double demand, double ready, Observations& observations) {
    SampleBatch batch;
    std::swap(batch.announced, announced_);
    for (std::size_t i = 0; i < drives_.size(); ++i) {
      const Drive& drive = drives_[i];
      const auto value = SignalOf(drive.measure, drive.reference, demand, ready);
      if (value) batch.samples.push_back({static_cast<SeriesId>(i), Sampled(i, *value), now});
    }
    observations.Take(batch, [](std::string_view) {});
  }

 private:
  // What must be sampled for the window's function to give `value`.
  double Sampled(std::size_t i, double value) {
    const SignalSpec& spec = drives_[i].spec;
    if (spec.function == WindowFunction::kRate) return counters_[i] += value * Seconds(step_);
    if (spec.function == WindowFunction::kSum) return value * Seconds(step_) / Seconds(spec.window);
    return value;
  }

  const std::string& cluster_;
  const std::vector<Drive>& drives_;
  const Duration step_;
  std::vector<double> counters_;
  std::vector<SeriesAnnouncement> announced_;
};

PolicySignals SignalsOf(const std::vector<Drive>& drives, std::size_t policies,
                        const std::string& cluster, const Observations& observations, Time now) {
  PolicySignals signals(policies);
  for (const Drive& drive : drives) {
    signals[drive.policy].push_back(observations.Evaluate(cluster, drive.spec, now));
  }
  return signals;
}

// Who asked for the most, and why.
FlapReason WinnerOf(const DecisionRecord& record) {
  const Recommendation* winner = nullptr;
  for (const Recommendation& r : record.decision.recommendations) {
    if (r.kind != RecommendationKind::kTarget && r.kind != RecommendationKind::kFloor) continue;
    if (winner == nullptr || !winner->wanted.Covers(r.wanted)) winner = &r;
  }
  return winner == nullptr ? FlapReason{} : FlapReason{winner->policy, winner->reason.text};
}

// Watches a run for turns: growth after shrinking while the load is steady.
class TurnCounter {
 public:
  void OnPlan(Duration at, const DecisionRecord& record, bool is_steady) {
    const Plan& plan = record.plan;
    const bool grew = !plan.take.empty() || !plan.reclaim.empty();
    if (!plan.IsEmpty()) last_change_ = at;
    if (!is_steady) return;
    if (!plan.give_back.empty()) {
      shrank_ = true;
      shrinks_ = WinnerOf(record);
    }
    if (!grew) return;
    for (const Take& take : plan.take) launches_ += take.count;
    if (shrank_) {
      turns_.push_back(at);
      grows_ = WinnerOf(record);
    }
    shrank_ = false;
  }

  bool HasCycle() const { return turns_.size() >= kTurnsOfACycle; }
  Duration last_change() const { return last_change_; }
  Duration Period() const { return turns_.back() - turns_[turns_.size() - 2]; }
  Duration since() const { return turns_[turns_.size() - 2]; }
  std::int64_t launches() const { return launches_; }
  const FlapReason& grows() const { return grows_; }
  const FlapReason& shrinks() const { return shrinks_; }

 private:
  bool shrank_ = false;
  Duration last_change_{0};
  std::int64_t launches_ = 0;
  std::vector<Duration> turns_;
  FlapReason grows_;
  FlapReason shrinks_;
};

LimitCycle CycleOf(const Trial& trial, const TurnCounter& turns, std::vector<FlapMoment> course) {
  LimitCycle cycle;
  cycle.signal = trial.signal;
  cycle.turning_point = trial.turning_point;
  cycle.load = trial.kind;
  cycle.start = trial.start;
  cycle.period = turns.Period();
  cycle.grows = turns.grows();
  cycle.shrinks = turns.shrinks();
  cycle.least = trial.hosts * 1000;
  for (const FlapMoment& moment : course) {
    if (moment.at < turns.since()) continue;
    cycle.least = std::min(cycle.least, moment.ready + moment.coming);
    cycle.most = std::max(cycle.most, moment.ready + moment.coming);
  }
  const Duration steady = course.back().at - trial.load.SteadyFrom();
  cycle.launches_per_hour = static_cast<double>(turns.launches()) / std::max(Hours(steady), 1e-3);
  cycle.course = std::move(course);
  return cycle;
}

class Prover {
 public:
  Prover(const ClusterSpec& cluster, const FreshPolicies& fresh)
      : cluster_(Bare(cluster)), fresh_(fresh), offers_(UsualOffers(cluster_)) {}

  FlapProof Prove() {
    for (const std::int64_t hosts : FleetSizes(cluster_)) {
      const std::vector<Drive> drives = DrivesOf(fresh_, cluster_.host_size, hosts, learns_);
      for (const Trial& trial : TrialsOf(drives, hosts)) {
        if ((proof_.cycle = Run(trial, drives))) return std::move(proof_);
      }
    }
    return std::move(proof_);
  }

 private:
  std::vector<Trial> TrialsOf(const std::vector<Drive>& drives, std::int64_t hosts) const {
    std::vector<Trial> trials;
    std::set<std::int64_t> seen;  // demands, in thousandths of a host
    for (const Drive& drive : drives) {
      for (const double point : drive.turning_points) {
        const bool is_load = drive.measure == Measure::kLoad;
        const auto per_host = DemandPerHost(drive.measure, drive.reference,
                                            is_load ? point / static_cast<double>(hosts) : point);
        if (!per_host) continue;
        const double demand = *per_host * static_cast<double>(hosts);
        if (!seen.insert(std::llround(demand * 1000)).second) continue;
        AddTrials(drive, point, demand, hosts, trials);
      }
    }
    return trials;
  }

  void AddTrials(const Drive& drive, double point, double demand, std::int64_t hosts,
                 std::vector<Trial>& trials) const {
    constexpr Duration kBegin = 10min;
    const auto times = [demand](double from, double to, Duration rise) {
      return LoadCourse{demand * from, demand * to, kBegin, rise};
    };
    for (const Duration start : StartTimes(cluster_)) {
      const auto add = [&](const LoadCourse& load, const char* kind) {
        trials.push_back({hosts, start, load, kind, drive.name, point});
      };
      for (const double share : {0.99, 1.01}) add(times(share, share, 0s), "constant");
      if (learns_) return;
      for (const double share : {0.94, 1.06}) add(times(share, share, 0s), "constant");
      add(times(0.5, 1.01, 0s), "after a step");
      add(times(1.8, 0.99, 0s), "after a step");
      add(times(0.5, 1.06, 10min), "after a ramp");
      add(times(1.8, 0.94, 10min), "after a ramp");
    }
  }

  std::optional<LimitCycle> Run(const Trial& trial, const std::vector<Drive>& drives) {
    ++proof_.runs;
    const Policies policies = WithSignals(fresh_());
    const Duration step = StepOf(drives);
    const Duration memory = MemoryOf(cluster_.limits, drives, trial.start, step);
    const Duration longest = trial.load.SteadyFrom() + kLongestRun * memory;
    Observations observations(PointsOf(drives, step));
    Feed feed(cluster_.name, drives, step);
    ClusterRehearsal rehearsal(cluster_, {trial.start, 0s});
    for (std::int64_t i = 0; i < trial.hosts; ++i) rehearsal.fleet().Add(FirstHost(i));
    TurnCounter turns;
    std::vector<FlapMoment> course;
    for (Duration at{0}; at <= longest; at += step) {
      const Time now = kStart + at;
      rehearsal.fleet().Advance(now);
      const std::int64_t ready = rehearsal.fleet().Ready();
      const double demand = trial.load.At(at);
      feed.Take(now, demand, static_cast<double>(ready), observations);
      const DecisionRecord record = rehearsal.Step(
          now, policies, SignalsOf(drives, policies.size(), cluster_.name, observations, now),
          offers_);
      ++proof_.evaluations;
      course.push_back({at, demand, ready, rehearsal.fleet().Usable() - rehearsal.fleet().Ready()});
      turns.OnPlan(at, record, at >= trial.load.SteadyFrom());
      if (turns.HasCycle()) return CycleOf(trial, turns, std::move(course));
      if (at > std::max(turns.last_change(), trial.load.SteadyFrom()) + memory) break;
    }
    return std::nullopt;
  }

  // Where a host of the beginning stands: the ladder is filled from home upwards.
  HostRecord FirstHost(std::int64_t number) const {
    std::int64_t room = number;
    for (std::size_t i = 0; i < cluster_.ladder.size(); ++i) {
      const PoolSpec& pool = cluster_.ladder[i];
      if (room < pool.max_hosts || i + 1 == cluster_.ladder.size()) {
        return ReadyHostOf(offers_[i], "first-" + std::to_string(number + 1), cluster_.name,
                           pool.name, kStart - 24h);
      }
      room -= pool.max_hosts;
    }
    return {};
  }

  static std::size_t PointsOf(const std::vector<Drive>& drives, Duration step) {
    Duration window{0};
    for (const Drive& drive : drives) window = std::max(window, drive.spec.window);
    return static_cast<std::size_t>(std::min<std::int64_t>(window / step + 2, 1 << 14));
  }

  const ClusterSpec cluster_;
  const FreshPolicies& fresh_;
  const std::vector<Offer> offers_;
  bool learns_ = false;
  FlapProof proof_;
};

}  // namespace

FlapProof ProveCalm(const ClusterSpec& cluster, const FreshPolicies& fresh) {
  return Prover(cluster, fresh).Prove();
}

}  // namespace spillway
