#include "policies/latency/latency.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "policies/latency/queueing.h"
#include "policies/signal_config.h"
#include "policies/text.h"

namespace spillway {
namespace {

// With so much of the capacity in use it is capacity that is missing.
constexpr double kBusy = 0.8;

double SumOfShares(const std::vector<LatencyPlace>& places) {
  double sum = 0;
  for (const LatencyPlace& place : places) sum += place.share;
  return sum;
}

SignalSpec AtPlace(SignalSpec spec, const std::string& label, const std::string& place) {
  spec.name += fmt::format("{{{}={}}}", label, place);
  spec.where.emplace_back(label, place);
  std::sort(spec.where.begin(), spec.where.end());
  return spec;
}

std::vector<SignalSpec> SignalsOf(const LatencyConfig& config) {
  std::vector<SignalSpec> signals = {config.signal};
  for (const LatencyPlace& place : config.places) {
    signals.push_back(AtPlace(config.signal, config.label, place.name));
  }
  if (config.utilisation) signals.push_back(*config.utilisation);
  return signals;
}

std::optional<Reason> WhyNonsense(const LatencyConfig& config, double value,
                                  const ClusterView& cluster) {
  const std::vector<Fact> facts = {{"signal", config.signal.name}, {"value", value}};
  if (value < 0) {
    return Reason{"signal_negative",
                  fmt::format("{} is {}: below zero it makes no sense", config.signal.name,
                              FigureText(value)),
                  facts};
  }
  if (cluster.ready.IsZero()) {
    return Reason{"no_ready_hosts",
                  fmt::format("{} says nothing while no host is ready", config.signal.name), facts};
  }
  return std::nullopt;
}

}  // namespace

LatencyPolicy::LatencyPolicy(std::string name, LatencyConfig config)
    : Policy(std::move(name)),
      config_(std::move(config)),
      shares_(SumOfShares(config_.places)),
      signals_(SignalsOf(config_)) {}

std::optional<double> LatencyPolicy::Utilisation(const PolicyInput& input) const {
  if (!config_.utilisation) return std::nullopt;
  const Signal& signal = input.signals.back();
  // A part of the fleet that fell silent may be the idle one.
  if (signal.state != SignalState::kFresh || signal.value < 0) return std::nullopt;
  return signal.value;
}

double LatencyPolicy::Unloaded(const std::string& key, double seen, Time now) {
  if (config_.unloaded) return *config_.unloaded;
  constexpr Duration kForgets = std::chrono::hours(24);
  const double most = config_.aim() / 2;
  // What is over the aim waits for capacity and says nothing of a fleet without load.
  const double told = std::min(seen, config_.aim());
  const auto [known, is_new] = unloaded_.try_emplace(key, LowWater{told, now});
  LowWater& low = known->second;
  const double moved = 1 - std::exp(-Seconds(now - low.at) / Seconds(kForgets));
  low.value = told < low.value ? told : low.value + moved * (told - low.value);
  low.at = now;
  // Never nothing: a response that takes no time at all is a clock that is too coarse.
  return std::clamp(low.value, most / 100, most);
}

LatencyPolicy::View LatencyPolicy::Look(const std::string& key, double seen,
                                        std::optional<double> utilisation, Time now) {
  const double aim = config_.aim();
  const double unloaded = Unloaded(key, seen, now);
  View view{seen, 0, 1};
  if (seen > aim) {
    const double factor = CapacityFactor(seen, aim, unloaded, utilisation);
    view.growth = std::clamp(factor - 1, 0.0, config_.max_step - 1);
    return view;
  }
  // With the margin twice, so that the smaller fleet is not at once too small; but a limit that is
  // close to what an idle fleet takes leaves no room for it.
  const double careful = std::max(aim * (1 - config_.margin), (aim + unloaded) / 2);
  view.remains = std::min(CapacityFactor(seen, careful, unloaded, utilisation), 1.0);
  return view;
}

LatencyPolicy::Views LatencyPolicy::LookAround(const PolicyInput& input) {
  const std::optional<double> utilisation = Utilisation(input);
  Views views;
  views.all = Look("", input.signals[0].value, utilisation, input.now);
  for (std::size_t i = 0; i < config_.places.size(); ++i) {
    const Signal& signal = input.signals[1 + i];
    if (signal.state == SignalState::kMissing) continue;
    if (signal.state != SignalState::kFresh || signal.value < 0) views.may_shrink = false;
    if (!signal.has_value() || signal.value < 0) continue;
    // The utilisation is that of the whole fleet.
    views.places[i] = Look(config_.places[i].name, signal.value, std::nullopt, input.now);
  }
  return views;
}

double LatencyPolicy::GrowthOf(const Views& views) const {
  double by_places = 0;
  for (const auto& [place, view] : views.places) {
    by_places += view.growth * config_.places[place].share / shares_;
  }
  return std::max(views.all.growth, by_places);
}

Capacity LatencyPolicy::Wanted(const Views& views, double growth,
                               const ClusterView& cluster) const {
  if (growth > 0) return Max(Scaled(cluster.ready, 1 + growth), cluster.usable);
  if (cluster.usable != cluster.ready) return cluster.usable;
  double remains = views.all.remains;
  for (const auto& [place, view] : views.places) remains = std::max(remains, view.remains);
  const Capacity enough = Scaled(cluster.ready, remains);
  const Capacity step =
      Max(cluster.ready - Scaled(cluster.ready, 1 - config_.shrink_step), cluster.host_size);
  const Capacity less = Max(cluster.ready - step, enough);
  // One host less or nothing: a part of a host cannot be given back.
  return (less + cluster.host_size).vcpu <= cluster.ready.vcpu &&
                 (less + cluster.host_size).memory_mib <= cluster.ready.memory_mib
             ? less
             : cluster.usable;
}

std::vector<NearPlace> LatencyPolicy::Near(const Views& views) const {
  std::vector<NearPlace> near;
  for (const auto& [index, view] : views.places) {
    if (view.growth <= 0) continue;
    const LatencyPlace& place = config_.places[index];
    near.push_back({place.name, place.coordinates, view.growth * place.share,
                    fmt::format("{} is {} there, the limit is {}", config_.signal.name,
                                FigureText(view.seen), FigureText(config_.limit))});
  }
  return near;
}

Recommendation LatencyPolicy::Evaluate(const PolicyInput& input) {
  const Signal& signal = input.signals[0];
  const ClusterView& cluster = input.cluster;
  if (auto why = WhyUnknown(signal, config_.signal)) {
    return CannotTell(config_.on_unknown, input, *std::move(why));
  }
  if (auto why = WhyNonsense(config_, signal.value, cluster)) {
    return CannotTell(config_.on_unknown, input, *std::move(why));
  }
  const Views views = LookAround(input);
  const double growth = GrowthOf(views);
  const bool is_busy = Utilisation(input).value_or(0) >= kBusy;
  double worst = views.all.seen;
  for (const auto& [place, view] : views.places) worst = std::max(worst, view.seen);
  const auto held =
      trust_.HeldUntil(worst, growth > 0, cluster.ready, config_.signal.window, input.now);
  const bool is_held = growth > 0 && held && !is_busy;
  const Capacity wanted = is_held ? cluster.usable : Wanted(views, growth, cluster);

  const std::vector<NearPlace> near = Near(views);
  std::string text = fmt::format("{} is {}, the limit is {}", config_.signal.name,
                                 FigureText(signal.value), FigureText(config_.limit));
  for (const NearPlace& place : near) text += fmt::format("; {}: {}", place.name, place.why);
  Reason reason{"latency_hold", "", {{"limit", config_.limit}, {"aim", config_.aim()}}};
  if (is_held) {
    reason.code = "latency_unmoved";
    text += fmt::format("; growing did not help, so nothing is added for another {}",
                        SpanText(*held - input.now));
  } else if (wanted == cluster.usable) {
    text += fmt::format(": the {} that are ready or coming fit", CapacityText(wanted));
  } else {
    const bool grow = !cluster.usable.Covers(wanted);
    reason.code = grow ? "latency_grow" : "latency_shrink";
    text += fmt::format(": {} {}, {} are ready or coming", CapacityText(wanted),
                        grow ? "are needed" : "are enough", CapacityText(cluster.usable));
  }
  reason.text = std::move(text);
  for (const NearPlace& place : near) reason.facts.push_back({"near", place.name});
  Recommendation r = TargetBySignal(signal, config_.signal, input.now, wanted, std::move(reason));
  r.may_shrink = r.may_shrink && views.may_shrink;
  if (!is_held) r.near = near;
  return r;
}

std::string LatencyPolicy::Memory() const {
  nlohmann::json memory = {{"trust", trust_.ToJson()}, {"unloaded", nlohmann::json::object()}};
  for (const auto& [place, low] : unloaded_) {
    memory["unloaded"][place] = {{"value", low.value}, {"at", low.at.time_since_epoch().count()}};
  }
  return memory.dump();
}

bool LatencyPolicy::Recall(std::string_view memory) {
  const auto json = nlohmann::json::parse(memory, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("trust") || !json.contains("unloaded")) return false;
  if (!json["unloaded"].is_object()) return false;
  std::map<std::string, LowWater> unloaded;
  for (const auto& [place, low] : json["unloaded"].items()) {
    const bool is_sound = low.is_object() && low.contains("value") && low["value"].is_number() &&
                          low.contains("at") && low["at"].is_number_integer();
    if (!is_sound) return false;
    unloaded[place] = {low["value"].get<double>(), Time(Duration(low["at"].get<std::int64_t>()))};
  }
  if (!trust_.FromJson(json["trust"])) return false;
  unloaded_ = std::move(unloaded);
  return true;
}

namespace {

LatencyPlace ParsePlace(const ConfigNode& node) {
  LatencyPlace place;
  place.name = node.String("name").Required();
  if (node.Has("latitude") || node.Has("longitude")) {
    place.coordinates = Coordinates{node.Number("latitude").Between(-90, 90).Required(),
                                    node.Number("longitude").Between(-180, 180).Required()};
  }
  place.share = node.Number("share").Above(0.0).Or(place.share);
  node.Finish();
  return place;
}

void ParseNear(const ConfigNode& node, LatencyConfig& config) {
  if (node.IsMissing()) return;
  config.label = node.String("label").Or(config.label);
  std::set<std::string> names;
  for (const ConfigNode& entry : node.List("places")) {
    config.places.push_back(ParsePlace(entry));
    const std::string& name = config.places.back().name;
    if (!names.insert(name).second) entry["name"].Fail("the place \"" + name + "\" stands twice");
  }
  if (config.places.empty()) node["places"].Fail("is required: a list of at least one place");
  for (const auto& [label, value] : config.signal.where) {
    if (label == config.label) {
      node["label"].Fail("the signal is of one " + label + " already: its where says " + value);
    }
  }
  node.Finish();
}

}  // namespace

std::unique_ptr<Policy> ParseLatency(const std::string& name, const ConfigNode& node,
                                     const PolicyContext& /*context*/) {
  LatencyConfig config;
  config.signal = ParseSignal(node["signal"]);
  config.limit = node.Number("limit").Above(0.0).Required();
  config.margin = node.Number("margin").Between(0.01, 0.5).Or(config.margin);
  config.unloaded = node.Number("unloaded").Above(0.0).Optional();
  if (config.unloaded && config.limit > 0 && *config.unloaded >= config.aim()) {
    node["unloaded"].Fail(fmt::format(
        "expected less than {}, which is the limit less the margin: more hosts would not help",
        FigureText(config.aim())));
  }
  if (node.Has("utilisation")) config.utilisation = ParseSignal(node["utilisation"]);
  config.max_step = node.Number("max_step").Between(1.01, 100.0).Or(config.max_step);
  config.shrink_step = node.Number("shrink_step").Between(0.01, 1.0).Or(config.shrink_step);
  ParseNear(node["near"], config);
  config.on_unknown = ParseOnUnknown(node);
  node.Finish();
  const bool is_sound = config.limit > 0 && (!config.unloaded || *config.unloaded < config.aim());
  if (!is_sound) return nullptr;
  return std::make_unique<LatencyPolicy>(name, std::move(config));
}

}  // namespace spillway
