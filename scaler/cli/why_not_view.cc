#include "scaler/cli/why_not_view.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "policies/text.h"
#include "scaler/cli/passed_over.h"
#include "scaler/cli/record_text.h"
#include "scaler/model/api_reading.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

template <class T>
std::vector<T> ListFrom(const json& items) {
  std::vector<T> list;
  for (const json& item : items) list.push_back(FromApi<T>(item));
  return list;
}

std::string WhenText(const json& time, Time now) {
  const std::string text = time;
  const auto then = ParseRfc3339(text);
  return then ? fmt::format("{} ({})", TimeText(*then), AgoText(*then, now)) : text;
}

std::string Head(const json& why_not, Time now, const TextStyle& style) {
  const auto word = [&](const char* name) { return why_not.at(name).get<std::string>(); };
  const auto capacity = [&](const char* name) {
    return CapacityText(FromApi<Capacity>(why_not.at(name)));
  };
  std::string text = Painted(style, Ink::kStrong, Printable(word("cluster"))) + " at " +
                     WhenText(why_not.at("at"), now) + "\n\n";
  const auto line = [&](const char* name, const std::string& value) {
    text += Hanging(style, fmt::format("  {:<8}", name), value);
  };
  line("by", word("decision") + ", " + word("verdict"));
  line("decided", WhenText(why_not.at("decided"), now));
  if (!why_not.at("held_until").is_null()) line("until", WhenText(why_not.at("held_until"), now));
  line("wanted", capacity("wanted"));
  line("ready", capacity("ready"));
  line("usable", capacity("usable") + ", with what was on its way up");
  if (!FromApi<Capacity>(why_not.at("shortfall")).IsZero()) {
    line("missing", capacity("shortfall") + " were not to be had");
  }
  return text;
}

std::string Section(const std::string& title, const std::vector<Reason>& reasons,
                    const TextStyle& style) {
  if (reasons.empty()) return "";
  std::string text = "\n" + Painted(style, Ink::kStrong, title) + "\n";
  for (const Reason& reason : reasons) text += Hanging(style, "  - ", reason.text);
  return text;
}

std::string Said(const std::vector<Recommendation>& recommendations, const TextStyle& style) {
  if (recommendations.empty()) return "";
  std::string text = "\n" + Painted(style, Ink::kStrong, "What the policies said") + "\n";
  for (const Recommendation& r : recommendations) {
    text += Hanging(style, "  ", r.policy + " " + ClaimText(r));
    text += Hanging(style, "      ", r.reason.text);
  }
  return text;
}

}  // namespace

std::string WhyNotView(const json& why_not, Time now, const TextStyle& style) {
  const auto passed_over = ListFrom<Considered>(why_not.at("offers_passed_over"));
  const auto kept = ListFrom<Considered>(why_not.at("hosts_kept"));
  return Head(why_not, now, style) +
         Said(ListFrom<Recommendation>(why_not.at("recommendations")), style) +
         Section("What was made of it", ListFrom<Reason>(why_not.at("reasons")), style) +
         Section("What stopped rungs of the ladder", ListFrom<Reason>(why_not.at("rungs")), style) +
         PassedOver("Offers that were passed over", passed_over, style) +
         PassedOver("Hosts that stayed as they were", kept, style);
}

}  // namespace spillway
