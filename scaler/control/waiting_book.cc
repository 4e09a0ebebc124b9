#include "scaler/control/waiting_book.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "scaler/provision/outside_call.h"

namespace spillway {
namespace {

const std::string* Find(const Labels& labels, const std::string& name) {
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const auto& label) { return label.first == name; });
  return found == labels.end() ? nullptr : &found->second;
}

std::optional<double> Positive(const std::string* text, double most) {
  if (text == nullptr) return std::nullopt;
  double number = 0;
  const char* end = text->data() + text->size();
  const auto [last, failure] = std::from_chars(text->data(), end, number);
  const bool is_sound = failure == std::errc() && last == end && number > 0 && number <= most;
  return is_sound ? std::optional(number) : std::nullopt;
}

std::optional<WaitingGuest> GuestOf(const Labels& labels) {
  constexpr double kMostVcpu = 1e6;
  constexpr double kMostMib = 1e12;
  const std::string* id = Find(labels, "guest");
  const auto vcpu = Positive(Find(labels, "vcpu"), kMostVcpu);
  const auto memory = Positive(Find(labels, "memory_mib"), kMostMib);
  if (id == nullptr || !vcpu || !memory) return std::nullopt;
  WaitingGuest guest;
  guest.id = *id;
  guest.cpu_percent = std::llround(std::ceil(*vcpu * 100 - 1e-9));
  guest.memory_mib = std::llround(std::ceil(*memory));
  if (const std::string* hypervisor = Find(labels, "hypervisor")) {
    guest.hypervisor = HypervisorFrom(*hypervisor);
    if (!guest.hypervisor) return std::nullopt;
  }
  return guest;
}

}  // namespace

WaitingList GuestsOfMetric(const Observations& observations, const std::string& cluster,
                           const WaitingSpec& spec, Time now) {
  WaitingList list;
  list.state = SignalState::kFresh;
  for (const auto& [labels, point] :
       observations.NewestOfEach(cluster, spec.metric, 2 * spec.max_age, now)) {
    if (point.value <= 0) continue;
    const bool is_silent = now - point.time > spec.max_age;
    const std::optional<WaitingGuest> guest = GuestOf(*labels);
    if (is_silent || !guest) list.state = SignalState::kPartial;
    if (!guest) {
      list.trouble =
          "a series of " + spec.metric +
          " lists no guest: expected the labels guest, vcpu and memory_mib, each above 0, and a "
          "hypervisor of kvm, firecracker or lxc where there is one";
    }
    if (!is_silent && guest) list.guests.push_back(*guest);
  }
  std::sort(list.guests.begin(), list.guests.end(),
            [](const WaitingGuest& a, const WaitingGuest& b) { return a.id < b.id; });
  return list;
}

WaitingBook::WaitingBook(const ProvisionContext& context, Duration every,
                         std::function<void(const std::string&)> on_news)
    : context_(context), every_(every), on_news_(std::move(on_news)) {}

void WaitingBook::Follow(const ClusterSpec& cluster,
                         std::span<const std::unique_ptr<Policy>> policies,
                         std::span<const std::unique_ptr<Policy>> shadows) {
  const auto asks = [](const std::unique_ptr<Policy>& policy) {
    const auto lists = policy->waiting();
    return std::any_of(lists.begin(), lists.end(),
                       [](const WaitingSpec& spec) { return spec.metric.empty(); });
  };
  const bool is_asked = std::any_of(policies.begin(), policies.end(), asks) ||
                        std::any_of(shadows.begin(), shadows.end(), asks);
  const auto known = followed_.find(cluster.name);
  if (known != followed_.end()) {
    known->second = is_asked;
  } else if (is_asked) {
    followed_[cluster.name] = true;
    Ask(cluster.name);
  }
}

// The cluster may be another by each time.
void WaitingBook::Ask(const std::string& name) {
  const ClusterSpec* cluster = context_.FindCluster(name);
  if (cluster == nullptr || !followed_[name]) {
    followed_.erase(name);
    heard_.erase(name);
    return;
  }
  Registrar& registrar = *context_.registrars.at(cluster->registrar);
  AskOutside<std::vector<WaitingGuest>>(
      context_, Lane::kUp, registrar.channel(), "waiting",
      [&registrar, spec = *cluster] { return registrar.WaitingGuests(spec); },
      [this, name, asked = context_.loop.Now()](const auto& answer) {
        OnAnswer(name, asked, answer);
      });
}

void WaitingBook::OnAnswer(const std::string& cluster, Time asked,
                           const Result<std::vector<WaitingGuest>>& answer) {
  Heard& heard = heard_[cluster];
  const Heard before = heard;
  if (answer) {
    heard = {*answer, asked, ""};
  } else {
    heard.trouble = Describe(answer.error());
    context_.log.Limited(LogLevel::kWarning, "control.waiting_guests_failed",
                         {{"cluster", cluster}, {"error", heard.trouble}});
  }
  context_.loop.At(context_.loop.Now() + every_, [this, cluster] { Ask(cluster); });
  if (heard.guests != before.guests || heard.trouble != before.trouble) on_news_(cluster);
}

WaitingList WaitingBook::ListOf(const std::string& cluster, const WaitingSpec& spec,
                                Time now) const {
  WaitingList list;
  const auto known = heard_.find(cluster);
  if (known == heard_.end()) return list;
  const Heard& heard = known->second;
  list.trouble = heard.trouble;
  if (!heard.guests) return list;
  list.age = now - heard.at;
  list.state = list.age > spec.max_age ? SignalState::kStale : SignalState::kFresh;
  if (list.has_value()) list.guests = *heard.guests;
  return list;
}

PolicyWaiting WaitingBook::ListsFor(std::span<const std::unique_ptr<Policy>> policies,
                                    const std::string& cluster, const Observations& observations,
                                    Time now) const {
  PolicyWaiting lists;
  for (const auto& policy : policies) {
    std::vector<WaitingList>& of_policy = lists.emplace_back();
    for (const WaitingSpec& spec : policy->waiting()) {
      of_policy.push_back(spec.metric.empty() ? ListOf(cluster, spec, now)
                                              : GuestsOfMetric(observations, cluster, spec, now));
    }
  }
  return lists;
}

}  // namespace spillway
