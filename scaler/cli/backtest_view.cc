#include "scaler/cli/backtest_view.h"

#include <fmt/core.h>

#include <vector>

#include "scaler/cli/table.h"
#include "scaler/runtime/units.h"

namespace spillway {
namespace {

constexpr const char* kMean = "(geometric mean)";

std::string Percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

Ink InkOfShare(const Outcome& outcome) { return outcome.keeps_budget() ? Ink::kPlain : Ink::kBad; }

Table EmptyTable() {
  return Table({{.title = "TRACE"},
                {.title = "POLICY"},
                {.title = "COST/OPT", .is_number = true},
                {.title = "VIOLATED", .is_number = true},
                {.title = "HOST-HOURS", .is_number = true, .rank = 3},
                {.title = "THETA U", .is_number = true, .rank = 5},
                {.title = "THETA O", .is_number = true, .rank = 5},
                {.title = "TAU U", .is_number = true, .rank = 7},
                {.title = "TAU O", .is_number = true, .rank = 7},
                {.title = "INSTAB.", .is_number = true, .rank = 6},
                {.title = "JITTER/H", .is_number = true, .rank = 6},
                {.title = "LAUNCHES/D", .is_number = true, .rank = 1},
                {.title = "DECISION", .is_number = true, .rank = 2},
                {.title = "SETTINGS", .rank = 4}});
}

void AddRow(Table& table, const Bout& bout) {
  const Outcome& o = bout.outcome;
  const Elasticity& e = o.elasticity;
  const auto figure = [](double value) { return fmt::format("{:.2f}", value); };
  table.Add({o.trace, o.policy, Table::Cell(fmt::format("{:.3f}", o.cost_ratio), Ink::kStrong),
             Table::Cell(Percent(o.violated_share), InkOfShare(o)), fmt::format("{:.0f}", o.cost),
             figure(e.theta_u), figure(e.theta_o), figure(e.tau_u), figure(e.tau_o),
             figure(e.instability), figure(e.jitter_per_hour),
             fmt::format("{:.0f}", o.launches_per_day), fmt::format("{:.1f} us", o.decision_us),
             bout.settings});
}

// Of one policy over all traces: geometric for the ratio, plain for shares and rates.
void AddMeans(Table& table, std::span<const Bout> bouts, std::size_t policy) {
  std::vector<Outcome> outcomes;
  double violated = 0;
  double launches = 0;
  double decision_us = 0;
  for (const Bout& bout : bouts) {
    if (bout.policy != policy) continue;
    outcomes.push_back(bout.outcome);
    violated += bout.outcome.violated_share;
    launches += bout.outcome.launches_per_day;
    decision_us += bout.outcome.decision_us;
  }
  const auto n = static_cast<double>(outcomes.size());
  table.Add({Table::Cell(kMean, Ink::kFaint), outcomes.front().policy,
             Table::Cell(fmt::format("{:.3f}", MeanCostRatio(outcomes)), Ink::kStrong),
             Percent(violated / n), "", "", "", "", "", "", "", fmt::format("{:.0f}", launches / n),
             fmt::format("{:.1f} us", decision_us / n), ""});
}

std::string Closing(const TournamentPlan& plan, std::span<const Bout> bouts) {
  std::string text = fmt::format(
      "\nCost against the clairvoyant optimum with {} of the steps violated at most; boot {}{}, "
      "step {}.\n",
      Percent(plan.model.violation_budget), FormatDuration(plan.model.boot),
      plan.model.boot_sigma > 0 ? fmt::format(" (sigma {:g})", plan.model.boot_sigma) : "",
      FormatDuration(plan.model.step));
  for (const Bout& bout : bouts) {
    if (bout.policy != 0) continue;
    const Course& course = plan.courses[bout.course];
    text += fmt::format(
        "{}: {:.1f} days scored, a host takes {:.6g}, optimum {:.0f} host-hours (at least {:.0f})",
        course.name, bout.outcome.scored_days, course.capacity, bout.outcome.optimum,
        bout.outcome.dual_bound);
    if (course.unmeasured > Duration(0)) {
      text += fmt::format(", {:.1f} h without a measurement hold the value before",
                          Hours(course.unmeasured));
    }
    text += ".\n";
  }
  return text;
}

}  // namespace

std::string BacktestText(const TournamentPlan& plan, std::span<const Bout> bouts,
                         const TextStyle& style) {
  Table table = EmptyTable();
  for (const Bout& bout : bouts) AddRow(table, bout);
  if (plan.courses.size() > 1) {
    for (std::size_t i = 0; i < plan.policies.size(); ++i) AddMeans(table, bouts, i);
  }
  return table.Text(style) + Closing(plan, bouts);
}

}  // namespace spillway
