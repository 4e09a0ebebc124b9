// The data points of OTLP as readings.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "bus/adapters/reading.h"

namespace spillway::adapters {

namespace otlp {
class ExportMetricsServiceRequest;
}

struct OtlpReadings {
  std::vector<Reading> readings;
  std::vector<Lost> lost;
  std::int64_t points = 0;
  std::int64_t rejected_points = 0;  // the sender's mistakes; each is a kBadReading of `lost`
};

// Pure. Gauges and cumulative sums come as they are; a histogram or summary as NAME_count and
// NAME_sum, a summary's quantiles as NAME with the label "quantile", like Prometheus' names.
//
// A delta says what came since the last report. It becomes a rate, NAME_per_second, by the time
// that it was gathered in, since the sum of all of them is known to nobody who came later. Of a
// histogram there is also what only a delta can tell of now: NAME_mean and, where it has bounds,
// NAME with the label "quantile" for each of `percentiles`.
//
// Labels are the attributes of the point, the scope and the resource, the first of a name going
// before the others, and "otel.scope.name". Attributes that are lists, maps or bytes are left out.
//
// Of a point and what is around it 128 attributes are read. A request of which more than about
// `max_bytes` would be made is lost as a whole: attributes stand in it once, but in each reading.
std::variant<OtlpReadings, Lost> ReadOtlp(const otlp::ExportMetricsServiceRequest& request,
                                          const std::vector<int>& percentiles,
                                          std::size_t max_bytes);

}  // namespace spillway::adapters
