// InfluxDB's line protocol: `measurement,tag=value field=1,other=2i 1556813561098000000`.
// Source: docs.influxdata.com, "Line protocol".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bus/adapters/reading.h"

namespace spillway::adapters {

// What a body of lines came to.
struct InfluxLines {
  std::vector<Reading> readings;
  std::vector<Lost> lost;  // a kBadReading is a whole line, with its number; others are fields
  std::size_t points = 0;  // lines that are no comments, good or bad
  std::size_t bad_points = 0;
};

// Pure. A field becomes a reading measurement_field; the field "value" is called as its measurement
// alone. True and false are 1 and 0, texts are lost. `unit`: nanoseconds of one of the timestamps'.
InfluxLines ReadInfluxLines(std::string_view text, std::int64_t unit);

}  // namespace spillway::adapters
