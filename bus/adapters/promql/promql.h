// Queries that a Prometheus server, or one that speaks its HTTP API, is asked at an interval.
// README.md has an example.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

struct PromqlQuery {
  std::string metric;  // what the answer's values are called
  std::string query;
};

struct PromqlConfig {
  std::string url;  // "http://prometheus:9090", without a slash at its end
  std::vector<PromqlQuery> queries;
  std::string ca_file;                          // empty: the system's
  Duration timeout = std::chrono::seconds(10);  // of all queries together
  Duration max_age = std::chrono::minutes(2);   // of a value
  std::size_t max_series = 1000;                // of a query
};

// `credentials`: of the header Authorization; its first is the whole value, all are kept out of
// texts. Empty: none.
//
// The query of a plain series, such as up{job="x"}, is followed by one for the times of its
// samples, evaluated for the same moment: Prometheus itself goes on giving the last value of a
// series that fell silent for five minutes, and says nothing of its age. Those values have their
// samples' own times; of all others it is that of the evaluation.
std::unique_ptr<PulledSource> OpenPromql(PromqlConfig config, std::vector<Secret> credentials,
                                         const PullContext& context);

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParsePromql(const ConfigNode& node);

}  // namespace spillway::adapters
