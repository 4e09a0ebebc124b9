#include "scaler/cli/shadow_view.h"

#include <fmt/core.h>

#include <cmath>

#include "policies/text.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

std::string CostText(const ShadowScore& score) {
  const double acting = score.acting.cost.ToDouble();
  const double shadow = score.shadow.cost.ToDouble();
  if (acting <= 0) return fmt::format("cost {} against nothing", MoneyText(score.shadow.cost));
  const double more = (shadow / acting - 1) * 100;
  if (std::abs(more) < 0.5) return "as dear";
  return fmt::format("{:.0f} % {}", std::abs(more), more > 0 ? "dearer" : "cheaper");
}

std::string ShareText(const ShadowScore& score, const FleetScore& fleet) {
  const std::optional<double> share = score.ViolatedShare(fleet);
  return share ? fmt::format("{:.2f} %", *share * 100) : "";
}

void AddFleet(const ShadowScore& score, const FleetScore& fleet, bool is_shadow, Table& table) {
  table.Add({is_shadow ? "" : score.cluster, is_shadow ? score.policy : "what acts",
             is_shadow ? "shadow" : "acting", MoneyText(fleet.cost), ShareText(score, fleet),
             std::to_string(fleet.launches), std::to_string(fleet.ready),
             is_shadow ? "" : SpanText(score.watched)});
}

}  // namespace

std::string ShadowText(const ShadowScore& score) {
  std::string text = Printable(score.policy) + ": " + CostText(score);
  if (score.judged > Duration(0)) {
    text += fmt::format(", violated {} against {}", ShareText(score, score.shadow),
                        ShareText(score, score.acting));
  }
  return text + fmt::format(", {} launches against {}, in {}", score.shadow.launches,
                            score.acting.launches, SpanText(score.watched));
}

std::string CompareView(std::span<const ShadowScore> scores, const TextStyle& style) {
  Table table({{.title = "CLUSTER"},
               {.title = "POLICY"},
               {.title = "ROLE"},
               {.title = "COST", .is_number = true},
               {.title = "VIOLATED", .is_number = true},
               {.title = "LAUNCHES", .is_number = true},
               {.title = "READY", .is_number = true, .rank = 2},
               {.title = "IN", .is_number = true, .rank = 1}});
  bool has_objective = true;
  for (const ShadowScore& score : scores) {
    AddFleet(score, score.acting, false, table);
    AddFleet(score, score.shadow, true, table);
    has_objective = has_objective && score.has_objective;
  }
  std::string text = table.Text(style);
  for (const ShadowScore& score : scores) {
    text +=
        Hanging(style, "", score.cluster + ": " + ShadowText(score) + ". It says: " + score.says);
  }
  if (!has_objective) {
    text += Hanging(style, "",
                    "Where VIOLATED is empty the cluster has no objective, which says what that "
                    "would be, or nothing could be judged.");
  }
  return text;
}

}  // namespace spillway
