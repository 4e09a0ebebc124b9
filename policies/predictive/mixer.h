// Many opinions on one chance, made one: the logarithms of their odds, weighed and added. The
// weights are learned by the gradient of the coding cost, one set for each cell of each gate, and
// the gates' answers are averaged. So an opinion may count much in one situation and nothing in
// another, and the answer may be surer than each of the opinions.
// Source: Mattern, "Linear and geometric mixtures: towards a theoretical foundation", DCC 2013, and
// the context mixing of Mahoney's PAQ compressors, which it explains.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "policies/predictive/past.h"

namespace spillway::predictive {

class Mixer {
 public:
  explicit Mixer(std::size_t opinions);

  using Gates = std::array<std::uint16_t, kGateCells.size()>;

  // `stretched` holds the log odds of each opinion at each of `levels` levels, opinion by opinion.
  // Gives those of each gate, gate by gate.
  std::vector<float> Mix(const Gates& gates, std::span<const float> stretched,
                         std::size_t levels) const;
  // `mixed` is what Mix gave; at the first `exceeded` levels the demand was higher, at others not.
  // Outcomes that say nearly the same as others get a smaller `rate`; 1 for those that do not.
  void Learn(const Gates& gates, std::span<const float> stretched, std::span<const float> mixed,
             std::size_t levels, std::size_t exceeded, float rate);

  static void Fields(auto& self, auto& archive) { archive(self.weights_); }

 private:
  float* WeightsOf(std::size_t gate, std::size_t cell);
  const float* WeightsOf(std::size_t gate, std::size_t cell) const;

  const std::size_t opinions_;
  std::vector<float> weights_;  // by gate, cell and opinion
};

}  // namespace spillway::predictive
