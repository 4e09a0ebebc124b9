// How demand turned out relative to an anchor, by condition: for each anchor, each condition and
// each of its cells a histogram of log(demand / anchor), finest around 0, in which what is long ago
// fades. A cell that has seen little leans on the histogram of all cells, as if it had seen
// `kPrior` outcomes of that.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "policies/predictive/past.h"

namespace spillway::predictive {

inline constexpr std::size_t kBins = 64;

// Where in the bins a ratio lies, as a share of them: 0 to just below kBins.
float BinOf(float log_ratio);

class RatioHistograms {
 public:
  // For one anchor. An outcome weighs 1/e after `memory` outcomes.
  explicit RatioHistograms(double memory);

  using Conditions = std::array<std::uint16_t, kConditionCells.size()>;

  void Learn(const Conditions& conditions, float log_ratio);

  // Chance of a ratio above the lower edge of each bin; 0 at the end.
  using Tail = std::array<float, kBins + 1>;
  // Of all cells together.
  Tail OverallTail() const;
  Tail TailOf(std::size_t condition, std::size_t cell, const Tail& overall) const;

  static void Fields(auto& self, auto& archive) {
    archive(self.weight_, self.overall_, self.cells_);
  }

 private:
  void Rescale();

  const double growth_;
  double weight_ = 1;  // of the next outcome: growing, instead of all others shrinking
  std::vector<float> overall_;
  std::vector<float> cells_;  // of all conditions, one after the other
};

}  // namespace spillway::predictive
