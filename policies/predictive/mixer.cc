#include "policies/predictive/mixer.h"

#include <array>
#include <cmath>

#include "policies/predictive/fast_math.h"

namespace spillway::predictive {
namespace {

// A smaller error teaches nothing.
constexpr float kLeastError = 1e-4F;
// How far one level's outcome moves the weights: what the opinions have in common, and each one's
// own part. They agree in most, so that together they move the answer some fifty times as far as
// one: one rate for both makes the sum swing, or takes months to tell who was right.
constexpr float kCommonRate = 3e-5F;
constexpr float kOwnRate = 8e-4F;

constexpr std::size_t FirstCell(std::size_t gate) {
  std::size_t first = 0;
  for (std::size_t g = 0; g < gate; ++g) first += kGateCells[g];
  return first;
}

// In eight sums side by side, so that the order is the same whatever the machine adds at once.
float Dot(std::span<const float> a, std::span<const float> b) {
  std::array<float, 8> sums{};
  std::size_t i = 0;
  for (; i + 8 <= a.size(); i += 8) {
    for (std::size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
  }
  float sum = 0;
  for (; i < a.size(); ++i) sum += a[i] * b[i];
  for (const float s : sums) sum += s;
  return sum;
}

}  // namespace

Mixer::Mixer(std::size_t opinions)
    : opinions_(opinions),
      weights_(FirstCell(kGateCells.size()) * opinions, 1.0F / static_cast<float>(opinions)) {}

float* Mixer::WeightsOf(std::size_t gate, std::size_t cell) {
  return &weights_[(FirstCell(gate) + cell) * opinions_];
}
const float* Mixer::WeightsOf(std::size_t gate, std::size_t cell) const {
  return &weights_[(FirstCell(gate) + cell) * opinions_];
}

std::vector<float> Mixer::Mix(const Gates& gates, std::span<const float> stretched,
                              std::size_t levels) const {
  std::vector<float> mixed(gates.size() * levels);
  for (std::size_t g = 0; g < gates.size(); ++g) {
    const float* weights = WeightsOf(g, gates[g]);
    float* out = &mixed[g * levels];
    for (std::size_t i = 0; i < opinions_; ++i) {
      const float* in = &stretched[i * levels];
      for (std::size_t l = 0; l < levels; ++l) out[l] += weights[i] * in[l];
    }
  }
  return mixed;
}

void Mixer::Learn(const Gates& gates, std::span<const float> stretched,
                  std::span<const float> mixed, std::size_t levels, std::size_t exceeded,
                  float rate) {
  std::vector<float> errors(levels);
  std::vector<float> slopes(opinions_);
  for (std::size_t g = 0; g < gates.size(); ++g) {
    for (std::size_t l = 0; l < levels; ++l) {
      const float error = (l < exceeded ? 1.0F : 0.0F) - Squash(mixed[g * levels + l]);
      errors[l] = std::abs(error) < kLeastError ? 0.0F : rate * error;
    }
    float sum = 0;
    for (std::size_t i = 0; i < opinions_; ++i) {
      sum += slopes[i] = Dot(errors, stretched.subspan(i * levels, levels));
    }
    const float common = sum / static_cast<float>(opinions_);
    float* weights = WeightsOf(g, gates[g]);
    for (std::size_t i = 0; i < opinions_; ++i) {
      weights[i] += kCommonRate * common + kOwnRate * (slopes[i] - common);
    }
  }
}

}  // namespace spillway::predictive
