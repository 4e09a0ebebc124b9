// What a policy sees of the samples: one number over a window, with its age.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scaler/model/sample.h"
#include "scaler/model/time.h"

namespace spillway {

// Over the points (t_i, v_i) of one series within the window:
enum class WindowFunction {
  kLast,  // the newest value
  kMean,  // arithmetic mean of the values
  kMin,
  kMax,
  kSum,
  kQuantile,  // of the values, linear between closest ranks
  kRate,      // increase per second of a counter; a fall is a restart from zero; 2 points or more
  kSlope,     // least-squares slope per second; 2 points or more
};

// Over the values of several series:
enum class Combine {
  kMean,
  kSum,
  kMin,
  kMax,
  kQuantile,
  kPool,  // all points of all series as if they were one ("quantile over requests")
};

// The words of configuration and records: "mean", "quantile", …
std::string_view Name(WindowFunction function);
std::string_view Name(Combine combine);
std::optional<WindowFunction> WindowFunctionFrom(std::string_view name);
std::optional<Combine> CombineFrom(std::string_view name);

// How a signal is made: each series of `metric` that carries the labels `where` is reduced by
// `function` over `window`; series with the same value of the label `group_by` are put together
// by `within` (no `group_by`: each series is its own group); the groups are put together by
// `across`. `across == kPool` applies `function` to the points of all series at once.
struct SignalSpec {
  std::string name;
  std::string metric;
  Labels where;
  WindowFunction function = WindowFunction::kMean;
  double quantile = 0.95;  // for WindowFunction::kQuantile
  Duration window = std::chrono::seconds(60);
  std::string group_by;
  Combine within = Combine::kSum;
  Combine across = Combine::kMean;
  double across_quantile = 0.95;  // for Combine::kQuantile, within and across
  // The newest sample may be this old before a series no longer counts.
  Duration max_age = std::chrono::seconds(90);
  // A series that fell silent keeps the signal `kPartial` for this long after its last sample;
  // then it is taken to be gone on purpose.
  Duration forget_after = std::chrono::seconds(300);

  friend bool operator==(const SignalSpec&, const SignalSpec&) = default;
};

enum class SignalState {
  kFresh,      // every known series has reported in time
  kPartial,    // some have fallen silent: the value may be too low, so it must not shrink anything
  kStale,      // all have fallen silent
  kMissing,    // nothing was ever seen, or too few points for the function
  kNotFinite,  // the computation gave NaN or infinity
};
std::string_view Name(SignalState state);

struct Signal {
  std::string name;
  SignalState state = SignalState::kMissing;
  double value = 0;  // finite; meaningful when fresh or partial
  Duration age{0};   // of the newest sample; 0 when missing
  std::int64_t points = 0;
  std::int64_t series = 0;  // that counted
  std::int64_t silent = 0;  // that fell silent and are not yet forgotten

  bool has_value() const { return state == SignalState::kFresh || state == SignalState::kPartial; }
  friend bool operator==(const Signal&, const Signal&) = default;
};

}  // namespace spillway
