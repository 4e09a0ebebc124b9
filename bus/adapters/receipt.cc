#include "bus/adapters/receipt.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "bus/adapters/unpack.h"

namespace spillway::adapters {
namespace {

Receipt Refused(const HttpAdapter& adapter, int status, const AdapterRequest& request, Lost lost) {
  HttpAnswer answer = adapter.Refusal(status, request, lost.detail);
  return {{}, {std::move(lost)}, std::move(answer)};
}

int StatusOf(const Lost& lost, std::string_view encoding) {
  if (lost.reason == Loss::kTooLarge) return 413;
  return IsKnownEncoding(encoding) ? 400 : 415;
}

bool HasRoute(const HttpAdapter& adapter, std::string_view method, std::string_view path) {
  const auto routes = adapter.routes();
  return std::any_of(routes.begin(), routes.end(), [&](const HttpRoute& route) {
    return route.method == method && route.path == path;
  });
}

}  // namespace

void MapAll(const Mapping& mapping, const std::vector<Reading>& readings, Receipt& receipt) {
  for (const Reading& reading : readings) {
    if (!std::isfinite(reading.value)) {
      receipt.lost.push_back({Loss::kNotFinite, reading.metric});
      continue;
    }
    std::variant<MappedSample, Lost> mapped = mapping.Map(reading);
    if (auto* lost = std::get_if<Lost>(&mapped)) {
      receipt.lost.push_back(std::move(*lost));
    } else {
      receipt.samples.push_back(std::move(std::get<MappedSample>(mapped)));
    }
  }
}

AdapterRequest WithoutBody(const HttpQuestion& question, std::string_view path, Time now) {
  return {question.method, path, question.query, question.Header("content-type"), "", now};
}

Receipt Receive(const HttpAdapter& adapter, const Mapping& mapping, const HttpQuestion& question,
                std::string_view path, std::size_t max_unpacked_bytes, Time now) {
  AdapterRequest request = WithoutBody(question, path, now);
  if (!HasRoute(adapter, question.method, path)) {
    return Refused(adapter, 404, request,
                   {Loss::kNotFound, question.method + " " + std::string(path) +
                                         " is not of this adapter's protocol"});
  }
  const std::string_view encoding = question.Header("content-encoding");
  std::variant<std::string, Lost> body = Unpack(question.body, encoding, max_unpacked_bytes);
  if (auto* lost = std::get_if<Lost>(&body)) {
    return Refused(adapter, StatusOf(*lost, encoding), request, std::move(*lost));
  }
  request.body = std::get<std::string>(body);
  Decoded decoded = adapter.Decode(request);
  Receipt receipt{{}, std::move(decoded.lost), std::move(decoded.answer)};
  MapAll(mapping, decoded.readings, receipt);
  return receipt;
}

Receipt Receive(DatagramAdapter& adapter, const Mapping& mapping, std::string_view datagram) {
  Receipt receipt;
  adapter.Take(datagram, receipt.lost);
  MapAll(mapping, adapter.Flush(adapter.door().flush_interval), receipt);
  return receipt;
}

}  // namespace spillway::adapters
