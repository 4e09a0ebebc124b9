#include "policies/predictive/demand_forecast.h"

#include <algorithm>
#include <cmath>

#include "policies/predictive/fast_math.h"
#include "policies/predictive/levels.h"

namespace spillway::predictive {
namespace {

constexpr double kHistogramDays = 20;
constexpr double kRegressionDays = 15;
// The regression never moves further than this from its base: a factor of 7.
constexpr double kLongestMove = 2.0;
// Below this chance a level is not looked at.
constexpr float kNever = 1e-5F;

}  // namespace

std::int64_t Curve::HostsFor(double share) const {
  std::size_t i = 0;
  while (i < exceeded.size() && exceeded[i] > 1.0 - share) ++i;
  return Levels()[std::min(first + i, Levels().size() - 1)];
}

double Curve::ChanceOfMoreThan(std::int64_t hosts) const {
  const std::size_t level = LevelFor(static_cast<double>(hosts));
  if (level < first) return 1;
  return level - first < exceeded.size() ? exceeded[level - first] : 0;
}

DemandForecast::DemandForecast(std::int64_t horizon, double steps_a_day)
    : horizon_(horizon),
      mixer_(kOpinions),
      regression_(kFeatures, kRegressionDays * steps_a_day),
      histograms_(kForecasts, RatioHistograms(kHistogramDays * steps_a_day)),
      open_(static_cast<std::size_t>(horizon)) {}

void DemandForecast::Retarget(std::int64_t horizon) {
  horizon_ = horizon;
  open_.assign(static_cast<std::size_t>(horizon), Open());
}

DemandForecast::Open& DemandForecast::SlotFor(std::int64_t step) {
  return open_[static_cast<std::size_t>(step) % open_.size()];
}

void DemandForecast::Learn(std::int64_t step, float level, double demand_hosts) {
  const Open& open = SlotFor(step);
  if (open.for_step != step) return;
  for (std::size_t f = 0; f < kForecasts; ++f) {
    histograms_[f].Learn(open.situation.conditions, level - open.anchors[f]);
  }
  const double change = level - open.situation.base;
  regression_.Learn(open.situation.features, change);
  const std::size_t need = LevelFor(demand_hosts);  // every level before it was exceeded
  const std::size_t exceeded = need < open.first ? 0 : need - open.first;
  // A forecast further ahead hears of each change more often before it can answer: the outcomes of
  // neighbouring steps say nearly the same.
  mixer_.Learn(open.situation.gates, open.stretched, open.mixed, open.levels,
               std::min<std::size_t>(exceeded, open.levels), 1.0F / static_cast<float>(horizon_));
}

Curve DemandForecast::Forecast(std::int64_t step, Time t, const Past& past) {
  Open& open = SlotFor(step + horizon_);
  open.for_step = step + horizon_;
  open.situation = past.Look(t, horizon_);
  std::copy(open.situation.anchors.begin(), open.situation.anchors.end(), open.anchors.begin());
  const double moved = regression_.Predict(open.situation.features);
  open.anchors[kAnchors] =
      open.situation.base + static_cast<float>(std::clamp(moved, -kLongestMove, kLongestMove));
  ChooseLevels(open);
  Ask(open);
  open.mixed = mixer_.Mix(open.situation.gates, open.stretched, open.levels);
  return Average(open);
}

// Those that the last value has ever moved to and from.
void DemandForecast::ChooseLevels(Open& open) const {
  const RatioHistograms::Tail tail = histograms_[0].OverallTail();
  const auto logs = LogLevels();
  const auto has_tail = [&](float log) {
    return tail[static_cast<std::size_t>(BinOf(log - open.anchors[0]))];
  };
  const auto first = std::partition_point(
      logs.begin(), logs.end(), [&](float log) { return has_tail(log) >= 1.0F - kNever; });
  const auto end =
      std::partition_point(first, logs.end(), [&](float log) { return has_tail(log) > kNever; });
  // Before anything was learned the tail is flat: the current need and the one above it.
  open.first = static_cast<std::uint32_t>(std::min(first, logs.end() - 1) - logs.begin());
  open.levels = static_cast<std::uint32_t>(
      std::max<std::ptrdiff_t>(1, std::min(end + 1, logs.end()) - std::min(first, logs.end() - 1)));
}

void DemandForecast::Ask(Open& open) const {
  const std::size_t levels = open.levels;
  open.stretched.resize(kOpinions * levels);
  std::vector<std::uint32_t> bin(levels);
  std::vector<float> share(levels);
  const float* logs = &LogLevels()[open.first];
  for (std::size_t f = 0; f < kForecasts; ++f) {
    for (std::size_t l = 0; l < levels; ++l) {
      const float at = BinOf(logs[l] - open.anchors[f]);
      bin[l] = static_cast<std::uint32_t>(at);
      share[l] = at - static_cast<float>(bin[l]);
    }
    const RatioHistograms::Tail overall = histograms_[f].OverallTail();
    for (std::size_t c = 0; c < kConditionCells.size(); ++c) {
      const auto tail = histograms_[f].TailOf(c, open.situation.conditions[c], overall);
      float* out = &open.stretched[(f * kConditionCells.size() + c) * levels];
      for (std::size_t l = 0; l < levels; ++l) {
        out[l] = tail[bin[l]] + share[l] * (tail[bin[l] + 1] - tail[bin[l]]);
      }
      for (std::size_t l = 0; l < levels; ++l) out[l] = Stretch(out[l]);
    }
  }
}

Curve DemandForecast::Average(const Open& open) {
  Curve curve{open.first, std::vector<float>(open.levels)};
  const std::size_t gates = kGateCells.size();
  float last = 1;
  for (std::size_t l = 0; l < open.levels; ++l) {
    float sum = 0;
    for (std::size_t g = 0; g < gates; ++g) sum += open.mixed[g * open.levels + l];
    last = std::min(last, Squash(sum / static_cast<float>(gates)));
    curve.exceeded[l] = last;
  }
  return curve;
}

}  // namespace spillway::predictive
