#include "scaler/rehearsal/shadow.h"

#include <algorithm>
#include <utility>

#include "scaler/control/roles.h"

namespace spillway {
namespace {

constexpr double kMillisecondsAnHour = 3'600'000;

double ReadyVcpu(std::span<const HostRecord> hosts) {
  std::int64_t vcpu = 0;
  for (const HostRecord& host : hosts) vcpu += IsReady(host) ? host.capacity.vcpu : 0;
  return static_cast<double>(vcpu);
}

std::int64_t ReadyHosts(std::span<const HostRecord> hosts) {
  return std::count_if(hosts.begin(), hosts.end(), IsReady);
}

Money PerHour(std::span<const HostRecord> hosts) {
  Money sum;
  for (const HostRecord& host : hosts) {
    if (IsLive(host) && host.paid_from) sum += host.price_per_hour;
  }
  return sum;
}

Money For(Money per_hour, Duration time) {
  return {static_cast<std::int64_t>(static_cast<double>(per_hour.micros) *
                                    (static_cast<double>(time.count()) / kMillisecondsAnHour))};
}

}  // namespace

Shadow::Shadow(const ClusterSpec& cluster, std::optional<Objective> objective,
               std::vector<std::vector<Measure>> measures, ShadowScore score)
    : cluster_(&cluster),
      objective_(std::move(objective)),
      measures_(std::move(measures)),
      score_(std::move(score)),
      fleet_(cluster.name, {}) {
  score_.has_objective = objective_.has_value();
}

DecisionRecord Shadow::Follow(const ShadowMoment& moment, std::span<Policy* const> policies) {
  LearnStart(moment.hosts);
  if (!last_) Begin(moment);
  Account(moment);
  fleet_.Advance(moment.now);

  const double ours = ReadyVcpu(fleet_.hosts());
  const double theirs = ReadyVcpu(moment.hosts);
  const double ratio = ours > 0 ? theirs / ours : 0;
  const auto market = [&] { return OwnMarket(moment); };
  const PolicySignals none;
  const EvaluationInput input{moment.now, *cluster_, state_, {}, none, fleet_.hosts(), market};
  std::vector<Recommendation> words;
  for (std::size_t i = 0; i < moment.acting.size(); ++i) {
    if (!Measures(*moment.acting[i])) words.push_back(moment.words[i]);
  }
  std::vector<Signal> all;
  const bool places_guests = std::any_of(policies.begin(), policies.end(),
                                         [](const Policy* p) { return !p->waiting().empty(); });
  PolicyInput shown{moment.now, ViewOf(input, places_guests), {}};
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const std::vector<Signal> signals = Seen(moment, *policies[i], measures_[i], ratio);
    shown.signals = signals;
    if (!moment.waiting.empty()) shown.waiting = moment.waiting[i];
    words.push_back(policies[i]->Evaluate(shown));
    words.back().policy = policies[i]->name();
    all.insert(all.end(), signals.begin(), signals.end());
  }
  if (!words.empty()) score_.says = words.back().reason.text;
  // What people say is said of both fleets.
  state_.orders = moment.state.orders;
  Evaluation evaluation = Conclude(input, words, std::move(all));
  state_ = std::move(evaluation.state);
  fleet_.CarryOut(evaluation.record.plan, moment.now);

  // Until the next moment.
  const std::optional<double> value = Objected(moment);
  acting_violates_ = shadow_violates_ = std::nullopt;
  if (value) {
    acting_violates_ = *value > objective_->limit;
    shadow_violates_ = ours <= 0 || *value * ratio > objective_->limit;
  }
  acting_per_hour_ = PerHour(moment.hosts);
  shadow_per_hour_ = PerHour(fleet_.hosts());
  score_.acting.launches += moment.launched;
  score_.acting.ready = ReadyHosts(moment.hosts);
  for (const Take& take : evaluation.record.plan.take) score_.shadow.launches += take.count;
  score_.shadow.ready = fleet_.Ready();
  return std::move(evaluation.record);
}

void Shadow::WasAwayUntil(Time t) {
  if (last_) last_ = t;
}

void Shadow::Begin(const ShadowMoment& moment) {
  if (score_.since == Time{}) score_.since = moment.now;
  score_.until = moment.now;
  state_ = moment.state;
  state_.cluster = cluster_->name;
  for (const HostRecord& host : moment.hosts) {
    if (!IsUsable(host)) continue;
    HostRecord own = host;
    own.next_look = kDistantFuture;
    if (!IsReady(host)) {
      own.state = HostState::kBooting;
      own.next_look = std::max(moment.now, host.created_at + score_.start);
    }
    fleet_.Add(std::move(own));
  }
  last_ = moment.now;
}

void Shadow::Account(const ShadowMoment& moment) {
  const Duration elapsed = moment.now - *last_;
  last_ = moment.now;
  score_.until = moment.now;
  score_.watched += elapsed;
  score_.acting.cost += For(acting_per_hour_, elapsed);
  score_.shadow.cost += For(shadow_per_hour_, elapsed);
  if (!acting_violates_) return;
  score_.judged += elapsed;
  if (*acting_violates_) score_.acting.violated += elapsed;
  if (*shadow_violates_) score_.shadow.violated += elapsed;
}

// What the acting hosts took is there for ours.
Market Shadow::OwnMarket(const ShadowMoment& moment) const {
  Market market = moment.market();
  const auto give = [&market](std::span<const HostRecord> hosts, std::int64_t sign) {
    for (const HostRecord& host : hosts) {
      const auto quota = market.quota_room.find(host.quota);
      if (quota != market.quota_room.end()) {
        quota->second.limit += sign * QuotaUse(quota->second.unit, host.capacity);
      }
      const auto stock = market.stock_room.find(host.offer);
      if (stock != market.stock_room.end()) stock->second += sign;
    }
  };
  give(moment.hosts, 1);
  give(fleet_.hosts(), -1);
  return market;
}

// Each host once: those that became ready after the last that was seen.
void Shadow::LearnStart(std::span<const HostRecord> hosts) {
  Time newest = last_ready_;
  for (const HostRecord& host : hosts) {
    if (!host.ready_at || *host.ready_at <= last_ready_) continue;
    newest = std::max(newest, *host.ready_at);
    start_seconds_ += (Seconds(*host.ready_at - host.created_at) - start_seconds_) /
                      static_cast<double>(++starts_);
  }
  last_ready_ = newest;
  if (starts_ == 0) return;
  score_.start = Duration(static_cast<std::int64_t>(start_seconds_ * 1000));
  fleet_.set_pace({score_.start, Duration(0)});
}

std::vector<Signal> Shadow::Seen(const ShadowMoment& moment, const Policy& policy,
                                 const std::vector<Measure>& measures, double ratio) const {
  std::vector<Signal> signals;
  for (const SignalSpec& spec : policy.signals()) {
    Signal signal = moment.observations.Evaluate(cluster_->name, spec, moment.now);
    const bool answers = measures[signals.size()] != Measure::kLoad;
    if (answers && ratio > 0) signal.value *= ratio;
    if (answers && ratio <= 0) signal.state = SignalState::kMissing;
    signals.push_back(std::move(signal));
  }
  return signals;
}

// As what acts has it.
std::optional<double> Shadow::Objected(const ShadowMoment& moment) const {
  if (!objective_) return std::nullopt;
  const double hosts = ReadyVcpu(moment.hosts) / static_cast<double>(cluster_->host_size.vcpu);
  return ValueOf(*objective_, cluster_->name, hosts, moment.observations, moment.now);
}

}  // namespace spillway
