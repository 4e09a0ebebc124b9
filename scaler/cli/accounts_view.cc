#include "scaler/cli/accounts_view.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string AgoOf(const json& time, Time now) {
  const auto then = time.is_null() ? std::nullopt : ParseRfc3339(time.get<std::string>());
  return then ? AgoText(*then, now) : "never";
}

std::string LeftAlone(const json& providers, Time now, const TextStyle& style) {
  Table table({{.title = "LEFT ALONE"},
               {.title = "UNTIL", .is_number = true},
               {.title = "STRIKES", .is_number = true, .rank = 1},
               {.title = "WHY", .is_cuttable = true}});
  for (const json& provider : providers) {
    for (const json& backoff : provider.at("backoffs")) {
      table.Add({backoff.at("key").get<std::string>(), AgoOf(backoff.at("until"), now),
                 std::to_string(backoff.at("strikes").get<std::int64_t>()),
                 backoff.at("why").get<std::string>()});
    }
  }
  return table.is_empty() ? "" : "\n" + table.Text(style);
}

std::string Notes(const json& providers, const TextStyle& style) {
  std::string text;
  for (const json& provider : providers) {
    const std::string name = provider.at("name");
    for (const json& quota : provider.at("quotas")) {
      text +=
          Hanging(style, "",
                  fmt::format("{}: quota {} is {} {}", name, quota.at("name").get<std::string>(),
                              quota.at("limit").get<std::int64_t>(),
                              quota.at("unit") == "vcpu" ? "vCPU" : "machines"));
    }
    for (const json& remark : provider.at("remarks")) {
      text += Hanging(style, "", name + ": " + remark.get<std::string>());
    }
  }
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

std::string AccountsView(const json& providers, Time now, const TextStyle& style) {
  if (providers.empty()) return "no providers\n";
  Table table({{.title = "PROVIDER"},
               {.title = "DRIVER", .rank = 1},
               {.title = "OFFERS", .is_number = true},
               {.title = "AS OF", .is_number = true, .rank = 2},
               {.title = "HOSTS", .is_number = true},
               {.title = "AN HOUR", .is_number = true}});
  for (const json& provider : providers) {
    table.Add({provider.at("name").get<std::string>(), provider.at("kind").get<std::string>(),
               std::to_string(provider.at("offers").get<std::int64_t>()),
               AgoOf(provider.at("offers_as_of"), now),
               std::to_string(provider.at("hosts").get<std::int64_t>()),
               MoneyText(Money::FromDouble(provider.at("running_per_hour")))});
  }
  return table.Text(style) + LeftAlone(providers, now, style) + Notes(providers, style);
}

}  // namespace spillway
