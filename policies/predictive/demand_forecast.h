// The distribution of the demand some steps ahead, as what it is decided by: for each size of a
// fleet the chance that it will be too small.
//
// Anchors (past.h, and a regression) say where demand may go; histograms say by condition how
// far off each anchor was before; a mixer weighs the opinions that follow. Everything is learned
// from what came, and told apart by what was known then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policies/predictive/mixer.h"
#include "policies/predictive/past.h"
#include "policies/predictive/ratio_histograms.h"
#include "policies/predictive/regression.h"

namespace spillway::predictive {

// Levels (levels.h) from `first` on, with the chance that demand exceeds each; falling. Levels
// before `first` are exceeded for sure, those after the last for sure not.
struct Curve {
  std::size_t first = 0;
  std::vector<float> exceeded;

  // Hosts that are enough with chance `share`, 0 to 1.
  std::int64_t HostsFor(double share) const;
  double ChanceOfMoreThan(std::int64_t hosts) const;
};

class DemandForecast {
 public:
  // `steps_a_day` gives the memories their lengths.
  DemandForecast(std::int64_t horizon, double steps_a_day);

  // The level (past.h) that was seen in step `step`. Teaches by the forecast made for it, if any.
  void Learn(std::int64_t step, float level, double demand_hosts);
  // From `past` whose last step is `step`, begun at `t`.
  Curve Forecast(std::int64_t step, Time t, const Past& past);
  // Another horizon: what was learned stays, since a little sooner or later is nearly the same.
  void Retarget(std::int64_t horizon);

  static void Fields(auto& self, auto& archive) {
    archive(self.horizon_, self.mixer_, self.regression_, self.histograms_, self.open_);
  }

 private:
  static constexpr std::size_t kForecasts = kAnchors + 1;
  static constexpr std::size_t kOpinions = kForecasts * kConditionCells.size();

  // A forecast whose outcome has not come yet.
  struct Open {
    std::int64_t for_step = -1;
    Situation situation;
    std::array<float, kForecasts> anchors{};
    std::uint32_t first = 0;
    std::uint32_t levels = 0;
    std::vector<float> stretched;
    std::vector<float> mixed;

    static void Fields(auto& self, auto& archive) {
      archive(self.for_step, self.situation.anchors, self.situation.conditions,
              self.situation.gates, self.situation.features, self.situation.base, self.anchors,
              self.first, self.levels, self.stretched, self.mixed);
    }
  };

  Open& SlotFor(std::int64_t step);
  void ChooseLevels(Open& open) const;
  void Ask(Open& open) const;
  static Curve Average(const Open& open);

  std::int64_t horizon_;
  Mixer mixer_;
  Regression regression_;
  std::vector<RatioHistograms> histograms_;  // of each anchor
  std::vector<Open> open_;                   // round and round
};

}  // namespace spillway::predictive
