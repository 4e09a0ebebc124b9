#include "scaler/notify/event.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "scaler/model/api_json.h"
#include "scaler/model/names.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::string_view kTypePrefix = "spillway.";
constexpr std::string_view kTurned = "host.turned";

// Texts of others that are no UTF-8 are mended.
std::string Text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<std::string> AllKinds() {
  std::vector<std::string> kinds;
  for (const Verdict verdict : {Verdict::kGrow, Verdict::kHold, Verdict::kShrink}) {
    kinds.push_back("decision." + std::string(Name(verdict)));
  }
  for (int state = 0; state <= static_cast<int>(HostState::kFailed); ++state) {
    kinds.push_back("host." + std::string(Name(static_cast<HostState>(state))));
  }
  kinds.emplace_back(kTurned);
  return kinds;
}

}  // namespace

Event EventOf(const DecisionRecord& record) {
  json data = ApiJson(record);
  data["plan"].erase("offers");
  data["plan"].erase("hosts");
  const Decision& decision = record.decision;
  return {"decision." + std::string(Name(decision.verdict)), decision.cluster, decision.id,
          decision.time, Text(data)};
}

Event EventOf(const HostRecord* before, const HostRecord& after) {
  json data = ApiJson(after);
  for (const char* own : {"token", "login", "probes"}) data.erase(own);
  const bool entered = before == nullptr || before->state != after.state;
  return {entered ? "host." + std::string(Name(after.state)) : std::string(kTurned), after.cluster,
          after.id, after.state_since, Text(data)};
}

bool IsEventKind(std::string_view text) {
  if (text == "decision" || text == "host") return true;
  for (const std::string& kind : AllKinds()) {
    if (text == kind) return true;
  }
  return false;
}

std::string EventKindsInWords() {
  std::string words = "one of decision, host";
  for (const std::string& kind : AllKinds()) words += ", " + kind;
  return words;
}

CloudEvent MakeCloudEvent(const Event& event, std::string id, const std::string& source) {
  const json envelope = {
      {"specversion", "1.0"},     {"id", id},
      {"source", source},         {"type", std::string(kTypePrefix) + event.kind},
      {"subject", event.subject}, {"time", ApiJson(event.time)},
      {"cluster", event.cluster}, {"datacontenttype", "application/json"}};
  std::string text = Text(envelope);
  text.pop_back();
  text += ",\"data\":" + event.data + "}";
  return {std::move(id), event.kind, event.cluster, event.time, std::move(text)};
}

std::optional<CloudEvent> CloudEventFrom(std::string text) {
  try {
    const json envelope = json::parse(text);
    const auto type = envelope.at("type").get<std::string>();
    const std::optional<Time> time = ParseRfc3339(envelope.at("time").get<std::string>());
    if (!time || !type.starts_with(kTypePrefix)) return std::nullopt;
    return CloudEvent{envelope.at("id"), type.substr(kTypePrefix.size()), envelope.at("cluster"),
                      *time, std::move(text)};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace spillway
