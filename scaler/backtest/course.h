// A trace as the backtest walks it: step by step, with the hosts that each step needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scaler/backtest/model.h"
#include "scaler/backtest/trace.h"

namespace spillway {

struct Course {
  std::string name;
  Time start;  // of step 0
  Duration step{0};
  std::vector<double> load;  // of each step
  double capacity = 0;       // load that one host takes
  // Hosts that the load of each step takes: max(1, ceil(load / capacity)).
  std::vector<std::int64_t> need;
  std::size_t scored_from = 0;  // steps before it are for learning: min(3 days, a quarter)
  Duration unmeasured{0};       // time of gaps, in which the value before is taken to go on

  std::size_t size() const { return need.size(); }
  std::size_t scored() const { return size() - scored_from; }
  Time At(std::size_t k) const { return start + step * static_cast<std::int64_t>(k); }
};

// Puts a trace on the grid of the model's steps. A step's load is the mean of the points that lie
// in it; a step without any repeats the one before, so that a trace of a point a minute gives two
// equal steps of 30 s, and a gap goes on with its last value. Timestamps below 100,000,000 are
// seconds since a Monday 0:00 UTC, larger ones Unix time: days and weeks begin where they say.
// Throws TraceError when no capacity can be found in the load (it is zero, nearly always).
Course MakeCourse(const Trace& trace, const BacktestModel& model);

// The value below which the share `q` lies, linear between closest ranks. REQUIRES: not empty.
double Quantile(std::vector<double> values, double q);

}  // namespace spillway
