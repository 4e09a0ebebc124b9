#include "scaler/trace/config.h"

#include "scaler/runtime/http_address.h"

namespace spillway {

std::optional<TracesConfig> ParseTraces(const ConfigNode& node) {
  if (node.IsMissing()) return std::nullopt;
  TracesConfig traces;
  traces.endpoint = node.String("endpoint").Required();
  const bool is_plain_meant = node.Boolean("plain_text").Or(false);
  const std::string complaint = ComplaintAboutUrl(traces.endpoint, is_plain_meant);
  if (node.Has("endpoint") && !complaint.empty()) node["endpoint"].Fail(complaint);
  while (traces.endpoint.ends_with('/')) traces.endpoint.pop_back();
  for (const auto& [name, header] : node.Members("headers")) {
    traces.headers[name] = ParseSecretSource(header);
  }
  traces.ca_file = node.String("ca_file").Or("");
  traces.share = node.Number("share").Between(0, 1).Or(traces.share);
  traces.send_every = node.DurationOf("send_every")
                          .Between(std::chrono::milliseconds(100), std::chrono::minutes(1))
                          .Or(traces.send_every);
  traces.timeout = node.DurationOf("timeout")
                       .Between(std::chrono::milliseconds(100), std::chrono::seconds(30))
                       .Or(traces.timeout);
  node.Finish();
  return traces;
}

}  // namespace spillway
