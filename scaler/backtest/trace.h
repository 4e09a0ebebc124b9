// A load over time, as somebody measured it. Values, no clock.
//
// Where a trace comes from is a function that gives a Trace: a CSV file here; a recording of the
// service (cli/recorded_trace.h) is another.
#pragma once

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
  Duration first_timestamp{0};    // what the source calls the time of the first point

  // The time until the last point's value ends, which lasts as long as the one before it.
  Duration Length() const;
  double At(Duration since_start) const;
  double Peak() const;

  friend bool operator==(const LoadProfile&, const LoadProfile&) = default;
};

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

struct Trace {
  std::string name;  // of the file, without its ending
  LoadProfile load;
};

// Each path is a CSV file, or a directory whose *.csv files are read in the order of their names.
// Throws TraceError.
std::vector<Trace> ReadTraces(const std::vector<std::string>& paths);

}  // namespace spillway
