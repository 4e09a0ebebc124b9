#include "bus/adapters/builtin.h"

#include <array>

#include "bus/adapters/influx/influx.h"
#include "bus/adapters/opennebula/opennebula.h"
#include "bus/adapters/prometheus/prometheus.h"
#include "bus/adapters/promql/promql.h"

namespace spillway::adapters {

std::span<const AdapterKind> BuiltinAdapters() {
  // A line each, so that two who add one do not get in each other's way.
  // clang-format off
  static constexpr std::array kAdapters = {
      AdapterKind{"influx", ParseInflux},
      AdapterKind{"opennebula", ParseOpenNebula},
      AdapterKind{"prometheus", ParsePrometheus},
      AdapterKind{"promql", ParsePromql},
  };
  // clang-format on
  return kAdapters;
}

}  // namespace spillway::adapters
