#include "scaler/cli/status_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "policies/text.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/shadow_view.h"
#include "scaler/cli/table.h"
#include "scaler/model/json.h"
#include "scaler/model/rfc3339.h"
#include "scaler/rehearsal/shadow_json.h"

namespace spillway {
namespace {

struct ClusterStatus {
  std::string name;
  const ClusterState* state = nullptr;            // null: hosts without a stored cluster
  const DecisionRecord* last_decision = nullptr;  // null: none yet
  std::vector<const HostRecord*> hosts;
  std::vector<const ShadowScore*> shadows;
  std::vector<const SaidOfCluster*> said;
};

std::vector<ClusterStatus> StatusOf(const StatusInput& input) {
  std::map<std::string, ClusterStatus> by_name;
  for (const ClusterState& state : input.clusters) by_name[state.cluster].state = &state;
  for (const HostRecord& host : input.hosts) by_name[host.cluster].hosts.push_back(&host);
  for (const DecisionRecord& record : input.decisions) {
    const auto cluster = by_name.find(record.decision.cluster);
    if (cluster == by_name.end() || cluster->second.last_decision != nullptr) continue;
    cluster->second.last_decision = &record;
  }
  for (const ShadowScore& score : input.shadows) {
    by_name[score.cluster].shadows.push_back(&score);
  }
  for (const SaidOfCluster& said : input.said) by_name[said.cluster].said.push_back(&said);
  std::vector<ClusterStatus> clusters;
  for (auto& [name, status] : by_name) {
    status.name = name;
    clusters.push_back(std::move(status));
  }
  return clusters;
}

std::string Head(const ClusterStatus& cluster, Time now, const TextStyle& style) {
  std::string head = Painted(style, Ink::kStrong, Printable(cluster.name)) + ": ";
  if (cluster.last_decision == nullptr) return head + "nothing decided yet\n";
  const Decision& last = cluster.last_decision->decision;
  return head + Painted(style, InkOf(last.verdict), std::string(Name(last.verdict))) +
         fmt::format(", decided {} ({})\n", AgoText(last.time, now), last.id);
}

template <class Counts>
std::string CapacityOf(const std::vector<const HostRecord*>& hosts, Counts counts) {
  Capacity sum;
  std::int64_t number = 0;
  for (const HostRecord* host : hosts) {
    if (!counts(*host)) continue;
    sum += host->capacity;
    ++number;
  }
  if (number == 0) return "nothing";
  return fmt::format("{} on {}", CapacityText(sum), HostCountText(number));
}

std::string Signals(const ClusterState& state) {
  std::string text;
  for (const Signal& signal : state.signals) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", signal.name, ValueText(signal));
    if (signal.state != SignalState::kFresh) text += fmt::format(" ({})", Name(signal.state));
  }
  return text;
}

// Hosts by provider and state.
std::string Fleet(const std::vector<const HostRecord*>& hosts, const TextStyle& style) {
  if (hosts.empty()) return "";
  std::set<HostState> states;
  std::map<std::string, std::map<HostState, int>> counts;
  std::map<std::string, Money> per_hour;
  for (const HostRecord* host : hosts) {
    states.insert(host->state);
    ++counts[host->provider][host->state];
    if (host->paid_from) per_hour[host->provider] += host->price_per_hour;
  }
  std::vector<Table::Column> columns = {{.title = "PROVIDER"}};
  for (const HostState state : states) {
    const int rank = state == HostState::kReady ? 0 : 1 + static_cast<int>(state);
    columns.push_back({.title = std::string(Name(state)), .is_number = true, .rank = rank});
  }
  columns.push_back({.title = "PER HOUR", .is_number = true});
  Table table(std::move(columns));
  for (const auto& [provider, by_state] : counts) {
    std::vector<Table::Cell> row = {provider};
    for (const HostState state : states) {
      const auto found = by_state.find(state);
      row.emplace_back(found == by_state.end() ? "" : std::to_string(found->second), InkOf(state));
    }
    row.emplace_back(PriceText(per_hour[provider]));
    table.Add(std::move(row));
  }
  return "\n" + table.Text(style, 2);
}

std::string MoneySpent(const MoneyState& money) {
  return fmt::format("{} spent this month, {} reserved, {} an hour",
                     MoneyText(money.spent_this_month), MoneyText(money.reserved),
                     MoneyText(money.running_per_hour));
}

std::string MoneyRoom(const MoneyState& money) {
  const auto room = [](Money left) { return left <= Money{} ? "nothing left" : MoneyText(left); };
  return fmt::format("{} this month, {} an hour", room(money.room_this_month),
                     room(money.room_per_hour));
}

std::string LastChanges(const ClusterState& state, Time now) {
  const auto at = [now](const char* verb, Time then) {
    return then == kDistantPast ? fmt::format("never {}", verb)
                                : fmt::format("{} {}", verb, AgoText(then, now));
  };
  return at("grew", state.last_out) + ", " + at("shrank", state.last_in);
}

std::string ClusterText(const ClusterStatus& cluster, Time now, const TextStyle& style) {
  std::string text = Head(cluster, now, style);
  const auto line = [&](const char* name, const std::string& value) {
    text += Hanging(style, fmt::format("  {:<10}", name), value);
  };
  for (const SaidOfCluster* said : cluster.said) line("by hand", said->text);
  if (cluster.state != nullptr && cluster.state->has_decided) {
    line("wanted", CapacityText(cluster.state->wanted));
  }
  line("ready", CapacityOf(cluster.hosts, IsReady));
  line("usable", CapacityOf(cluster.hosts, IsUsable) + ", with those on their way up");
  if (cluster.last_decision != nullptr) {
    const MoneyState& money = cluster.last_decision->decision.money;
    line("money", MoneySpent(money));
    line("room", MoneyRoom(money));
    const Capacity& missing = cluster.last_decision->plan.shortfall;
    if (!missing.IsZero()) line("missing", CapacityText(missing) + " were not to be had");
  }
  for (const ShadowScore* score : cluster.shadows) line("shadow", ShadowText(*score));
  if (cluster.state != nullptr) {
    const ClusterState& state = *cluster.state;
    if (!state.signals.empty()) line("signals", Signals(state));
    line("changes", LastChanges(state, now));
    if (state.held_down_until > now) {
      line("held down",
           fmt::format("nothing is bought until {} ({}), because hosts failed",
                       TimeText(state.held_down_until), AgoText(state.held_down_until, now)));
    }
  }
  return text + Fleet(cluster.hosts, style);
}

std::string BackoffsText(const StatusInput& input, const TextStyle& style) {
  Table table({{.title = "LEFT ALONE"},
               {.title = "UNTIL", .is_number = true},
               {.title = "STRIKES", .is_number = true, .rank = 1},
               {.title = "WHY", .is_cuttable = true}});
  for (const OfferBackoff& backoff : input.backoffs) {
    if (backoff.until <= input.now) continue;
    table.Add({backoff.key, AgoText(backoff.until, input.now), std::to_string(backoff.strikes),
               backoff.why});
  }
  return table.is_empty() ? "" : "\n" + table.Text(style);
}

}  // namespace

std::string StatusView(const StatusInput& input, const TextStyle& style) {
  std::string text;
  for (const ClusterStatus& cluster : StatusOf(input)) {
    text += (text.empty() ? "" : "\n") + ClusterText(cluster, input.now, style);
  }
  if (text.empty()) text = "no clusters yet\n";
  return text + BackoffsText(input, style);
}

std::string StatusJson(const StatusInput& input) {
  nlohmann::json clusters = nlohmann::json::array();
  for (const ClusterStatus& cluster : StatusOf(input)) {
    nlohmann::json hosts = nlohmann::json::array();
    for (const HostRecord* host : cluster.hosts) hosts.push_back(*host);
    nlohmann::json state, decision;
    if (cluster.state != nullptr) state = *cluster.state;
    if (cluster.last_decision != nullptr) decision = *cluster.last_decision;
    clusters.push_back({{"name", cluster.name},
                        {"state", std::move(state)},
                        {"last_decision", std::move(decision)},
                        {"hosts", std::move(hosts)}});
  }
  nlohmann::json backoffs = nlohmann::json::array();
  for (const OfferBackoff& backoff : input.backoffs) backoffs.push_back(backoff);
  nlohmann::json shadows = nlohmann::json::array();
  for (const ShadowScore& score : input.shadows) shadows.push_back(ShadowJson(score));
  return JsonText({{"time", input.now.time_since_epoch().count()},
                   {"clusters", std::move(clusters)},
                   {"backoffs", std::move(backoffs)},
                   {"shadows", std::move(shadows)}});
}

}  // namespace spillway
