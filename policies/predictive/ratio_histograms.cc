#include "policies/predictive/ratio_histograms.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "policies/predictive/fast_math.h"

namespace spillway::predictive {
namespace {

constexpr double kPrior = 5;
constexpr double kLargestWeight = 1e6;  // single precision counts on from there without loss

// Of the condition's first cell among the cells of all.
constexpr std::size_t FirstCell(std::size_t condition) {
  std::size_t first = 0;
  for (std::size_t c = 0; c < condition; ++c) first += kConditionCells[c];
  return first;
}

constexpr std::size_t kAllCells = FirstCell(kConditionCells.size());

}  // namespace

float BinOf(float log_ratio) {
  constexpr float kHalf = kBins / 2;
  const float magnitude = FastLog(1.0F + 10.0F * std::abs(log_ratio)) * (kHalf / 3.93F);
  const float at = kHalf + std::copysign(magnitude, log_ratio);
  return std::min(std::max(at, 0.0F), static_cast<float>(kBins) - 0.001F);
}

RatioHistograms::RatioHistograms(double memory)
    : growth_(std::exp(1.0 / memory)), overall_(kBins), cells_(kAllCells * kBins) {}

void RatioHistograms::Learn(const Conditions& conditions, float log_ratio) {
  // Upper edges belong to their bins: a load that stays just as it is was not above itself.
  const auto bin = static_cast<std::size_t>(std::max(std::ceil(BinOf(log_ratio)) - 1.0F, 0.0F));
  const auto weight = static_cast<float>(weight_);
  overall_[bin] += weight;
  for (std::size_t c = 0; c < conditions.size(); ++c) {
    cells_[(FirstCell(c) + conditions[c]) * kBins + bin] += weight;
  }
  weight_ *= growth_;
  if (weight_ > kLargestWeight) Rescale();
}

void RatioHistograms::Rescale() {
  const auto by = static_cast<float>(1.0 / weight_);
  // Less than a thousandth of an outcome is forgotten for good, so that what is stored stays small.
  const auto shrunk = [by](float count) { return count * by < 1e-3F ? 0.0F : count * by; };
  std::transform(overall_.begin(), overall_.end(), overall_.begin(), shrunk);
  std::transform(cells_.begin(), cells_.end(), cells_.begin(), shrunk);
  weight_ = 1;
}

RatioHistograms::Tail RatioHistograms::OverallTail() const {
  Tail tail;
  tail[kBins] = 0;
  for (std::size_t b = kBins; b-- > 0;) tail[b] = tail[b + 1] + overall_[b];
  const float all = tail[0];
  if (all > 0) {
    for (float& t : tail) t /= all;
  }
  return tail;
}

RatioHistograms::Tail RatioHistograms::TailOf(std::size_t condition, std::size_t cell,
                                              const Tail& overall) const {
  const float* counts = &cells_[(FirstCell(condition) + cell) * kBins];
  Tail tail;
  tail[kBins] = 0;
  for (std::size_t b = kBins; b-- > 0;) tail[b] = tail[b + 1] + counts[b];
  const auto prior = static_cast<float>(kPrior * weight_);
  const float by = 1.0F / (tail[0] + prior);
  for (std::size_t b = 0; b < tail.size(); ++b) tail[b] = (tail[b] + prior * overall[b]) * by;
  return tail;
}

}  // namespace spillway::predictive
