#include "scaler/cli/flap_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "policies/text.h"
#include "scaler/cli/demo/chart.h"

namespace spillway {
namespace {

constexpr int kRows = 8;
constexpr int kLeastColumns = 30;
constexpr int kMostColumns = 72;
constexpr int kAxisWidth = 7;

// The end of the run, from before its last turns on: what leads there is not the point.
Duration Begin(const LimitCycle& cycle) {
  return std::max(cycle.course.front().at, cycle.course.back().at - cycle.period * 4);
}

std::vector<std::optional<ChartColumn>> Columns(const LimitCycle& cycle, int width) {
  std::vector<std::optional<ChartColumn>> columns(static_cast<std::size_t>(width));
  const Duration begin = Begin(cycle);
  const double length = Seconds(cycle.course.back().at - begin) + 1e-3;
  for (const FlapMoment& moment : cycle.course) {
    if (moment.at < begin) continue;
    const double share = Seconds(moment.at - begin) / length;
    const auto column = static_cast<std::size_t>(share * width);
    columns[std::min(column, columns.size() - 1)] = ChartColumn{
        moment.demand, {static_cast<double>(moment.ready), static_cast<double>(moment.coming)}};
  }
  // Columns narrower than an evaluation show what was before.
  for (std::size_t i = 1; i < columns.size(); ++i) {
    if (!columns[i]) columns[i] = columns[i - 1];
  }
  return columns;
}

std::string Plot(const LimitCycle& cycle, const TextStyle& style) {
  const int width = std::clamp(style.prose_width() - kAxisWidth - 1, kLeastColumns, kMostColumns);
  double top = 1;
  for (const FlapMoment& moment : cycle.course) {
    if (moment.at < Begin(cycle)) continue;
    top = std::max({top, moment.demand, static_cast<double>(moment.ready + moment.coming)});
  }
  const std::vector<std::string> lines =
      DrawChart(Columns(cycle, width), {kRows, top * 1.1, style.has_colour});
  std::string text;
  for (int i = 0; i < kRows; ++i) {
    const double value = top * 1.1 * (kRows - i) / kRows;
    const bool is_marked = i % 2 == 0;
    text += is_marked ? fmt::format("{:5.1f} ┤", value) : "      │";
    text += lines[static_cast<std::size_t>(i)] + "\n";
  }
  text += "    0 └";
  for (int i = 0; i < width; ++i) text += "─";
  const std::string left = SpanText(Begin(cycle));
  const std::string right = SpanText(cycle.course.back().at);
  text += "\n       " + Padded(left, width - SeenWidth(right)) + right + "\n";
  text += fmt::format("       {} hosts ready   {} coming   {} load, in hosts at {} {}\n",
                      Swatch(0, style.has_colour), Swatch(1, style.has_colour), kDemandMark,
                      cycle.signal, FigureText(cycle.turning_point));
  return text;
}

}  // namespace

std::string CycleView(const FlapFinding& finding, const TextStyle& style) {
  const LimitCycle& cycle = *finding.proof.cycle;
  std::string text;
  const auto line = [&](const char* lead, const std::string& what) {
    text += Hanging(style, lead, what);
  };
  line("  grows    ", cycle.grows.policy + ": " + cycle.grows.text);
  line("  shrinks  ", cycle.shrinks.policy + ": " + cycle.shrinks.text);
  line("  costs    ", fmt::format("{:.1f} launches an hour for nothing, with hosts that take {} "
                                  "to be ready",
                                  cycle.launches_per_hour, SpanText(cycle.start)));
  text += "\n" + Plot(cycle, style) + "\n";
  line("  ",
       "Leave more room between growing and shrinking, or lengthen limits.stabilisation.in "
       "and limits.cooldown.in; allow_flapping: true on the cluster takes it as it is.");
  return text;
}

nlohmann::json FlapJson(const FlapFinding& finding) {
  nlohmann::json cycle;
  if (finding.proof.cycle) {
    const LimitCycle& c = *finding.proof.cycle;
    nlohmann::json course = nlohmann::json::array();
    for (const FlapMoment& m : c.course) {
      course.push_back({Seconds(m.at), m.demand, m.ready, m.coming});
    }
    cycle = {{"signal", c.signal},
             {"turning_point", c.turning_point},
             {"load", c.load},
             {"start_s", Seconds(c.start)},
             {"period_s", Seconds(c.period)},
             {"least_hosts", c.least},
             {"most_hosts", c.most},
             {"launches_per_hour", c.launches_per_hour},
             {"grows", {{"policy", c.grows.policy}, {"text", c.grows.text}}},
             {"shrinks", {{"policy", c.shrinks.policy}, {"text", c.shrinks.text}}},
             {"course", std::move(course)}};
  }
  return {{"cluster", finding.cluster},    {"shadow", finding.shadow},
          {"runs", finding.proof.runs},    {"evaluations", finding.proof.evaluations},
          {"allowed", finding.is_allowed}, {"cycle", std::move(cycle)}};
}

}  // namespace spillway
