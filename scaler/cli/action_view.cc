#include "scaler/cli/action_view.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "policies/text.h"
#include "scaler/cli/explain_view.h"
#include "scaler/cli/record_text.h"
#include "scaler/model/api_reading.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

// "by otto until 2026-03-02T18:00:00Z (in 2 h): the data centre moves"
std::string WordText(const json& word, Time now) {
  std::string text = "by " + word.at("by").get<std::string>();
  const json until = word.value("until", json());
  const auto end = until.is_string() ? ParseRfc3339(until.get<std::string>()) : std::nullopt;
  if (end) text += fmt::format(" until {} ({})", TimeText(*end), AgoText(*end, now));
  const std::string reason = word.at("reason");
  return text + (reason.empty() ? "" : ": " + reason);
}

std::string ClusterLines(const json& cluster, Time now, const TextStyle& style) {
  const std::string lead = cluster.at("name").get<std::string>() + ": ";
  std::string text;
  for (const std::string& order : OrderTexts(cluster, now)) text += Hanging(style, lead, order);
  return text.empty() ? Hanging(style, lead, "follows its policies") : text;
}

std::string HostLines(const json& j, Time now, const TextStyle& style) {
  const auto host = FromApi<HostRecord>(j);
  const std::string lead = host.id + ": ";
  const std::string goal = j.at("goal");
  std::string text = fmt::format("{}{}", Name(host.state),
                                 goal == "retire"    ? ", to be given back"
                                 : goal == "drained" ? ", to stay without guests"
                                                     : "");
  const json word = j.value("protected_by", json());
  if (host.is_protected) text += "; protected" + (word.is_null() ? "" : " " + WordText(word, now));
  return Hanging(style, lead, text);
}

std::string ChangeText(const json& change) {
  const auto shown = [](const json& value) { return value.is_null() ? "nothing" : value.dump(); };
  return fmt::format("{}: {} -> {}{}", change.at("path").get<std::string>(),
                     shown(change.at("before")), shown(change.at("after")),
                     change.at("effect") == "restart" ? " (after a restart)" : "");
}

std::string ConfigLines(const json& reloaded, const TextStyle& style) {
  std::string text;
  for (const json& change : reloaded.at("changes")) {
    text += Hanging(style, "  ", ChangeText(change));
  }
  return text.empty() ? "the configuration is as it was\n" : text;
}

}  // namespace

std::vector<std::string> OrderTexts(const json& cluster, Time now) {
  const json paused = cluster.value("paused", json());
  const json scale = cluster.value("manual_scale", json());
  std::vector<std::string> texts;
  if (!paused.is_null()) texts.push_back("paused " + WordText(paused, now));
  if (!scale.is_null()) {
    texts.push_back(fmt::format("{} wanted {}", CapacityText(FromApi<Capacity>(scale.at("wanted"))),
                                WordText(scale, now)));
  }
  return texts;
}

std::string PreviewView(const json& preview, const TextStyle& style) {
  std::string text;
  for (const json& words : preview.value("words", json::array())) {
    text += Hanging(style, "", words.get<std::string>());
  }
  const json after = preview.value("after", json());
  if (after.is_object()) text += PlanView(FromApi<DecisionRecord>(after), style);
  if (preview.contains("changes")) text += ConfigLines(preview, style);
  return text.empty() ? "nothing would change\n" : text;
}

std::string OutcomeView(const json& resource, Time now, const TextStyle& style) {
  if (resource.contains("changes")) return ConfigLines(resource, style);
  return resource.contains("machine") ? HostLines(resource, now, style)
                                      : ClusterLines(resource, now, style);
}

}  // namespace spillway
