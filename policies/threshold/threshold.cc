#include "policies/threshold/threshold.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "policies/signal_config.h"
#include "policies/text.h"

namespace spillway {
namespace {

using Step = ThresholdConfig::Step;

// How much a step moves, both members 0 or more.
Capacity Amount(const Step& step, const ClusterView& cluster) {
  if (!step.percent) return Max(step.change, Capacity{} - step.change);
  const Capacity share = step.IsShrink()
                             ? cluster.ready - Scaled(cluster.ready, 1.0 + *step.percent / 100.0)
                             : Scaled(cluster.ready, *step.percent / 100.0);
  return Max(share, cluster.host_size);
}

Capacity Wanted(const Step& step, const ClusterView& cluster) {
  const Capacity amount = Amount(step, cluster);
  if (step.IsShrink()) return Max(cluster.ready - amount, Capacity{});
  return Max(cluster.ready + amount, cluster.usable);
}

std::string RangeText(const Step& step) {
  if (std::isinf(step.from) && std::isinf(step.to)) return "anything";
  if (std::isinf(step.from)) return "below " + FigureText(step.to);
  if (std::isinf(step.to)) return FigureText(step.from) + " and above";
  return FigureText(step.from) + " up to " + FigureText(step.to);
}

Reason WhyStep(const SignalSpec& signal, double value, const Step& step, const ClusterView& cluster,
               const Capacity& wanted) {
  const bool shrink = step.IsShrink();
  Reason reason;
  reason.code = shrink ? "threshold_shrink" : "threshold_grow";
  reason.text = fmt::format("{} is {}, in the step {}: {} from {} ready to {}", signal.name,
                            FigureText(value), RangeText(step), shrink ? "shrink" : "grow",
                            CapacityText(cluster.ready), CapacityText(wanted));
  if (!std::isinf(step.from)) reason.facts.push_back({"from", step.from});
  if (!std::isinf(step.to)) reason.facts.push_back({"to", step.to});
  if (step.percent) reason.facts.push_back({"percent", *step.percent});
  return reason;
}

Reason WhyHold(const SignalSpec& signal, double value, const ClusterView& cluster) {
  return {"threshold_hold",
          fmt::format("{} is {}, outside of all steps: hold the {} that are ready or coming",
                      signal.name, FigureText(value), CapacityText(cluster.usable)),
          {}};
}

// Sums of host sizes stay far from overflow.
constexpr std::int64_t kMostHosts = 100'000;

void ParseChange(const ConfigNode& node, const Capacity& host_size, Step& step) {
  const auto hosts = node.Integer("hosts").Between(-kMostHosts, kMostHosts).Optional();
  const auto more = node.CapacityOf("capacity").Optional();
  const auto less = node.CapacityOf("minus_capacity").Optional();
  step.percent = node.Number("percent").Between(-100.0, 1000.0).Optional();
  int given = 0;
  for (const char* key : {"hosts", "percent", "capacity", "minus_capacity"}) given += node.Has(key);
  if (given != 1) {
    node.Fail(
        "expected exactly one of hosts: N, percent: P, capacity: {vcpu, memory} and "
        "minus_capacity: {vcpu, memory}");
  }
  if (hosts) step.change = host_size * *hosts;
  if (more) step.change = *more;
  if (less) step.change = Capacity{} - *less;
  const bool is_read = hosts || more || less || step.percent;
  if (is_read && (step.percent ? *step.percent == 0 : step.change.IsZero())) {
    node.Fail("expected a change other than zero; outside of all steps the cluster holds anyway");
  }
  node.Finish();
}

Step ParseStep(const ConfigNode& node, const Capacity& host_size) {
  Step step;
  step.from = node.Number("from").Or(step.from);
  step.to = node.Number("to").Or(step.to);
  if (!(step.from < step.to)) node.Fail("expected from to be below to");
  ParseChange(node["change"], host_size, step);
  node.Finish();
  return step;
}

// The error stands at the later of two steps and names the earlier.
void RefuseOverlaps(const std::vector<ConfigNode>& nodes, const std::vector<Step>& steps) {
  for (std::size_t late = 1; late < steps.size(); ++late) {
    for (std::size_t early = 0; early < late; ++early) {
      const Step common{std::max(steps[early].from, steps[late].from),
                        std::min(steps[early].to, steps[late].to),
                        {},
                        {}};
      if (!(common.from < common.to)) continue;
      nodes[late].Fail(fmt::format("overlaps {}: both have {}; ranges are [from, to)",
                                   nodes[early].path(), RangeText(common)));
    }
  }
}

}  // namespace

ThresholdPolicy::ThresholdPolicy(std::string name, ThresholdConfig config)
    : Policy(std::move(name)), config_(std::move(config)) {}

Recommendation ThresholdPolicy::Evaluate(const PolicyInput& input) {
  const Signal& signal = input.signals[0];
  if (auto why = WhyUnknown(signal, config_.signal)) {
    return CannotTell(config_.on_unknown, input, *std::move(why));
  }
  const auto step = std::find_if(config_.steps.begin(), config_.steps.end(),
                                 [&](const Step& s) { return s.Contains(signal.value); });
  if (step == config_.steps.end()) {
    return TargetBySignal(signal, config_.signal, input.now, input.cluster.usable,
                          WhyHold(config_.signal, signal.value, input.cluster));
  }
  const Capacity wanted = Wanted(*step, input.cluster);
  return TargetBySignal(signal, config_.signal, input.now, wanted,
                        WhyStep(config_.signal, signal.value, *step, input.cluster, wanted));
}

std::unique_ptr<Policy> ParseThreshold(const std::string& name, const ConfigNode& node,
                                       const PolicyContext& context) {
  ThresholdConfig config;
  config.signal = ParseSignal(node["signal"]);
  const std::vector<ConfigNode> steps = node.List("steps");
  for (const ConfigNode& step : steps) config.steps.push_back(ParseStep(step, context.host_size));
  if (steps.empty()) node["steps"].Fail("expected at least one step {from, to, change}");
  RefuseOverlaps(steps, config.steps);
  config.on_unknown = ParseOnUnknown(node);
  node.Finish();
  return std::make_unique<ThresholdPolicy>(name, std::move(config));
}

}  // namespace spillway
