// What an adapter did, counted and told. Any thread.
#pragma once

#include <array>
#include <span>
#include <string>

#include "bus/adapters/reading.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"

namespace spillway::adapters {

class Tally {
 public:
  // `metrics` and `log` outlive it.
  Tally(std::string adapter, Metrics& metrics, Log& log);

  void Answered(int status);
  void Handed(std::size_t samples);
  // Told in the log too, at most a line of a reason every ten seconds; but not what the rules leave
  // out, as they were told to.
  void Refused(std::span<const Lost> lost);
  // The same of `count` losses that are alike.
  void Refused(const Lost& lost, std::size_t count);

 private:
  const std::string adapter_;
  Metrics& metrics_;
  Log& log_;
  Counter samples_;
  std::array<Counter, kLosses> lost_;
};

}  // namespace spillway::adapters
