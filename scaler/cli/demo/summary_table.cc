#include "scaler/cli/demo/summary_table.h"

#include <fmt/core.h>

namespace spillway {
namespace {

std::string Row(const std::string& name, const Outcome& outcome) {
  return fmt::format("{:<22}{:>10.2f} USD{:>12.2f} %{:>12}", name, outcome.cost.ToDouble(),
                     outcome.ServedShare() * 100, HoursAndMinutes(outcome.violated));
}

std::string CostByProvider(const Summary& summary) {
  std::string text;
  for (const auto& [provider, cost] : summary.cost_by_provider) {
    text += fmt::format("{}{} {:.2f}", text.empty() ? "" : ", ", provider, cost.ToDouble());
  }
  return text;
}

std::string LeftOver(std::int64_t machines) {
  return fmt::format("{} machine{} left over", machines, machines == 1 ? "" : "s");
}

}  // namespace

std::string HoursAndMinutes(Duration d) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(d).count();
  return fmt::format("{}h {:02}m", minutes / 60, minutes % 60);
}

std::vector<std::string> SummaryTable(const Summary& summary) {
  std::vector<std::string> lines = {
      fmt::format("{:<22}{:>14}{:>14}{:>12}", "", "cost", "served", "violated"),
      Row("Spillway", summary.ours),
      Row("static peak fleet", summary.static_peak),
      Row("on-prem rack alone", summary.rack_alone),
      "",
      "violated: demand was above the capacity that was ready",
      fmt::format("static peak fleet: what the peak of {:.0f} vCPU takes, known beforehand, all",
                  summary.peak_demand_vcpu),
      fmt::format("  the time and without headroom: {} of the rack and {} × {}", summary.rack_hosts,
                  summary.static_cloud_hosts, summary.static_cloud_plan),
      fmt::format("on-prem rack alone: the {} of the rack, all the time", summary.rack_hosts),
      "",
      fmt::format("hosts: {} created, {} removed, {} failed", summary.created, summary.removed,
                  summary.failed),
  };
  if (!summary.cost_by_provider.empty()) {
    lines.push_back("cost by provider: " + CostByProvider(summary));
  }
  if (summary.left_over) lines.push_back(LeftOver(*summary.left_over));
  return lines;
}

}  // namespace spillway
