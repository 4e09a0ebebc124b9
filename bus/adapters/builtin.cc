#include "bus/adapters/builtin.h"

#include <array>

#include "bus/adapters/alertmanager/alertmanager.h"
#include "bus/adapters/collectd/collectd.h"
#include "bus/adapters/influx/influx.h"
#include "bus/adapters/opennebula/opennebula.h"
#include "bus/adapters/otlp/otlp.h"
#include "bus/adapters/prometheus/prometheus.h"
#include "bus/adapters/promql/promql.h"
#include "bus/adapters/statsd/statsd.h"
#include "bus/adapters/zabbix/zabbix.h"

namespace spillway::adapters {

std::span<const AdapterKind> BuiltinAdapters() {
  // A line each, so that two who add one do not get in each other's way.
  // clang-format off
  static constexpr std::array kAdapters = {
      AdapterKind{"alertmanager", ParseAlertmanager},
      AdapterKind{"collectd", ParseCollectd},
      AdapterKind{"influx", ParseInflux},
      AdapterKind{"opennebula", ParseOpenNebula},
      AdapterKind{"otlp", ParseOtlp},
      AdapterKind{"prometheus", ParsePrometheus},
      AdapterKind{"promql", ParsePromql},
      AdapterKind{"statsd", ParseStatsd},
      AdapterKind{"zabbix", ParseZabbix},
  };
  // clang-format on
  return kAdapters;
}

}  // namespace spillway::adapters
