#include "bus/adapters/prometheus/prometheus.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "bus/adapters/prometheus/remote_write.pb.h"

namespace spillway::adapters {
namespace {

constexpr std::string_view kWrite = "/api/v1/write";
constexpr std::array kRoutes = {HttpRoute{"POST", kWrite}};

// A NaN of these very bits says that the series has ended.
constexpr std::uint64_t kStaleMarker = 0x7ff0000000000002;

HttpAnswer Told(int status, const std::string& text) {
  return {status, "text/plain; charset=utf-8", text.empty() ? "" : text + "\n"};
}

void ReadSeries(const prometheus::TimeSeries& series, Decoded& decoded) {
  Reading reading;
  for (const prometheus::Label& label : series.labels()) {
    if (label.name() == "__name__") {
      reading.metric = label.value();
    } else {
      reading.labels.emplace_back(label.name(), label.value());
    }
  }
  for (const prometheus::Sample& sample : series.samples()) {
    if (reading.metric.empty()) {
      decoded.lost.push_back({Loss::kBadReading, "expected the label __name__"});
    } else if (std::bit_cast<std::uint64_t>(sample.value()) == kStaleMarker) {
      decoded.lost.push_back({Loss::kStale, reading.metric});
    } else if (!std::isfinite(sample.value())) {
      decoded.lost.push_back({Loss::kNotFinite, reading.metric});
    } else {
      reading.value = sample.value();
      reading.time = Time(Duration(sample.timestamp()));
      decoded.readings.push_back(reading);
    }
  }
}

class Prometheus final : public HttpAdapter {
 public:
  std::span<const HttpRoute> routes() const override { return kRoutes; }

  // What can never be taken is answered with 400, which Prometheus does not repeat; it repeats what
  // gets 5xx. A sample that is left out is no reason to refuse the others.
  Decoded Decode(const AdapterRequest& request) const override {
    prometheus::WriteRequest write;
    if (!write.ParseFromArray(request.body.data(), static_cast<int>(request.body.size()))) {
      const std::string text = "expected a WriteRequest of remote write 1, packed with snappy";
      return {{}, {{Loss::kBadBody, text}}, Told(400, text)};
    }
    Decoded decoded;
    for (const prometheus::TimeSeries& series : write.timeseries()) ReadSeries(series, decoded);
    decoded.answer = Told(204, "");
    return decoded;
  }

  HttpAnswer Refusal(int status, const AdapterRequest&, const std::string& text) const override {
    return Told(status, text);
  }
};

}  // namespace

ParsedAdapter ParsePrometheus(const ConfigNode&) { return {std::make_unique<Prometheus>()}; }

}  // namespace spillway::adapters
