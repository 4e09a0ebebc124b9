#include "scaler/backtest/tournament.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "scaler/backtest/parallel.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

struct Tuned {
  PolicySpec spec;
  bool is_static = false;
};

bool HasChance(const BacktestModel& model) {
  return model.boot_sigma > 0 || model.start_failures > 0;
}

FleetHistory RunOnce(const PolicySpec& spec, const ReferenceContext& context, bool live) {
  Policies policies = spec.Make(context);
  const bool can_be_direct = policies.size() == 1 && !HasChance(context.model);
  if (live || !can_be_direct) return RunLive(context.course, context.model, std::move(policies));
  return RunDirect(context.course, context.model, *policies[0]);
}

PolicySpec WithSettings(const PolicySpec& spec, const char* settings) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(settings, lines);
  PolicySpec changed = spec;
  for (const auto& [key, value] : tree.items()) {
    changed = changed.With(key, value);
  }
  return changed;
}

// The cheapest settings that keep the budget; the best static fleet when none does.
PolicySpec Tune(const PolicySpec& spec, const ReferenceContext& context) {
  const ReferenceKind* reference = FindReference(spec.kind());
  if (reference == nullptr || reference->grid.empty()) return spec;
  std::optional<PolicySpec> best;
  double least = 0;
  for (const char* settings : reference->grid) {
    PolicySpec candidate = WithSettings(spec, settings);
    const Outcome outcome = Score(context.course, context.model, context.optimum,
                                  RunOnce(candidate, context, /*live=*/false), candidate.label());
    if (!outcome.keeps_budget() || (best && outcome.cost >= least)) continue;
    least = outcome.cost;
    best = std::move(candidate);
  }
  return best ? *best : PolicySpec::Read("static");
}

Bout Fight(const TournamentPlan& plan, const std::vector<Optimum>& optima, std::size_t number) {
  Bout bout;
  bout.course = number / plan.policies.size();
  bout.policy = number % plan.policies.size();
  const Course& course = plan.courses[bout.course];
  const PolicySpec& named = plan.policies[bout.policy];
  const ReferenceContext context{course, plan.model, optima[bout.course], plan.link};
  const PolicySpec spec = plan.is_tuned ? Tune(named, context) : named;
  if (spec.label() != named.label()) bout.settings = spec.label();
  bout.run = RunOnce(spec, context, /*live=*/true);
  bout.outcome = Score(course, plan.model, context.optimum, bout.run, named.label());
  if (!plan.keeps_runs) bout.run = {};
  return bout;
}

}  // namespace

std::vector<Bout> RunTournament(const TournamentPlan& plan, const Progress& progress) {
  for (const Course& course : plan.courses) {
    const Optimum nothing;
    for (const PolicySpec& spec : plan.policies) (void)spec.Make({course, plan.model, nothing});
  }
  const std::size_t bouts_all = plan.courses.size() * plan.policies.size();
  const std::size_t all = plan.courses.size() + bouts_all;
  std::size_t done = 0;
  std::mutex mutex;
  const auto tick = [&] {
    const std::lock_guard lock(mutex);
    progress(++done, all);
  };
  std::vector<Optimum> optima(plan.courses.size());
  ForEachInParallel(optima.size(), plan.jobs, [&](std::size_t i) {
    optima[i] = OptimumOf(plan.courses[i], plan.model);
    tick();
  });
  std::vector<Bout> bouts(bouts_all);
  ForEachInParallel(bouts_all, plan.jobs, [&](std::size_t i) {
    bouts[i] = Fight(plan, optima, i);
    tick();
  });
  return bouts;
}

}  // namespace spillway
