#include "bus/adapters/influx/influx.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "bus/adapters/influx/line_protocol.h"
#include "bus/adapters/query.h"

namespace spillway::adapters {
namespace {

constexpr std::string_view kWrite2 = "/api/v2/write";
constexpr std::string_view kWrite1 = "/write";
constexpr std::string_view kPing = "/ping";
constexpr std::string_view kQuery = "/query";

// The second: what some clients ask before they write.
constexpr std::array kRoutes = {
    HttpRoute{"POST", kWrite2}, HttpRoute{"POST", kWrite1}, HttpRoute{"GET", kPing},
    HttpRoute{"HEAD", kPing},   HttpRoute{"POST", kQuery},
};

// Clients take this for the version of the server.
const HttpHeaders kVersion = {{"x-influxdb-version", "2.7.0"}};

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array kUnits = {
    Unit{"", 1},
    Unit{"ns", 1},
    Unit{"n", 1},
    Unit{"us", 1'000},
    Unit{"u", 1'000},
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
};

HttpAnswer Json(int status, const nlohmann::json& body) {
  return {status, "application/json",
          body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), kVersion};
}

// What the code of version 2 is called for a status of HTTP.
std::string_view CodeOf(int status) {
  switch (status) {
    case 400: return "invalid";
    case 401: return "unauthorized";
    case 404: return "not found";
    case 413: return "request too large";
    case 503: return "unavailable";
    default: return "internal error";
  }
}

HttpAnswer Error(int status, std::string_view path, const std::string& text) {
  if (path == kWrite2) return Json(status, {{"code", CodeOf(status)}, {"message", text}});
  HttpAnswer answer = Json(status, {{"error", text}});
  answer.headers.emplace_back("x-influxdb-error", "see the body");
  return answer;
}

// Nothing to say, or which points were left out: both versions know a write that was done in part.
HttpAnswer AnswerFor(const InfluxLines& lines, std::string_view path) {
  if (lines.bad_points == 0) return {204, "application/json", "", kVersion};
  const auto first = std::find_if(lines.lost.begin(), lines.lost.end(), [](const Lost& lost) {
    return lost.reason == Loss::kBadReading;
  });
  const std::string what = first->detail + "; " + std::to_string(lines.bad_points) + " of " +
                           std::to_string(lines.points) + " points not taken";
  return Error(400, path, lines.bad_points < lines.points ? "partial write: " + what : what);
}

class Influx final : public HttpAdapter {
 public:
  std::span<const HttpRoute> routes() const override { return kRoutes; }

  Decoded Decode(const AdapterRequest& request) const override {
    if (request.path == kPing) return {{}, {}, {204, "text/plain", "", kVersion}};
    // Telegraf makes its database before it writes; there is nothing to be made.
    if (request.path == kQuery) return {{}, {}, Json(200, {{"results", {{{"statement_id", 0}}}}})};
    const std::string precision = QueryValue(request.query, "precision");
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const Unit& u) { return u.name == precision; });
    if (unit == kUnits.end()) {
      const std::string text =
          "precision: expected one of ns, us, ms, s, got \"" + precision + "\"";
      return {{}, {{Loss::kBadBody, text}}, Error(400, request.path, text)};
    }
    InfluxLines lines = ReadInfluxLines(request.body, unit->nanoseconds);
    HttpAnswer answer = AnswerFor(lines, request.path);
    return {std::move(lines.readings), std::move(lines.lost), std::move(answer)};
  }

  HttpAnswer Refusal(int status, const AdapterRequest& request,
                     const std::string& text) const override {
    return Error(status, request.path, text);
  }
};

}  // namespace

ParsedAdapter ParseInflux(const ConfigNode&) { return {std::make_unique<Influx>()}; }

}  // namespace spillway::adapters
