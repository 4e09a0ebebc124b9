#include "scaler/runtime/random.h"

#include <cmath>
#include <numbers>
#include <random>

namespace spillway {
namespace {

__extension__ typedef unsigned __int128 Wide;

std::uint64_t RotateLeft(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

std::uint64_t SplitMix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = SplitMix(seed);
}

std::uint64_t Random::SeedFromSystem() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

std::uint64_t Random::Next() {
  const std::uint64_t result = RotateLeft(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = RotateLeft(state_[3], 45);
  return result;
}

std::uint64_t Random::Below(std::uint64_t n) {
  if (n == 0) return 0;
  // Multiply and shift (Lemire): the bias is below n / 2^64.
  return static_cast<std::uint64_t>((static_cast<Wide>(Next()) * n) >> 64);
}

double Random::Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

double Random::LogNormal(double median, double sigma) {
  // Box and Muller, one of the pair.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - Unit()));
  const double normal = radius * std::cos(2.0 * std::numbers::pi * Unit());
  return median * std::exp(sigma * normal);
}

std::string Random::Hex(int digits) {
  std::string text;
  for (int i = 0; i < digits; ++i) text += "0123456789abcdef"[Next() >> 60];
  return text;
}

}  // namespace spillway
