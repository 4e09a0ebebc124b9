#include "bus/adapters/alertmanager/alertmanager.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "bus/adapters/json_members.h"

namespace spillway::adapters {
namespace {

constexpr std::array kRoutes = {HttpRoute{"POST", "/webhook"}};
constexpr const char* kName = "alertname";

HttpAnswer Told(int status, const std::string& text) {
  return {status, "text/plain; charset=utf-8", text.empty() ? "" : text + "\n"};
}

Labels LabelsOf(const nlohmann::json& alert) {
  Labels labels;
  const nlohmann::json& all = MemberOf(alert, "labels");
  if (!all.is_object()) return labels;
  for (const auto& [name, value] : all.items()) {
    if (name != kName && value.is_string()) AddLabel(labels, name, value.get<std::string>());
  }
  return labels;
}

void ReadAlert(const nlohmann::json& alert, Decoded& decoded) {
  const std::string name = TextAt(MemberOf(alert, "labels"), kName);
  const std::string status = TextAt(alert, "status");
  if (name.empty()) {
    decoded.lost.push_back({Loss::kBadReading, "expected an alert with the label alertname"});
  } else if (status != "firing" && status != "resolved") {
    decoded.lost.push_back(
        {Loss::kBadReading, name + ": expected the status firing or resolved, got " + status});
  } else {
    decoded.readings.push_back({name, LabelsOf(alert), status == "firing" ? 1.0 : 0.0, {}});
  }
}

class Alertmanager final : public HttpAdapter {
 public:
  std::span<const HttpRoute> routes() const override { return kRoutes; }

  // Alertmanager repeats what gets 5xx, and gives up what gets 4xx. An alert that is left out is no
  // reason to refuse the others.
  Decoded Decode(const AdapterRequest& request) const override {
    const nlohmann::json body = nlohmann::json::parse(request.body, nullptr, false);
    const nlohmann::json& alerts = MemberOf(body, "alerts");
    if (TextAt(body, "version") != "4" || !alerts.is_array()) {
      const std::string text = "expected the JSON of a webhook of version 4, with alerts";
      return {{}, {{Loss::kBadBody, text}}, Told(400, text)};
    }
    Decoded decoded;
    for (const nlohmann::json& alert : alerts) ReadAlert(alert, decoded);
    if (NumberAt(body, "truncatedAlerts").value_or(0) > 0) {
      decoded.lost.push_back(
          {Loss::kBadReading, "the sender left alerts out: expected no max_alerts that cuts them"});
    }
    decoded.answer = Told(200, "");
    return decoded;
  }

  HttpAnswer Refusal(int status, const AdapterRequest&, const std::string& text) const override {
    return Told(status, text);
  }
};

}  // namespace

ParsedAdapter ParseAlertmanager(const ConfigNode&) { return {std::make_unique<Alertmanager>()}; }

}  // namespace spillway::adapters
