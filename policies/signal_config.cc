#include "policies/signal_config.h"

#include <string>
#include <utility>
#include <vector>

namespace spillway {
namespace {

template <class E>
using Choices = std::vector<std::pair<std::string_view, E>>;

Choices<WindowFunction> Functions() {
  using enum WindowFunction;
  return {{"last", kLast}, {"mean", kMean},         {"min", kMin},   {"max", kMax},
          {"sum", kSum},   {"quantile", kQuantile}, {"rate", kRate}, {"slope", kSlope}};
}

Choices<Combine> Combinations() {
  using enum Combine;
  return {{"mean", kMean}, {"sum", kSum}, {"min", kMin}, {"max", kMax}, {"quantile", kQuantile}};
}

Choices<Combine> CombinationsOrPool() {
  Choices<Combine> choices = Combinations();
  choices.emplace_back("pool", Combine::kPool);
  return choices;
}

// A key that would have no effect is a misunderstanding: better said than ignored.
void RefuseIdle(const ConfigNode& node, const char* key, bool has_effect, const char* needs) {
  if (!has_effect && node.Has(key)) node[key].Fail(std::string("has an effect only with ") + needs);
}

void CheckTogether(const ConfigNode& node, const SignalSpec& spec) {
  const bool grouped = !spec.group_by.empty();
  RefuseIdle(node, "quantile", spec.function == WindowFunction::kQuantile, "function: quantile");
  RefuseIdle(node, "across_quantile",
             spec.within == Combine::kQuantile || spec.across == Combine::kQuantile,
             "within: quantile or across: quantile");
  RefuseIdle(node, "within", grouped, "group_by");
  RefuseIdle(node, "group_by", spec.across != Combine::kPool,
             "an across other than pool, which takes the points of all series at once");
  if (spec.forget_after < spec.max_age) {
    node["forget_after"].Fail("expected at least max_age");
  }
}

}  // namespace

SignalSpec ParseSignal(const ConfigNode& node) {
  SignalSpec spec;
  const Duration kLeast = std::chrono::milliseconds(1);
  spec.metric = node.String("metric").Required();
  spec.name = node.String("name").Or(spec.metric);
  for (const auto& [label, value] : node.Members("where")) {
    spec.where.emplace_back(label, value.AsString());
  }
  spec.function = node.OneOf("function", Functions()).Or(spec.function);
  spec.quantile = node.Number("quantile").Between(0.0, 1.0).Or(spec.quantile);
  spec.window = node.DurationOf("window").AtLeast(kLeast).Or(spec.window);
  spec.group_by = node.String("group_by").Or("");
  spec.within = node.OneOf("within", Combinations()).Or(spec.within);
  spec.across = node.OneOf("across", CombinationsOrPool()).Or(spec.across);
  spec.across_quantile = node.Number("across_quantile").Between(0.0, 1.0).Or(spec.across_quantile);
  spec.max_age = node.DurationOf("max_age").AtLeast(kLeast).Or(spec.max_age);
  // A signal that may be old is not forgotten earlier than it becomes stale.
  spec.forget_after = node.DurationOf("forget_after").Or(std::max(spec.forget_after, spec.max_age));
  CheckTogether(node, spec);
  node.Finish();
  return spec;
}

}  // namespace spillway
