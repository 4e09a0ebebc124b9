// Logarithms by the thousand: accurate to about 2e-5, without branches, so that compilers make
// vectors of loops around them, and the same on every machine.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace spillway::predictive {

// The natural logarithm of a normal positive number. The mantissa's by a polynomial fitted by
// least squares, exact at the ends of [1, 2], so that it is continuous.
inline float FastLog(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const float exponent = static_cast<float>(static_cast<std::int32_t>(bits >> 23) - 127);
  const float f = std::bit_cast<float>((bits & 0x007fffffU) | 0x3f800000U) - 1.0F;
  const float mantissa =
      f * (0.69314718F +
           (f - 1.0F) * (-0.30619105F + f * (0.18439786F + f * (-0.10141737F + f * 0.03050173F))));
  return exponent * 0.69314718F + mantissa;
}

// Chances nearer to 0 and 1 than this are told by too few outcomes to be told apart.
inline constexpr float kLeastChance = 1e-4F;

// The logarithm of the odds.
inline float Stretch(float p) {
  const float q = std::min(std::max(p, kLeastChance), 1.0F - kLeastChance);
  return FastLog(q) - FastLog(1.0F - q);
}

inline float Squash(float stretched) { return 1.0F / (1.0F + std::exp(-stretched)); }

}  // namespace spillway::predictive
