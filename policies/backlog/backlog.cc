#include "policies/backlog/backlog.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "policies/signal_config.h"
#include "policies/text.h"

namespace spillway {
namespace {

// A runaway value must not overflow whole numbers; the cluster's limits cut it down anyway.
constexpr double kMostHosts = 1e6;

// So much busy time weighs as much as all that was learned before it.
constexpr Duration kEvidence = std::chrono::minutes(30);

std::vector<SignalSpec> SignalsOf(const BacklogConfig& config) {
  std::vector<SignalSpec> signals = {config.queue};
  if (config.arrivals) signals.push_back(*config.arrivals);
  if (config.served) signals.push_back(*config.served);
  return signals;
}

// In hosts of the cluster's size; what is short of either member is not a host.
double HostsIn(const Capacity& c, const Capacity& host) {
  return std::min(static_cast<double>(c.vcpu) / static_cast<double>(host.vcpu),
                  static_cast<double>(c.memory_mib) / static_cast<double>(host.memory_mib));
}

bool IsUsable(const Signal* signal) { return signal && signal->has_value() && signal->value >= 0; }

}  // namespace

BacklogPolicy::BacklogPolicy(std::string name, BacklogConfig config)
    : Policy(std::move(name)), config_(std::move(config)), signals_(SignalsOf(config_)) {}

BacklogPolicy::Signals BacklogPolicy::In(const PolicyInput& input) const {
  Signals signals{input.signals[0]};
  if (config_.arrivals) signals.arrivals = &input.signals[1];
  if (config_.served) signals.served = &input.signals.back();
  return signals;
}

std::optional<double> BacklogPolicy::ServiceRate() const {
  return learned_ ? learned_ : config_.service_rate;
}

void BacklogPolicy::Learn(const Signals& signals, const PolicyInput& input) {
  const Capacity& ready = input.cluster.ready;
  const bool is_busy = signals.queue.value > config_.rest && !ready.IsZero();
  if (!is_busy || busy_ != ready) busy_since_.reset();
  if (!is_busy) return;
  if (!busy_since_) {
    busy_since_ = looked_ = input.now;
    busy_ = ready;
  }
  const double hosts = HostsIn(ready, input.cluster.host_size);
  const bool tells = IsUsable(signals.served) && signals.served->state == SignalState::kFresh &&
                     signals.served->value > 0 && hosts > 0;
  if (!tells || input.now - *busy_since_ < config_.served->window) return;
  const double seen = signals.served->value / hosts;
  const double weight = 1.0 - std::exp(-Seconds(input.now - looked_) / Seconds(kEvidence));
  const std::optional<double> before = ServiceRate();
  learned_ = before ? *before + weight * (seen - *before) : seen;
  looked_ = input.now;
}

// The need of the moment, or what the backlog was answered with where that is more.
double BacklogPolicy::HostsKept(double need, double queue, const PolicyInput& input) {
  if (queue <= config_.rest) {
    answer_.reset();
    return need;
  }
  const bool is_over = answer_ && input.now - answer_->since >= config_.drain_within;
  if (!answer_ || need >= answer_->hosts || is_over) answer_ = {need, input.now};
  const bool are_ready = input.cluster.ready.Covers(
      Min(Scaled(input.cluster.host_size, answer_->hosts), input.cluster.usable));
  if (!are_ready) answer_->since = input.now;
  return answer_->hosts;
}

Recommendation BacklogPolicy::Evaluate(const PolicyInput& input) {
  const Signals signals = In(input);
  if (auto why = WhyUnknown(signals.queue, config_.queue)) {
    return CannotTell(config_.on_unknown, input, *std::move(why));
  }
  const double queue = signals.queue.value;
  if (queue < 0) {
    return CannotTell(config_.on_unknown, input,
                      {"signal_negative",
                       fmt::format("{} is {}: below zero it makes no sense", config_.queue.name,
                                   FigureText(queue)),
                       {{"signal", config_.queue.name}, {"value", queue}}});
  }
  Learn(signals, input);
  const std::optional<double> rate = ServiceRate();
  if (!rate) {
    Recommendation r = CannotTell(
        config_.on_unknown, input,
        {"service_rate_unknown", "nobody knows yet what a host works off", {{"value", queue}}});
    if (queue > config_.rest) r.wanted = Max(r.wanted, input.cluster.host_size);
    return r;
  }
  const double arrivals = IsUsable(signals.arrivals) ? signals.arrivals->value : 0;
  const double to_drain = queue > config_.rest ? queue / Seconds(config_.drain_within) : 0;
  const double need = std::min((arrivals + to_drain) / *rate, kMostHosts);
  return Ask(signals, HostsKept(need, queue, input), need, input);
}

Recommendation BacklogPolicy::Ask(const Signals& signals, double hosts, double need,
                                  const PolicyInput& input) {
  const Capacity wanted = Scaled(input.cluster.host_size, hosts);
  const Capacity& usable = input.cluster.usable;
  std::string code = "backlog_hold";
  if (!usable.Covers(wanted)) {
    code = "backlog_grow";
  } else if (hosts > need) {
    code = "backlog_drain";
  } else if (wanted != usable) {
    code = "backlog_shrink";
  }
  Reason reason{
      code,
      fmt::format("{} items wait, a host works off {} a second: {} to drain them within {}, {} "
                  "are ready or coming",
                  FigureText(signals.queue.value), FigureText(*ServiceRate()), CapacityText(wanted),
                  SpanText(config_.drain_within), CapacityText(usable)),
      {{"service_rate", *ServiceRate()}, {"is_learned", learned_.has_value()}, {"need", need}}};
  if (IsUsable(signals.arrivals)) reason.facts.push_back({"arrivals", signals.arrivals->value});
  Recommendation r =
      TargetBySignal(signals.queue, config_.queue, input.now, wanted, std::move(reason));
  const bool knows_arrivals = !signals.arrivals || (IsUsable(signals.arrivals) &&
                                                    signals.arrivals->state == SignalState::kFresh);
  if (!knows_arrivals) {
    r.may_shrink = false;
    r.reason.text += "; what comes in is not known, so it may only grow";
  }
  if (answer_) r.valid_until = std::min(r.valid_until, answer_->since + config_.drain_within);
  return r;
}

std::string BacklogPolicy::Memory() const {
  nlohmann::json memory;
  if (learned_) memory["service_rate"] = *learned_;
  if (answer_) {
    memory["answer"] = {{"hosts", answer_->hosts},
                        {"since", answer_->since.time_since_epoch().count()}};
  }
  return memory.is_null() ? "" : memory.dump();
}

bool BacklogPolicy::Recall(std::string_view memory) {
  const auto json = nlohmann::json::parse(memory, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  const auto positive = [](const nlohmann::json& v) { return v.is_number() && v > 0; };
  const auto rate = json.find("service_rate");
  const auto answer = json.find("answer");
  if (rate != json.end() && !positive(*rate)) return false;
  const bool has_answer = answer != json.end() && answer->is_object() &&
                          answer->contains("hosts") && answer->contains("since") &&
                          positive((*answer)["hosts"]) && (*answer)["since"].is_number_integer();
  if (answer != json.end() && !has_answer) return false;
  // A rate of before is worth nothing where none is to be learned.
  if (rate != json.end() && config_.served) learned_ = rate->get<double>();
  if (has_answer) {
    answer_ = {(*answer)["hosts"].get<double>(),
               Time(Duration((*answer)["since"].get<std::int64_t>()))};
  }
  return true;
}

std::unique_ptr<Policy> ParseBacklog(const std::string& name, const ConfigNode& node,
                                     const PolicyContext& /*context*/) {
  BacklogConfig config;
  config.queue = ParseSignal(node["queue"]);
  if (node.Has("arrivals")) config.arrivals = ParseSignal(node["arrivals"]);
  if (node.Has("served")) config.served = ParseSignal(node["served"]);
  config.service_rate = node.Number("service_rate").Above(0.0).Optional();
  config.drain_within = node.DurationOf("drain_within").AtLeast(std::chrono::seconds(1)).Required();
  config.rest = node.Number("rest").AtLeast(0.0).Or(config.rest);
  config.on_unknown = ParseOnUnknown(node);
  const bool has_rate = node.Has("service_rate") || node.Has("served");
  if (!has_rate) {
    node.Fail(
        "expected service_rate: items a second and host, or served: a signal to learn it from");
  }
  node.Finish();
  if (config.drain_within <= Duration(0) || !has_rate) return nullptr;
  return std::make_unique<BacklogPolicy>(name, std::move(config));
}

}  // namespace spillway
