// What a series takes of memory: by calculation, as the windows count it, and as the system does.
//
// usage: bench_series [SERIES]
#include <fmt/core.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>

#include "scaler/observe/observations.h"
#include "tests/bench/memory_use.h"

namespace spillway::bench {
namespace {

// Every series has two labels, and its ring is full.
void Measure(std::size_t points, SeriesId series) {
  malloc_trim(0);  // what the measurement before has left
  const std::size_t before = ResidentBytes();
  Observations observations(points);
  {
    SampleBatch batch;
    for (SeriesId id = 0; id < series; ++id) {
      batch.announced.push_back(
          {id,
           {fmt::format("edge-{}", id % 1000),
            "load",
            {{"host", fmt::format("node-{}", id / 1000)}, {"rack", fmt::format("r{}", id % 10)}}}});
    }
    observations.Take(batch, [](const std::string&) {});
  }
  for (std::size_t point = 0; point < points; ++point) {
    SampleBatch batch;
    for (SeriesId id = 0; id < series; ++id) {
      batch.samples.push_back({id, 1.0, Time(Duration(static_cast<std::int64_t>(point)))});
    }
    observations.Take(batch, [](const std::string&) {});
  }
  const double resident = static_cast<double>(ResidentBytes() - before);
  fmt::print("{:>6}  {:>8}  {:>10}  {:>15.0f}  {:>14.0f}\n", points, series,
             Series::BytesFor(points), static_cast<double>(observations.bytes()) / series,
             resident / series);
}

}  // namespace
}  // namespace spillway::bench

int main(int argc, char** argv) {
  const auto series =
      static_cast<spillway::SeriesId>(argc > 1 ? std::max(1, std::atoi(argv[1])) : 100'000);
  fmt::print("bytes per series, of a ring with so many points\n");
  fmt::print("{:>6}  {:>8}  {:>10}  {:>15}  {:>14}\n", "points", "series", "the ring",
             "all that counts", "resident");
  for (const std::size_t points : {120, 512}) spillway::bench::Measure(points, series);
}
