#include "scaler/trace/otlp.h"

#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using nlohmann::json;

constexpr int kInternal = 1;  // SPAN_KIND_INTERNAL
constexpr int kFailed = 2;    // STATUS_CODE_ERROR

// 64-bit integers are texts in the JSON of protobuf.
json AnyValue(const SpanValue& value) {
  struct {
    json operator()(const std::string& v) const { return {{"stringValue", v}}; }
    json operator()(std::int64_t v) const { return {{"intValue", std::to_string(v)}}; }
    json operator()(double v) const { return {{"doubleValue", v}}; }
    json operator()(bool v) const { return {{"boolValue", v}}; }
  } write;
  return std::visit(write, value);
}

json Attributes(const std::vector<std::pair<std::string, SpanValue>>& attributes) {
  json list = json::array();
  for (const auto& [key, value] : attributes) {
    list.push_back({{"key", key}, {"value", AnyValue(value)}});
  }
  return list;
}

json SpanJson(const Span& span) {
  json j = {{"traceId", span.trace},
            {"spanId", span.id},
            {"name", span.name},
            {"kind", kInternal},
            {"startTimeUnixNano", std::to_string(span.start.count())},
            {"endTimeUnixNano", std::to_string(span.end.count())},
            {"attributes", Attributes(span.attributes)}};
  if (!span.parent.empty()) j["parentSpanId"] = span.parent;
  if (!span.error.empty()) j["status"] = {{"code", kFailed}, {"message", span.error}};
  return j;
}

}  // namespace

std::string OtlpTraces(std::span<const Span> spans, const TraceSource& source) {
  json list = json::array();
  for (const Span& span : spans) list.push_back(SpanJson(span));
  const json resource = {{"attributes", Attributes({{"service.name", "spillway"},
                                                    {"service.namespace", source.name},
                                                    {"service.instance.id", source.instance}})}};
  const json scope = {{"scope", {{"name", "spillway"}}}, {"spans", std::move(list)}};
  const json body = {
      {"resourceSpans", {{{"resource", resource}, {"scopeSpans", json::array({scope})}}}}};
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::int64_t RefusedSpans(std::string_view answer) {
  const json body = json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains("partialSuccess")) return 0;
  const json& partial = body["partialSuccess"];
  if (!partial.is_object() || !partial.contains("rejectedSpans")) return 0;
  const json& refused = partial["rejectedSpans"];
  if (refused.is_number_integer()) return refused.get<std::int64_t>();
  return refused.is_string() ? std::atoll(refused.get_ref<const std::string&>().c_str()) : 0;
}

}  // namespace spillway
