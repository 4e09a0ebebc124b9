#include "bus/adapters/otlp/otlp.h"

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <utility>

#include "bus/adapters/otlp/data_points.h"
#include "bus/adapters/otlp/metrics.pb.h"
#include "bus/adapters/percentiles.h"

namespace spillway::adapters {
namespace {

namespace json = google::protobuf::util;
// While one lives the library does not write on its own to standard error, where our log goes.
using Quiet = google::protobuf::LogSilencer;

constexpr std::array kRoutes = {HttpRoute{"POST", "/v1/metrics"}};
constexpr std::string_view kProtobuf = "application/x-protobuf";
constexpr std::string_view kJson = "application/json";
constexpr std::size_t kMaxBytes = 256 << 20;  // of the readings of a request

// What a refusal is called in the body (google.rpc.Code) for a status of HTTP.
int CodeOf(int status) {
  switch (status) {
    case 401: return 16;  // unauthenticated
    case 404: return 12;  // unimplemented
    case 413: return 8;   // resource exhausted
    case 503: return 14;  // unavailable
    default: return 3;    // invalid argument
  }
}

// What the body is by its type, which may have parameters behind it; without a type, by its look.
std::string_view FormOf(const AdapterRequest& request) {
  if (request.content_type.empty()) return request.body.starts_with('{') ? kJson : kProtobuf;
  for (const std::string_view form : {kProtobuf, kJson}) {
    if (request.content_type.substr(0, request.content_type.find_first_of("; ")) == form) {
      return form;
    }
  }
  return "";
}

// An answer has the form of its question.
HttpAnswer Told(int status, const google::protobuf::Message& message, std::string_view form) {
  const Quiet quiet;
  if (form != kJson) return {status, std::string(kProtobuf), message.SerializeAsString()};
  HttpAnswer answer{status, std::string(kJson), ""};
  const bool is_written = json::MessageToJsonString(message, &answer.body).ok();
  if (!is_written) answer.body = "{}";  // a text that is not UTF-8
  return answer;
}

HttpAnswer Refused(int status, const std::string& text, std::string_view form) {
  otlp::Status body;
  body.set_code(CodeOf(status));
  body.set_message(text);
  return Told(status, body, form);
}

Decoded Lose(int status, Lost lost, std::string_view form) {
  HttpAnswer answer = Refused(status, lost.detail, form);
  return {{}, {std::move(lost)}, std::move(answer)};
}

bool Parse(std::string_view body, std::string_view form,
           otlp::ExportMetricsServiceRequest& exported) {
  const Quiet quiet;
  if (form == kProtobuf) {
    return exported.ParseFromArray(body.data(), static_cast<int>(body.size()));
  }
  json::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return json::JsonStringToMessage({body.data(), body.size()}, &exported, options).ok();
}

// Some points may be wrong: the others are taken, and the sender is told how many were not.
HttpAnswer AnswerFor(const OtlpReadings& read, std::string_view form) {
  otlp::ExportMetricsServiceResponse response;
  if (read.rejected_points > 0) {
    const auto first = std::find_if(read.lost.begin(), read.lost.end(), [](const Lost& lost) {
      return lost.reason == Loss::kBadReading;
    });
    response.mutable_partial_success()->set_rejected_data_points(read.rejected_points);
    response.mutable_partial_success()->set_error_message(first->detail);
  }
  return Told(200, response, form);
}

class Otlp final : public HttpAdapter {
 public:
  explicit Otlp(std::vector<int> percentiles) : percentiles_(std::move(percentiles)) {}

  std::span<const HttpRoute> routes() const override { return kRoutes; }

  Decoded Decode(const AdapterRequest& request) const override {
    const std::string_view form = FormOf(request);
    if (form.empty()) {
      return Lose(415,
                  {Loss::kBadBody, "expected the type application/x-protobuf or application/json"},
                  kProtobuf);
    }
    otlp::ExportMetricsServiceRequest exported;
    if (!Parse(request.body, form, exported)) {
      return Lose(400,
                  {Loss::kBadBody, "expected an ExportMetricsServiceRequest, " + std::string(form)},
                  form);
    }
    std::variant<OtlpReadings, Lost> read = ReadOtlp(exported, percentiles_, kMaxBytes);
    if (auto* lost = std::get_if<Lost>(&read)) return Lose(413, std::move(*lost), form);
    auto& points = std::get<OtlpReadings>(read);
    HttpAnswer answer = AnswerFor(points, form);
    return {std::move(points.readings), std::move(points.lost), std::move(answer)};
  }

  HttpAnswer Refusal(int status, const AdapterRequest& request,
                     const std::string& text) const override {
    return Refused(status, text, FormOf(request));
  }

 private:
  const std::vector<int> percentiles_;
};

}  // namespace

ParsedAdapter ParseOtlp(const ConfigNode& node) {
  return {std::make_unique<Otlp>(ParsePercentiles(node))};
}

}  // namespace spillway::adapters
