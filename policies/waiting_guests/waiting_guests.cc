#include "policies/waiting_guests/waiting_guests.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "policies/text.h"

namespace spillway {
namespace {

constexpr std::int64_t kMostInVain = 3;
constexpr Duration kRest = std::chrono::hours(1);
constexpr std::size_t kNamed = 5;  // guests in a sentence

GuestSize SizeOf(const WaitingGuest& guest) { return {guest.cpu_percent, guest.memory_mib}; }

std::string SizeText(const WaitingGuest& guest) {
  return fmt::format("{} vCPU, {} GiB", FigureText(static_cast<double>(guest.cpu_percent) / 100.0),
                     FigureText(static_cast<double>(guest.memory_mib) / 1024.0));
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size() && i < kNamed; ++i) {
    text += (i == 0 ? "" : ", ") + parts[i];
  }
  if (parts.size() > kNamed) text += fmt::format(" and {} more", parts.size() - kNamed);
  return text;
}

std::string GuestsText(std::size_t count) {
  return count == 1 ? "1 guest waits" : fmt::format("{} guests wait", count);
}

// A size of hosts and how many of them hold the guests.
struct Choice {
  Capacity size;
  Packing packing;

  // In hosts of the cluster's size, by vCPU and memory alike.
  double Amount(const Capacity& host) const {
    return static_cast<double>(packing.hosts) *
           (static_cast<double>(size.vcpu) / static_cast<double>(host.vcpu) +
            static_cast<double>(size.memory_mib) / static_cast<double>(host.memory_mib));
  }
};

Recommendation Abstain(std::string code, std::string text, std::vector<Fact> facts) {
  Recommendation r;
  r.reason = {std::move(code), std::move(text), std::move(facts)};
  return r;
}

}  // namespace

PlaceGuestsPolicy::PlaceGuestsPolicy(std::string name, WaitingGuestsConfig config)
    : Policy(std::move(name)), config_(std::move(config)) {}

GuestSize PlaceGuestsPolicy::Holds(const Capacity& size) const {
  const Capacity left = Missing(size, config_.reserve);
  return {left.vcpu * 100, left.memory_mib};
}

std::string PlaceGuestsPolicy::WhyNotFor(const WaitingGuest& guest,
                                         const PolicyInput& input) const {
  if (guest.cause != WaitCause::kCapacity) {
    return guest.why.empty() ? "more hosts would not help it" : guest.why;
  }
  if (guest.hypervisor && *guest.hypervisor != config_.hypervisor) {
    return fmt::format("needs {}", Name(*guest.hypervisor));
  }
  const auto& sizes = input.cluster.sizes;
  const bool fits = std::any_of(sizes.begin(), sizes.end(), [&](const Capacity& size) {
    return SizeOf(guest).FitsInto(Holds(size));
  });
  if (!fits) return fmt::format("{} fit on no machine that can be had", SizeText(guest));
  const auto effort = efforts_.find(guest.id);
  if (effort != efforts_.end() && input.now < effort->second.resting_until) {
    return fmt::format("{} hosts came for it in vain", kMostInVain);
  }
  return "";
}

PlaceGuestsPolicy::Sorted PlaceGuestsPolicy::Sort(const WaitingList& list,
                                                  const PolicyInput& input) const {
  Sorted sorted;
  for (const WaitingGuest& guest : list.guests) {
    const std::string why = WhyNotFor(guest, input);
    if (why.empty()) {
      sorted.placeable.push_back(&guest);
    } else {
      sorted.not_helped.push_back(fmt::format("{} ({})", guest.id, why));
    }
  }
  return sorted;
}

bool PlaceGuestsPolicy::WasTried(const HostRoom& room, Time now) const {
  return room.ready_at && *room.ready_at + config_.settle <= now;
}

std::vector<GuestSize> PlaceGuestsPolicy::RoomsThatCount(const PolicyInput& input) const {
  std::vector<GuestSize> rooms;
  for (const HostRoom& room : input.cluster.rooms) {
    if (!WasTried(room, input.now)) rooms.push_back(Holds(room.free));
  }
  return rooms;
}

// They are asked for once more. Where a host that would hold one has come since the last time, and
// was tried, it was in vain.
void PlaceGuestsPolicy::CountEfforts(const std::vector<const WaitingGuest*>& guests,
                                     const PolicyInput& input) {
  for (const WaitingGuest* guest : guests) {
    const auto [known, is_new] = efforts_.try_emplace(guest->id, Effort{input.now});
    Effort& effort = known->second;
    const bool has_come = std::any_of(
        input.cluster.rooms.begin(), input.cluster.rooms.end(), [&](const HostRoom& room) {
          return WasTried(room, input.now) && *room.ready_at > effort.asked &&
                 SizeOf(*guest).FitsInto(Holds(room.capacity));
        });
    if (is_new || !has_come) continue;
    effort.asked = input.now;
    if (++effort.in_vain < kMostInVain) continue;
    effort.in_vain = 0;
    effort.resting_until = input.now + kRest;
  }
}

void PlaceGuestsPolicy::ForgetThoseThatNoLongerWait(const WaitingList& list) {
  std::set<std::string> waiting;
  for (const WaitingGuest& guest : list.guests) waiting.insert(guest.id);
  std::erase_if(efforts_, [&](const auto& effort) { return !waiting.contains(effort.first); });
}

Recommendation PlaceGuestsPolicy::Evaluate(const PolicyInput& input) {
  const WaitingList list = input.waiting.empty() ? WaitingList{} : input.waiting[0];
  if (!list.has_value()) {
    const std::string source = config_.waiting.metric.empty() ? "the cluster's manager"
                                                              : "metric " + config_.waiting.metric;
    return CannotTell(config_.on_unknown, input,
                      {"waiting_unknown",
                       fmt::format("{} does not say which guests wait{}{}", source,
                                   list.trouble.empty() ? "" : ": ", list.trouble),
                       {{"state", std::string(Name(list.state))}}});
  }
  if (list.state == SignalState::kFresh) ForgetThoseThatNoLongerWait(list);
  const std::vector<GuestSize> rooms = RoomsThatCount(input);
  const auto pack = [&](const Sorted& sorted) {
    std::vector<GuestSize> guests;
    GuestSize largest;
    for (const WaitingGuest* guest : sorted.placeable) {
      guests.push_back(SizeOf(*guest));
      largest = {std::max(largest.cpu_percent, guest->cpu_percent),
                 std::max(largest.memory_mib, guest->memory_mib)};
    }
    // The host size first, so that it is taken where another is no better.
    const Capacity& host = input.cluster.host_size;
    std::vector<Capacity> sizes = input.cluster.sizes;
    const bool can_be_had =
        std::any_of(sizes.begin(), sizes.end(), [&](const Capacity& s) { return s.Covers(host); });
    if (can_be_had) sizes.insert(sizes.begin(), host);
    std::optional<Choice> best;
    for (const Capacity& size : sizes) {
      if (!largest.FitsInto(Holds(size))) continue;
      const Choice choice{size, PackFirstFit(guests, rooms, Holds(size))};
      if (!best || choice.Amount(host) < best->Amount(host)) best = choice;
    }
    if (best) best->packing = Pack(guests, rooms, Holds(best->size));
    return best;
  };

  Sorted sorted = Sort(list, input);
  std::optional<Choice> choice = pack(sorted);
  if (choice && choice->packing.hosts > 0) {
    CountEfforts(sorted.placeable, input);
    sorted = Sort(list, input);  // less those that were asked for in vain
    choice = pack(sorted);
  }

  std::string others;
  if (!sorted.not_helped.empty()) others = "; hosts would not help " + Joined(sorted.not_helped);
  const auto waiting = static_cast<std::int64_t>(sorted.placeable.size());
  std::vector<Fact> facts = {{"waiting", static_cast<std::int64_t>(list.guests.size())},
                             {"placeable", waiting}};
  for (const std::string& guest : sorted.not_helped) facts.push_back({"not_helped", guest});

  Recommendation r;
  if (list.guests.empty()) {
    r = Abstain("waiting_none", "no guest waits for a place", facts);
  } else if (sorted.placeable.empty() || !choice) {
    r = Abstain("waiting_not_helped", GuestsText(list.guests.size()) + others, facts);
  } else {
    const Packing& packing = choice->packing;
    r.kind = RecommendationKind::kTarget;
    r.wanted = input.cluster.usable + choice->size * packing.hosts;
    if (packing.hosts == 0) {
      r.reason = {"waiting_hold",
                  GuestsText(sorted.placeable.size()) + " and fit on what is coming" + others,
                  facts};
    } else {
      r.piece = choice->size;
      facts.push_back({"hosts", packing.hosts});
      facts.push_back({"hosts_at_least", packing.at_least});
      facts.push_back({"host_vcpu", choice->size.vcpu});
      facts.push_back({"host_memory_mib", choice->size.memory_mib});
      r.reason = {"waiting_buy",
                  fmt::format("{} for a place: {} more of {} hold them{}{}",
                              GuestsText(sorted.placeable.size()), packing.hosts,
                              CapacityText(choice->size),
                              packing.is_exact() ? "" : " (packed by first fit)", others),
                  facts};
    }
  }
  r.may_shrink = list.state == SignalState::kFresh;
  if (!r.may_shrink) {
    r.reason.text += "; the list is not whole, so it may only grow";
    if (!list.trouble.empty()) r.reason.text += ": " + list.trouble;
  }
  return r;
}

std::string PlaceGuestsPolicy::Memory() const {
  if (efforts_.empty()) return "";
  nlohmann::json memory = nlohmann::json::object();
  for (const auto& [guest, effort] : efforts_) {
    memory[guest] = {effort.asked.time_since_epoch().count(), effort.in_vain,
                     effort.resting_until.time_since_epoch().count()};
  }
  return memory.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool PlaceGuestsPolicy::Recall(std::string_view memory) {
  const auto json = nlohmann::json::parse(memory, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  std::map<std::string, Effort> efforts;
  for (const auto& [guest, row] : json.items()) {
    const bool is_sound =
        row.is_array() && row.size() == 3 &&
        std::all_of(row.begin(), row.end(), [](const auto& v) { return v.is_number_integer(); });
    if (!is_sound) return false;
    efforts[guest] = {Time(Duration(row[0].get<std::int64_t>())), row[1].get<std::int64_t>(),
                      Time(Duration(row[2].get<std::int64_t>()))};
  }
  efforts_ = std::move(efforts);
  return true;
}

namespace {

Capacity ParseReserve(const ConfigNode& node) {
  Capacity reserve;
  reserve.vcpu = node.Integer("vcpu").AtLeast(0).Or(reserve.vcpu);
  reserve.memory_mib = node.MemoryMib("memory").AtLeast(0).Or(reserve.memory_mib);
  node.Finish();
  return reserve;
}

}  // namespace

std::unique_ptr<Policy> ParsePlaceGuests(const std::string& name, const ConfigNode& node,
                                         const PolicyContext& context) {
  WaitingGuestsConfig config;
  config.hypervisor = context.hypervisor;
  config.waiting.metric = node.String("metric").Or("");
  config.waiting.max_age =
      node.DurationOf("max_age").AtLeast(std::chrono::seconds(1)).Or(config.waiting.max_age);
  config.reserve = ParseReserve(node["reserve"]);
  config.settle = node.DurationOf("settle").Or(config.settle);
  config.on_unknown = ParseOnUnknown(node);
  node.Finish();
  return std::make_unique<PlaceGuestsPolicy>(name, std::move(config));
}

}  // namespace spillway
