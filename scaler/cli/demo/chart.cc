#include "scaler/cli/demo/chart.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace spillway {
namespace {

constexpr std::array kColours = {34, 33, 36, 35, 32, 31};
constexpr std::array kPatterns = {"█", "▓", "▒", "░", "▚", "▞"};
constexpr const char* kPlain = "\x1b[0m";

constexpr int kNothing = -1;

struct Cell {
  int provider = kNothing;
  bool is_demand = false;
};

// The row, from the bottom, that `value` reaches into; `rows` when it is above.
int RowOf(double value, const ChartStyle& style) {
  const double share = style.top > 0 ? value / style.top : 0;
  const double row = std::floor(share * style.rows);
  return static_cast<int>(std::clamp(row, 0.0, static_cast<double>(style.rows)));
}

// How many rows, from the bottom, `value` fills, to the nearest.
int RowsFilled(double value, const ChartStyle& style) {
  const double share = style.top > 0 ? value / style.top : 0;
  return static_cast<int>(std::clamp(std::round(share * style.rows), 0.0, double(style.rows)));
}

std::vector<Cell> CellsOf(const ChartColumn& column, const ChartStyle& style) {
  std::vector<Cell> cells(static_cast<std::size_t>(style.rows));
  double below = 0;
  for (std::size_t i = 0; i < column.by_provider.size(); ++i) {
    const int from = RowsFilled(below, style);
    below += column.by_provider[i];
    for (int row = from; row < RowsFilled(below, style); ++row) {
      cells[static_cast<std::size_t>(row)].provider = static_cast<int>(i);
    }
  }
  const int demand = std::min(RowOf(column.demand, style), style.rows - 1);
  cells[static_cast<std::size_t>(demand)].is_demand = true;
  return cells;
}

std::string Drawn(const Cell& cell, bool has_colour) {
  const auto provider = static_cast<std::size_t>(std::max(cell.provider, 0));
  if (cell.is_demand && cell.provider == kNothing) return kDemandMark;
  if (cell.is_demand && !has_colour) return kDemandMark;
  if (cell.is_demand) {
    const int background = kColours[provider % kColours.size()] + 10;
    return "\x1b[1;37;" + std::to_string(background) + "m" + kDemandMark + kPlain;
  }
  return cell.provider == kNothing ? " " : Swatch(provider, has_colour);
}

}  // namespace

std::string Swatch(std::size_t provider, bool has_colour) {
  if (!has_colour) return kPatterns[provider % kPatterns.size()];
  return "\x1b[" + std::to_string(kColours[provider % kColours.size()]) + "m█" + kPlain;
}

std::vector<std::string> DrawChart(const std::vector<std::optional<ChartColumn>>& columns,
                                   const ChartStyle& style) {
  std::vector<std::string> lines(static_cast<std::size_t>(style.rows));
  for (const std::optional<ChartColumn>& column : columns) {
    const std::vector<Cell> cells =
        column ? CellsOf(*column, style) : std::vector<Cell>(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i] += Drawn(cells[lines.size() - 1 - i], style.has_colour);
    }
  }
  return lines;
}

}  // namespace spillway
