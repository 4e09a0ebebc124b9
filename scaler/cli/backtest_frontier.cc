#include "scaler/cli/backtest_frontier.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr int kRows = 16;
constexpr int kMargin = 9;  // for the figures at the left
constexpr double kLeast = 1e-4;

// A place on an axis of `size` characters.
int Place(double value, double low, double high, int size) {
  const double share = high > low ? (value - low) / (high - low) : 0;
  return static_cast<int>(std::clamp(std::lround(share * (size - 1)), 0L, long{size} - 1));
}

double LogOf(double share) { return std::log(std::max(share, kLeast)); }

}  // namespace

std::vector<FrontierPoint> FrontierOf(const TournamentPlan& plan, std::span<const Bout> bouts,
                                      std::size_t per_group) {
  std::vector<FrontierPoint> points;
  for (std::size_t i = 0; i < plan.policies.size(); ++i) {
    std::vector<Outcome> outcomes;
    double violated = 0;
    for (const Bout& bout : bouts) {
      if (bout.policy != i) continue;
      outcomes.push_back(bout.outcome);
      violated += bout.outcome.violated_share;
    }
    points.push_back(
        {violated / static_cast<double>(outcomes.size()), MeanCostRatio(outcomes), i / per_group});
  }
  return points;
}

std::string DrawFrontier(std::span<const FrontierPoint> points, double budget,
                         const TextStyle& style) {
  const int columns = std::clamp((style.width > 0 ? style.width : 80) - kMargin - 1, 30, 100);
  double most = std::max(budget, 0.01);
  double low = points[0].cost_ratio;
  double high = low;
  for (const FrontierPoint& point : points) {
    most = std::max(most, point.violated_share);
    low = std::min(low, point.cost_ratio);
    high = std::max(high, point.cost_ratio);
  }
  const auto column = [&](double share) {
    return static_cast<std::size_t>(Place(LogOf(share), LogOf(kLeast), LogOf(most), columns));
  };
  std::vector<std::string> rows(kRows, std::string(static_cast<std::size_t>(columns), ' '));
  for (std::string& row : rows) row[column(budget)] = '|';
  for (const FrontierPoint& point : points) {
    const int row = kRows - 1 - Place(point.cost_ratio, low, high, kRows);
    rows[static_cast<std::size_t>(row)][column(point.violated_share)] =
        static_cast<char>('A' + static_cast<int>(point.group % 26));
  }
  std::string text;
  for (int row = 0; row < kRows; ++row) {
    const double value = high - (high - low) * row / (kRows - 1);
    text += (row % 5 == 0 ? fmt::format("{:7.3f} +", value) : std::string(8, ' ') + "|") +
            rows[static_cast<std::size_t>(row)] + "\n";
  }
  text += std::string(8, ' ') + "+" + std::string(static_cast<std::size_t>(columns), '-') + "\n";
  text += std::string(kMargin, ' ') + Padded("0.01 % violated", columns / 2) +
          Padded(fmt::format("{:.3g} %", 100 * most), columns - columns / 2, true) + "\n";
  return text;
}

}  // namespace spillway
