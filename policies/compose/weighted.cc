#include "policies/compose/weighted.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "policies/builtin.h"

namespace spillway {
namespace {

using enum RecommendationKind;

constexpr double kMostWeight = 1000;

class Mean {
 public:
  void Add(const Capacity& c, double weight) {
    vcpu_ += weight * static_cast<double>(c.vcpu);
    memory_mib_ += weight * static_cast<double>(c.memory_mib);
    weight_ += weight;
  }
  bool IsEmpty() const { return weight_ == 0; }
  // Rounded up, but not for what is lost in the arithmetic.
  Capacity Get() const {
    if (IsEmpty()) return {};
    const auto up = [this](double sum) {
      return static_cast<std::int64_t>(std::ceil(sum / weight_ - 1e-9));
    };
    return {up(vcpu_), up(memory_mib_)};
  }

 private:
  double vcpu_ = 0;
  double memory_mib_ = 0;
  double weight_ = 0;
};

Weight ParseWeight(const ConfigNode& node) {
  Weight weight;
  weight.usual = node.Number("weight").Between(0, kMostWeight).Or(weight.usual);
  for (const ConfigNode& window : node.List("windows")) {
    const std::optional<Timetable> hours = ParseTimetable(window);
    const double in_window = window.Number("weight").Between(0, kMostWeight).Required();
    window.Finish();
    if (hours) weight.windows.push_back({*hours, in_window});
  }
  return weight;
}

}  // namespace

double Weight::At(Time now) const {
  const auto window = std::find_if(windows.begin(), windows.end(), [now](const Window& w) {
    return w.hours.StartOf(now).has_value();
  });
  return window == windows.end() ? usual : window->weight;
}

Time Weight::NextChange(Time now) const {
  Time next = kDistantFuture;
  for (const Window& window : windows) next = std::min(next, window.hours.NextChange(now));
  return next;
}

WeightedPolicy::WeightedPolicy(std::string name, std::vector<std::unique_ptr<Policy>> children,
                               std::vector<Weight> weights)
    : Policy(std::move(name)), children_(std::move(children)), weights_(std::move(weights)) {}

Recommendation WeightedPolicy::Evaluate(const PolicyInput& input) {
  const std::vector<Recommendation> said = children_.Evaluate(input);
  std::vector<Recommendation> heard;
  std::vector<Fact> facts;
  Mean asked, ceilings;
  Capacity added;
  Time change = kDistantFuture;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const double weight = weights_[i].At(input.now);
    facts.push_back({said[i].policy + ".weight", weight});
    change = std::min(change, weights_[i].NextChange(input.now));
    if (weight == 0) continue;
    heard.push_back(said[i]);
    const Recommendation& r = said[i];
    if (r.kind == kTarget || r.kind == kFloor) asked.Add(r.wanted, weight);
    if (r.kind == kCeiling) ceilings.Add(r.wanted, weight);
    if (r.kind == kUnknown) added = Max(added, r.wanted);
  }
  RecommendationKind kind = kAbstain;
  for (const RecommendationKind weaker : {kCeiling, kUnknown, kFloor, kTarget}) {
    if (HasKind(heard, weaker)) kind = weaker;
  }
  const Capacity wanted = kind == kCeiling ? ceilings.Get() : Max(asked.Get(), added);
  Recommendation r =
      Composed(heard, input.now, kind, wanted,
               {"weighted", "the weighted mean of " + WhatTheySay(heard), std::move(facts)});
  r.valid_until = std::min(r.valid_until, change);
  return r;
}

std::unique_ptr<Policy> ParseWeighted(const std::string& name, const ConfigNode& node,
                                      const PolicyContext& context) {
  std::vector<std::unique_ptr<Policy>> children;
  std::vector<Weight> weights;
  std::set<std::string> names;
  const std::vector<ConfigNode> entries = node.List("policies");
  for (const ConfigNode& entry : entries) {
    auto child = ParsePolicy(entry["policy"], context);
    Weight weight = ParseWeight(entry);
    entry.Finish();
    if (!child) continue;
    if (!names.insert(child->name()).second) {
      entry["policy"]["name"].Fail("the policy \"" + child->name() + "\" stands twice");
      continue;
    }
    children.push_back(std::move(child));
    weights.push_back(std::move(weight));
  }
  if (entries.empty()) {
    node["policies"].Fail("is required: a list of at least one {policy, weight, windows}");
  }
  node.Finish();
  if (children.empty()) return nullptr;
  return std::make_unique<WeightedPolicy>(name, std::move(children), std::move(weights));
}

}  // namespace spillway
