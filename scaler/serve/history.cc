// /v1/clusters/{cluster}/history: columns for charts.
#include "scaler/control/history.h"

#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/clusters.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

using nlohmann::json;

json Shown(std::int64_t v) { return v; }
json Shown(Time t) { return Seconds(t.time_since_epoch()); }
json Shown(Money m) { return ApiJson(m); }
template <class T>
json Shown(const std::optional<T>& v) {
  return v ? json(*v) : json(nullptr);
}

template <class T>
json Column(const std::vector<T>& values) {
  json column = json::array();
  for (const T& value : values) column.push_back(Shown(value));
  return column;
}

json HistoryJson(const HistoryColumns& columns) {
  json ready = json::object();
  for (const auto& [provider, vcpu] : columns.ready_vcpu) ready[provider] = Column(vcpu);
  return {{"times", Column(columns.times)},
          {"wanted_vcpu", Column(columns.wanted_vcpu)},
          {"load_vcpu", Column(columns.load_vcpu)},
          {"ready_vcpu", std::move(ready)},
          {"booting_vcpu", Column(columns.booting_vcpu)},
          {"waiting_guests", Column(columns.waiting_guests)},
          {"spent_this_month", Column(columns.spent_this_month)},
          {"running_per_hour", Column(columns.running_per_hour)},
          {"violated", Column(columns.violated)}};
}

}  // namespace

HttpAnswer GetHistory(const ApiContext& context, const ApiRequest& request) {
  constexpr std::int64_t kDay = 24 * 60 * 60;
  Query query(request.http.query);
  const Time since = query.TimeOf("since").value_or(kDistantPast);
  const std::chrono::seconds asked(query.Integer("step_s", 1, kDay, 1));
  query.Finish();
  const std::string name = FindCluster(context, request.caller, request.Part("cluster")).spec.name;
  const Duration step = std::max<Duration>(asked, context.history.step());
  json body = HistoryJson(context.history.ColumnsOf(name, since, step));
  body["cluster"] = name;
  body["step_s"] = ApiJson(step);
  return JsonAnswer(body);
}

}  // namespace spillway
