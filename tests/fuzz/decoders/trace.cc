#include "scaler/backtest/trace.h"

#include <cmath>
#include <sstream>

#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

void EatTrace(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  LoadProfile load;
  try {
    load = ReadTrace(in, "trace");
  } catch (const TraceError&) {
    return;
  }
  Require(load.points.size() >= 2 && load.points[0].at == Duration(0), "it begins at zero");
  for (std::size_t i = 0; i < load.points.size(); ++i) {
    Require(i == 0 || load.points[i].at > load.points[i - 1].at, "times rise");
    Require(std::isfinite(load.points[i].value) && load.points[i].value >= 0, "loads are loads");
  }
  Require(load.Length() > load.points.back().at, "the last point lasts");
}

}  // namespace spillway::fuzz
