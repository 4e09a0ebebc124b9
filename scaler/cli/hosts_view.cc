#include "scaler/cli/hosts_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

#include "policies/text.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"

namespace spillway {
namespace {

std::vector<const HostRecord*> ByCluster(std::span<const HostRecord> hosts) {
  std::vector<const HostRecord*> sorted;
  for (const HostRecord& host : hosts) sorted.push_back(&host);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](auto* a, auto* b) { return a->cluster < b->cluster; });
  return sorted;
}

std::string Sums(std::span<const HostRecord> hosts) {
  std::map<HostState, int> count;
  Money per_hour;
  for (const HostRecord& host : hosts) {
    ++count[host.state];
    if (IsLive(host) && host.paid_from) per_hour += host.price_per_hour;
  }
  std::string states;
  for (const auto& [state, n] : count) {
    states += fmt::format("{}{} {}", states.empty() ? "" : ", ", n, Name(state));
  }
  return fmt::format("{}: {}; {} an hour", HostCountText(std::ssize(hosts)), states,
                     MoneyText(per_hour));
}

const char* WordsOf(HostGoal goal) {
  switch (goal) {
    case HostGoal::kServe: return "";
    case HostGoal::kDrained: return ", to be without guests";
    case HostGoal::kRetire: return ", to be given back";
  }
  return "";
}

}  // namespace

std::string HostsView(std::span<const HostRecord> hosts, Time now, const TextStyle& style) {
  if (hosts.empty()) return "no hosts\n";
  Table table({{.title = "HOST"},
               {.title = "CLUSTER", .rank = 1},
               {.title = "STATE"},
               {.title = "SINCE", .is_number = true, .rank = 1},
               {.title = "GOAL", .rank = 4},
               {.title = "GUESTS", .is_number = true, .rank = 3},
               {.title = "PROVIDER", .rank = 2},
               {.title = "POOL", .rank = 6},
               {.title = "PLAN", .rank = 5},
               {.title = "ADDRESS", .rank = 7},
               {.title = "PER HOUR", .is_number = true, .rank = 3},
               {.title = "WHY", .is_cuttable = true}});
  for (const HostRecord* host : ByCluster(hosts)) {
    const bool may_have_guests = host->state >= HostState::kReady && IsLive(*host);
    table.Add({host->id,
               host->cluster,
               {std::string(Name(host->state)), InkOf(host->state)},
               SpanText(now - host->state_since),
               host->goal == HostGoal::kServe ? "" : std::string(Name(host->goal)),
               may_have_guests ? std::to_string(host->guests.count) : "",
               host->provider,
               host->pool,
               host->plan,
               host->address,
               PriceText(host->price_per_hour),
               WhyText(*host)});
  }
  return table.Text(style) + "\n" + Hanging(style, "", Sums(hosts));
}

std::string HostView(const HostRecord& host, Time now, const TextStyle& style) {
  const auto line = [&style](const char* lead, const std::string& content) {
    return content.empty() ? "" : Hanging(style, Padded(lead, 9), content);
  };
  std::string text = Painted(style, Ink::kStrong, host.id) + "\n";
  text += line("state", fmt::format("{} for {}{}", Name(host.state),
                                    SpanText(now - host.state_since), WordsOf(host.goal)));
  text += line("why", WhyText(host));
  text += line("cluster", host.cluster + ", pool " + host.pool);
  text += line("machine", fmt::format("{} of {} in {}, {} at {} an hour", host.plan, host.provider,
                                      host.location, CapacityText(host.capacity),
                                      PriceText(host.price_per_hour)));
  text += line("id", host.machine);
  text += line("address", host.address);
  if (host.probes.empty()) return text;
  Table table({{.title = "PROBE"}, {.title = "PASSED"}, {.title = "ANSWER", .is_cuttable = true}});
  for (const ProbeAnswer& answer : host.probes) {
    table.Add({answer.name,
               {answer.passed ? "yes" : "no", answer.passed ? Ink::kGood : Ink::kBad},
               answer.text});
  }
  return text + "\n" + table.Text(style);
}

}  // namespace spillway
