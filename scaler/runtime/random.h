// Random numbers that are the same everywhere for the same seed: xoshiro256** with splitmix64
// seeding (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), and own
// distributions, because those of the standard library differ between libraries.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace spillway {

class Random {
 public:
  explicit Random(std::uint64_t seed);
  // A seed that nobody can guess, from the operating system.
  static std::uint64_t SeedFromSystem();

  std::uint64_t Next();
  // Uniform in [0, n); 0 when n is 0.
  std::uint64_t Below(std::uint64_t n);
  // Uniform in [0, 1).
  double Unit();
  // True with probability p.
  bool Chance(double p) { return Unit() < p; }
  // Log-normal with the given median and the standard deviation of its logarithm.
  double LogNormal(double median, double sigma);
  // `digits` hexadecimal digits.
  std::string Hex(int digits);

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace spillway
