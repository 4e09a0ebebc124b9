#include "policies/predictive/predictive.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "policies/signal_config.h"
#include "policies/text.h"

namespace spillway {
namespace {

using predictive::Learner;
using predictive::LearnerConfig;
using predictive::Manner;

// Until a host of the cluster has shown it.
constexpr Duration kUsualTimeToReady = std::chrono::minutes(5);

// In hosts of the cluster's size; what is short of either member is not a host.
double HostsIn(const Capacity& c, const Capacity& host) {
  return std::min(static_cast<double>(c.vcpu) / static_cast<double>(host.vcpu),
                  static_cast<double>(c.memory_mib) / static_cast<double>(host.memory_mib));
}

std::int64_t ReadyHosts(const ClusterView& cluster) {
  return static_cast<std::int64_t>(HostsIn(cluster.ready, cluster.host_size) + 1e-9);
}

std::optional<Reason> WhyNonsense(const PredictiveConfig& config, double value,
                                  const ClusterView& cluster) {
  const std::vector<Fact> facts = {{"signal", config.signal.name}, {"value", value}};
  if (value < 0) {
    return Reason{"signal_negative",
                  fmt::format("{} is {}: below zero it makes no sense", config.signal.name,
                              FigureText(value)),
                  facts};
  }
  if (config.kind == DemandKind::kUtilisation && cluster.ready.IsZero()) {
    return Reason{"no_ready_hosts",
                  fmt::format("{} says nothing while no host is ready", config.signal.name), facts};
  }
  return std::nullopt;
}

std::string PercentText(double share) { return FigureText(100 * share) + " %"; }

std::string HostsText(std::int64_t hosts) {
  return fmt::format("{} host{}", hosts, hosts == 1 ? "" : "s");
}

std::string CodeFor(std::int64_t hosts, const ClusterView& cluster) {
  const Capacity wanted = cluster.host_size * hosts;
  if (wanted == cluster.usable) return "predictive_hold";
  return cluster.usable.Covers(wanted) ? "predictive_shrink" : "predictive_grow";
}

}  // namespace

PredictivePolicy::PredictivePolicy(std::string name, PredictiveConfig config)
    : Policy(std::move(name)),
      config_(std::move(config)),
      learner_(std::make_unique<Learner>(Learning())) {}

LearnerConfig PredictivePolicy::Learning() const {
  return {config_.step, BootSteps(config_.time_to_ready.value_or(kUsualTimeToReady)),
          config_.violation_budget, config_.price_per_launch / Hours(config_.step)};
}

std::int64_t PredictivePolicy::StepOf(Time t) const { return t.time_since_epoch() / config_.step; }

std::int64_t PredictivePolicy::BootSteps(Duration time_to_ready) const {
  const std::int64_t steps = (time_to_ready + config_.step - Duration(1)) / config_.step;
  return std::clamp<std::int64_t>(steps, 1, predictive::kMostBootSteps);
}

// With every wobble all that boots in the shadow fleets would be forgotten: a quarter is a change.
void PredictivePolicy::FollowTimeToReady(const ClusterView& cluster) {
  if (config_.time_to_ready || !cluster.time_to_ready) return;
  const std::int64_t now = BootSteps(*cluster.time_to_ready);
  const std::int64_t before = learner_->boot_steps();
  if (std::abs(now - before) > std::max<std::int64_t>(0, before / 4)) learner_->Retarget(now);
}

double PredictivePolicy::DemandHosts(double value, const ClusterView& cluster) const {
  const double share = value / config_.target;
  if (config_.kind == DemandKind::kLoad) return share;
  return share * HostsIn(cluster.ready, cluster.host_size);
}

void PredictivePolicy::Learn(double demand_hosts, Time seen, const PolicyInput& input) {
  const std::int64_t step = StepOf(input.now);
  // What is let go leaves after the evaluation that says so: only the next one sees it gone.
  ready_hosts_ = std::min(ready_hosts_, ReadyHosts(input.cluster));
  if (step <= step_) return;
  if (awaiting_ && awaiting_->step < step) Pass(awaiting_->step, awaiting_->demand_hosts, input);
  awaiting_.reset();
  // Something else than the load caused this evaluation, before the step's value has come.
  if (seen <= seen_ && step == step_ + 1) {
    awaiting_ = {step, demand_hosts};
    return;
  }
  Pass(step, demand_hosts, input);
  seen_ = seen;
}

void PredictivePolicy::Pass(std::int64_t step, double demand_hosts, const PolicyInput& input) {
  FollowTimeToReady(input.cluster);
  learner_->Pass(step - 1, demand_hosts, ready_hosts_);
  step_ = step;
  ready_hosts_ = ReadyHosts(input.cluster);
}

Recommendation PredictivePolicy::Evaluate(const PolicyInput& input) {
  const Signal& signal = input.signals[0];
  if (auto why = WhyUnknown(signal, config_.signal)) {
    return CannotTell(config_.on_unknown, input, *std::move(why));
  }
  if (auto why = WhyNonsense(config_, signal.value, input.cluster)) {
    return CannotTell(config_.on_unknown, input, *std::move(why));
  }
  const double demand = std::min(DemandHosts(signal.value, input.cluster), 1e6);
  std::int64_t hosts = 0;
  if (signal.state == SignalState::kFresh) {
    Learn(demand, input.now - signal.age, input);
    hosts = learner_->wanted();
  } else {
    hosts = std::max(learner_->wanted(), static_cast<std::int64_t>(std::ceil(demand - 1e-9)));
  }
  Recommendation r = TargetBySignal(signal, config_.signal, input.now,
                                    input.cluster.host_size * hosts, Why(demand, hosts, input));
  r.valid_until = std::min(r.valid_until, Time(config_.step * (StepOf(input.now) + 1)));
  return r;
}

Reason PredictivePolicy::Why(double demand_hosts, std::int64_t hosts,
                             const PolicyInput& input) const {
  const Duration ahead = config_.step * learner_->boot_steps();
  std::string text = fmt::format("{} is {}, the work of {} hosts", config_.signal.name,
                                 FigureText(input.signals[0].value), FigureText(demand_hosts));
  std::vector<Fact> facts = {{"demand_hosts", demand_hosts},
                             {"time_to_ready_seconds", Seconds(ahead)},
                             {"violation_budget", config_.violation_budget},
                             {"steps_seen", learner_->steps()}};
  if (learner_->is_new()) {
    text += fmt::format(": {}, a half more than the highest demand of late, as little was seen yet",
                        HostsText(hosts));
    return {"predictive_learning", std::move(text), std::move(facts)};
  }
  const predictive::Curve& curve = learner_->curve();
  const auto& portfolio = learner_->portfolio();
  const Manner manner = learner_->fleets().MannerOf(portfolio.followed());
  const double short_of = curve.ChanceOfMoreThan(hosts);
  const double shadow_short = learner_->fleets().shortage()[portfolio.followed()] /
                              std::max(1.0, learner_->fleets().weight());
  text += fmt::format(
      ", in {} probably of {} to {}, and of more than {} with {}: {}. Of all ways tried in "
      "simulation to pay {} host-hours for a step too short and hold hosts for {} costs least, "
      "being short {} of the time; of the budget of {} now {} may be spent. The cluster was short "
      "{} of late",
      SpanText(ahead), curve.HostsFor(0.1), curve.HostsFor(0.9), hosts, PercentText(short_of),
      HostsText(hosts), FigureText(manner.price * Hours(config_.step)),
      SpanText(config_.step * manner.hold), PercentText(shadow_short),
      PercentText(config_.violation_budget), PercentText(portfolio.allowed()),
      PercentText(portfolio.short_share()));
  for (Fact& fact :
       std::vector<Fact>{{"likely_least", curve.HostsFor(0.1)},
                         {"likely_most", curve.HostsFor(0.9)},
                         {"chance_of_more", short_of},
                         {"price_of_shortage_host_hours", manner.price * Hours(config_.step)},
                         {"patience", manner.patience},
                         {"hold_seconds", Seconds(config_.step * manner.hold)},
                         {"shadow_short_share", shadow_short},
                         {"short_share", portfolio.short_share()},
                         {"allowed_share", portfolio.allowed()}}) {
    facts.push_back(std::move(fact));
  }
  return {CodeFor(hosts, input.cluster), std::move(text), std::move(facts)};
}

// What is known of one signal is worth nothing for another.
std::string PredictivePolicy::Origin() const {
  return fmt::format("{} {} {}\n", config_.signal.metric,
                     config_.kind == DemandKind::kLoad ? "load" : "utilisation", config_.target);
}

std::string PredictivePolicy::Memory() const {
  return learner_->steps() == 0 ? std::string() : Origin() + learner_->Memory();
}

bool PredictivePolicy::Recall(std::string_view memory) {
  if (memory.empty()) return true;
  const std::string origin = Origin();
  if (memory.substr(0, origin.size()) != origin) return false;
  auto learner = std::make_unique<Learner>(Learning());
  if (!learner->Recall(memory.substr(origin.size()))) return false;
  if (config_.time_to_ready) learner->Retarget(BootSteps(*config_.time_to_ready));
  learner_ = std::move(learner);
  step_ = learner_->last_step() + 1;
  return true;
}

std::unique_ptr<Policy> ParsePredictive(const std::string& name, const ConfigNode& node,
                                        const PolicyContext& /*context*/) {
  PredictiveConfig config;
  config.signal = ParseSignal(node["signal"]);
  config.kind = node.OneOf<DemandKind>("kind", {{"load", DemandKind::kLoad},
                                                {"utilisation", DemandKind::kUtilisation}})
                    .Or(config.kind);
  config.target = node.Number("target").Above(0.0).Required();
  config.violation_budget =
      node.Number("violation_budget").Between(0.0001, 0.5).Or(config.violation_budget);
  config.price_per_launch =
      node.Number("price_per_launch").Between(0.0, 1000.0).Or(config.price_per_launch);
  config.step = node.DurationOf("step")
                    .Between(std::chrono::seconds(5), std::chrono::minutes(15))
                    .Or(config.step);
  const bool is_learned =
      node["time_to_ready"].IsString() && node["time_to_ready"].AsString() == "learned";
  if (!is_learned) {
    config.time_to_ready =
        node.DurationOf("time_to_ready").AtLeast(std::chrono::seconds(1)).Optional();
  }
  config.on_unknown = ParseOnUnknown(node);
  node.Finish();
  if (!(config.target > 0)) return nullptr;
  return std::make_unique<PredictivePolicy>(name, std::move(config));
}

}  // namespace spillway
