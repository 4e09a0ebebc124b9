#include "scaler/cli/clusters_view.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"
#include "scaler/model/api_reading.h"
#include "scaler/model/names.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string VcpuText(const json& capacity) {
  return std::to_string(capacity.at("vcpu").get<std::int64_t>());
}

std::string MoneyOf(const json& amount) {
  return MoneyText(amount.is_null() ? Money::Unlimited() : Money::FromDouble(amount));
}

std::string AgoOf(const json& time, Time now) {
  const auto then = time.is_null() ? std::nullopt : ParseRfc3339(time.get<std::string>());
  return then ? AgoText(*then, now) : "";
}

// What holds a cluster back comes before what it decided.
Table::Cell StandOf(const json& cluster) {
  if (!cluster.value("paused", json()).is_null()) return {"paused", Ink::kBusy};
  if (!cluster.value("manual_scale", json()).is_null()) return {"by hand", Ink::kBusy};
  if (!cluster.at("held_down_until").is_null()) return {"held down", Ink::kBad};
  const json& last = cluster.at("last_decision");
  if (last.is_null()) return {"undecided", Ink::kFaint};
  const std::string verdict = last.at("verdict");
  return {verdict, InkOf(VerdictFrom(verdict).value_or(Verdict::kHold))};
}

std::string LeftAloneText(const json& rung, Time now) {
  const json& backoffs = rung.at("backoffs");
  if (backoffs.empty()) return "";
  const json& first = backoffs.front();
  std::string text = fmt::format("{} until {}: {}", first.at("key").get<std::string>(),
                                 AgoOf(first.at("until"), now), first.at("why").get<std::string>());
  if (backoffs.size() > 1) text += fmt::format(" and {} more", backoffs.size() - 1);
  return text;
}

}  // namespace

std::string ClustersView(const json& clusters, Time now, const TextStyle& style) {
  Table table({{.title = "CLUSTER"},
               {.title = "STANDS"},
               {.title = "WANTED", .is_number = true},
               {.title = "READY", .is_number = true},
               {.title = "USABLE", .is_number = true, .rank = 3},
               {.title = "HOSTS", .is_number = true, .rank = 1},
               {.title = "AN HOUR", .is_number = true, .rank = 2},
               {.title = "THIS MONTH", .is_number = true, .rank = 4},
               {.title = "ROOM", .is_number = true, .rank = 5},
               {.title = "DECIDED", .rank = 6},
               {.title = "DECISION", .rank = 7}});
  for (const json& cluster : clusters) {
    const json& capacity = cluster.at("capacity");
    const json& money = cluster.at("money");
    const json& last = cluster.at("last_decision");
    table.Add(
        {cluster.at("name").get<std::string>(), StandOf(cluster), VcpuText(capacity.at("wanted")),
         VcpuText(capacity.at("ready")), VcpuText(capacity.at("usable")),
         std::to_string(cluster.at("hosts").at("total").get<std::int64_t>()),
         MoneyOf(money.at("running_per_hour")), MoneyOf(money.at("spent_this_month")),
         MoneyOf(money.at("room_this_month")), last.is_null() ? "" : AgoOf(last.at("time"), now),
         last.is_null() ? "" : last.at("id").get<std::string>()});
  }
  if (table.is_empty()) return "no clusters\n";
  return table.Text(style) + "\n" + Hanging(style, "", "capacity in vCPU");
}

std::string LadderView(const json& cluster, Time now, const TextStyle& style) {
  Table table({{.title = "RUNG"},
               {.title = "PROVIDER", .rank = 1},
               {.title = "LOCATION", .rank = 2},
               {.title = "HOSTS", .is_number = true},
               {.title = "AT MOST", .is_number = true},
               {.title = ""},
               {.title = "LEFT ALONE", .is_cuttable = true}});
  for (const json& rung : cluster.at("ladder")) {
    const bool is_full = rung.at("is_full");
    table.Add({rung.at("name").get<std::string>(),
               rung.at("provider").get<std::string>(),
               rung.at("location").get<std::string>(),
               std::to_string(rung.at("hosts").get<std::int64_t>()),
               std::to_string(rung.at("max_hosts").get<std::int64_t>()),
               {is_full ? "full" : "", Ink::kBusy},
               LeftAloneText(rung, now)});
  }
  return table.Text(style);
}

}  // namespace spillway
