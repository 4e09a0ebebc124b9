// Demand over the time of a demo: a day that is made up, or a trace that was measured. Values, no
// clock.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

#include "scaler/model/time.h"

namespace spillway {

// `value` holds from `at` until the next point.
struct LoadPoint {
  Duration at{0};
  double value = 0;

  friend bool operator==(const LoadPoint&, const LoadPoint&) = default;
};

struct LoadProfile {
  std::vector<LoadPoint> points;  // times rise, from 0; at least two

  // The time until the last point's value ends, which lasts as long as the one before it.
  Duration Length() const;
  double At(Duration since_start) const;
  double Peak() const;

  friend bool operator==(const LoadProfile&, const LoadProfile&) = default;
};

// 24 hours from midnight, a point a minute, of height about 1 at the highest: a quiet night, a ramp
// in the morning, a flash crowd in the early afternoon, a peak in the evening. Noise of some two
// percent from the seed.
LoadProfile MakeDay(std::uint64_t seed);

// The text is not a trace; the message names the place and what was expected.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads `timestamp_s,value` lines; `#` begins a comment line, the header line may be left out.
// Times rise, values are finite and not negative, and there are two lines or more. The first point
// is moved to 0. `name` is for messages. Throws TraceError.
LoadProfile ReadTrace(std::istream& in, const std::string& name);
LoadProfile ReadTraceFile(const std::string& path);

// The part of `profile`, as long as `length`, around its peak: two thirds of it lie before, as far
// as there is so much. All of it when it is no longer than `length`.
LoadProfile Busiest(const LoadProfile& profile, Duration length);

// The same shape with this peak. A profile of zeros stays one.
LoadProfile ScaledTo(LoadProfile profile, double peak);

}  // namespace spillway
