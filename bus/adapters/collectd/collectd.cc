#include "bus/adapters/collectd/collectd.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "bus/adapters/json_members.h"

namespace spillway::adapters {
namespace {

constexpr std::array kRoutes = {HttpRoute{"POST", "/write"}};

HttpAnswer Told(int status, const std::string& text) {
  return {status, "text/plain; charset=utf-8", text.empty() ? "" : text + "\n"};
}

// "load" of the plugin load's type load; "memory_percent"; "interface_if_octets".
std::string NameOf(const nlohmann::json& list) {
  const std::string plugin = TextAt(list, "plugin");
  const std::string type = TextAt(list, "type");
  return plugin == type ? plugin : plugin + "_" + type;
}

Labels LabelsOf(const nlohmann::json& list) {
  Labels labels;
  for (const char* name : {"host", "plugin_instance", "type_instance"}) {
    std::string value = TextAt(list, name);
    if (!value.empty()) AddLabel(labels, name, std::move(value));
  }
  return labels;
}

// What was expected of a list of values; empty: all is there.
std::string WhatIsWrong(const nlohmann::json& list) {
  for (const char* name : {"host", "plugin", "type"}) {
    if (TextAt(list, name).empty()) return std::string("the text ") + name;
  }
  if (!TimeAt(list, "time")) return "time, in seconds";
  const nlohmann::json& values = MemberOf(list, "values");
  const nlohmann::json& names = MemberOf(list, "dsnames");
  const bool are_pairs = values.is_array() && names.is_array() && values.size() == names.size();
  return are_pairs ? "" : "as many dsnames as values";
}

void ReadValues(const nlohmann::json& list, Decoded& decoded) {
  const std::string wrong = WhatIsWrong(list);
  if (!wrong.empty()) {
    decoded.lost.push_back({Loss::kBadReading, "expected " + wrong});
    return;
  }
  const nlohmann::json& values = MemberOf(list, "values");
  const nlohmann::json& names = MemberOf(list, "dsnames");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = names[i].is_string() ? names[i].get<std::string>() : "";
    Reading reading{NameOf(list), LabelsOf(list), 0, TimeAt(list, "time")};
    if (name != "value") reading.metric += "_" + name;
    if (values[i].is_number()) {
      reading.value = values[i].get<double>();
      decoded.readings.push_back(std::move(reading));
    } else {
      // null: the plugin does not know, or it is the first of which a rate will be made.
      decoded.lost.push_back({Loss::kNotANumber, reading.metric});
    }
  }
}

class Collectd final : public HttpAdapter {
 public:
  std::span<const HttpRoute> routes() const override { return kRoutes; }

  // Nothing that is refused is sent again, so whatever is good is taken.
  Decoded Decode(const AdapterRequest& request) const override {
    const nlohmann::json body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_array()) {
      const std::string text = "expected a list of values, as write_http has with Format \"JSON\"";
      return {{}, {{Loss::kBadBody, text}}, Told(400, text)};
    }
    Decoded decoded;
    for (const nlohmann::json& one : body) {
      const bool is_notification = one.is_object() && one.contains("annotations");
      if (is_notification) {
        decoded.lost.push_back({Loss::kEvent, TextAt(MemberOf(one, "labels"), "alertname")});
      } else {
        ReadValues(one, decoded);
      }
    }
    decoded.answer = Told(200, "");
    return decoded;
  }

  HttpAnswer Refusal(int status, const AdapterRequest&, const std::string& text) const override {
    return Told(status, text);
  }
};

}  // namespace

ParsedAdapter ParseCollectd(const ConfigNode&) { return {std::make_unique<Collectd>()}; }

}  // namespace spillway::adapters
