#include "scaler/cli/events_view.h"

#include <fmt/core.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "policies/text.h"
#include "scaler/cli/decisions_view.h"
#include "scaler/cli/record_text.h"
#include "scaler/model/api_reading.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

struct Told {
  Time time;
  std::string cluster;
  std::string text;
};

Told Decided(const json& data, Time /*now*/) {
  const auto record = FromApi<DecisionRecord>(data);
  const Decision& decision = record.decision;
  const std::string deed = DeedText(record.plan);
  return {decision.time, decision.cluster,
          fmt::format("{}: {}, {} wanted{}{}", decision.id, Name(decision.verdict),
                      CapacityText(decision.wanted), deed.empty() ? "" : "; " + deed,
                      decision.reasons.empty() ? "" : ": " + decision.reasons.front().text)};
}

Told Changed(const json& data, Time /*now*/) {
  const auto host = FromApi<HostRecord>(data);
  const std::string why = WhyText(host);
  return {host.state_since, host.cluster,
          fmt::format("{}: {} at {}{}", host.id, Name(host.state), host.provider,
                      why.empty() ? "" : ": " + why)};
}

Told Touched(const json& data, Time now) {
  return {now, data.at("cluster"), "changed; `spillway clusters` has it"};
}

Told Missed(const json& /*data*/, Time now) {
  return {now, "", "what happened meanwhile was missed"};
}

using Tell = Told (*)(const json& data, Time now);
constexpr std::array<std::pair<std::string_view, Tell>, 4> kKinds = {
    {{"decision", Decided}, {"host", Changed}, {"cluster", Touched}, {"gap", Missed}}};

Told ToldOf(const ServerSentEvent& event, Time now) {
  for (const auto& [kind, tell] : kKinds) {
    if (kind == event.kind) return tell(json::parse(event.data), now);
  }
  return {now, "", event.data};
}

}  // namespace

std::string EventLine(const ServerSentEvent& event, Time now, const TextStyle& style) {
  const Told told = ToldOf(event, now);
  const std::string line = fmt::format("{}  {:<8}  {}{}", TimeText(told.time), event.kind,
                                       told.cluster.empty() ? "" : told.cluster + "  ", told.text);
  const std::string plain = Printable(line);
  return (style.width > 0 ? CutTo(plain, style.width) : plain) + "\n";
}

std::string EventJson(const ServerSentEvent& event) {
  const json data = json::parse(event.data, nullptr, /*allow_exceptions=*/false);
  const json line = {{"id", event.id},
                     {"event", event.kind},
                     {"data", data.is_discarded() ? json(event.data) : data}};
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace spillway
