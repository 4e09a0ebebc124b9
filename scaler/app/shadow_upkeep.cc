#include "scaler/app/shadow_upkeep.h"

#include <array>
#include <set>

#include "scaler/rehearsal/probe.h"

namespace spillway {
namespace {

struct GaugeText {
  const char* name;
  const char* help;
};
// Of a shadow and of what acts meanwhile, each.
constexpr std::array kFleetGauges = {
    GaugeText{
        "spillway_shadow_cost",
        "What the hosts of a shadow, or of what acts meanwhile, have cost, in currency units."},
    GaugeText{"spillway_shadow_violated_seconds", "How long the objective was violated."},
    GaugeText{"spillway_shadow_launches", "Hosts that were taken."},
    GaugeText{"spillway_shadow_ready_hosts", "Hosts that are ready."}};
constexpr std::array kShadowGauges = {
    GaugeText{"spillway_shadow_watched_seconds", "How long a shadow is compared with what acts."},
    GaugeText{"spillway_shadow_judged_seconds",
              "For how much of that time the objective could tell whether it was violated."}};

std::string KeyOf(const ShadowScore& score) { return score.cluster + "/" + score.policy; }

}  // namespace

std::vector<ShadowScore> StoredScores(Store& store) {
  std::vector<ShadowScore> scores;
  for (const Note& note : store.Notes(kShadowNote)) {
    if (auto score = ShadowScoreFrom(note.text)) scores.push_back(std::move(*score));
  }
  return scores;
}

// A policy of its own is asked: what was asked has learned from it.
std::vector<Measure> MeasuresOf(const AppConfig& config, std::size_t cluster,
                                const std::string& name) {
  ParsedPolicies fresh = config.rehearsals[cluster].fresh();
  std::vector<Measure> measures;
  for (auto* policies : {&fresh.acting, &fresh.shadows}) {
    for (const auto& policy : *policies) {
      if (policy->name() != name) continue;
      const auto probed = Probe(*policy, config.clusters[cluster].host_size, 3, kDistantPast);
      for (const ProbedSignal& signal : probed) measures.push_back(signal.measure);
    }
  }
  return measures;
}

std::map<std::string, ShadowSetup> ShadowSetups(const AppConfig& config) {
  std::map<std::string, ShadowSetup> setups;
  for (std::size_t i = 0; i < config.clusters.size(); ++i) {
    setups[config.clusters[i].name] = {
        config.rehearsals[i].objective,
        [&config, i](const std::string& policy) { return MeasuresOf(config, i, policy); }};
  }
  return setups;
}

ShadowUpkeep::ShadowUpkeep(Shadows& shadows, Store& store, Journal& journal, Metrics& metrics)
    : shadows_(shadows), journal_(journal), metrics_(metrics) {
  for (ShadowScore& score : StoredScores(store)) {
    kept_[KeyOf(score)] = TextOf(score);
    shadows_.Recall(std::move(score));
  }
}

void ShadowUpkeep::Keep() {
  std::set<std::string> now;
  for (const GaugeText& gauge : kFleetGauges) metrics_.ClearGauges(gauge.name);
  for (const GaugeText& gauge : kShadowGauges) metrics_.ClearGauges(gauge.name);
  for (const ShadowScore& score : shadows_.Scores()) {
    const std::string key = KeyOf(score);
    now.insert(key);
    SetGauges(score);
    std::string text = TextOf(score);
    if (kept_[key] == text) continue;
    journal_.Put(Note{kShadowNote, key, text});
    kept_[key] = std::move(text);
  }
  std::erase_if(kept_, [&](const auto& entry) {
    if (now.contains(entry.first)) return false;
    journal_.Put(Note{kShadowNote, entry.first, ""});
    return true;
  });
}

void ShadowUpkeep::SetGauges(const ShadowScore& score) {
  const MetricLabels labels = {{"cluster", score.cluster}, {"policy", score.policy}};
  const std::array times = {Seconds(score.watched), Seconds(score.judged)};
  for (std::size_t i = 0; i < times.size(); ++i) {
    metrics_.GetGauge(kShadowGauges[i].name, kShadowGauges[i].help, labels).Set(times[i]);
  }
  for (const auto& [role, fleet] :
       {std::pair("acting", &score.acting), std::pair("shadow", &score.shadow)}) {
    const std::array values = {fleet->cost.ToDouble(), Seconds(fleet->violated),
                               static_cast<double>(fleet->launches),
                               static_cast<double>(fleet->ready)};
    MetricLabels of_fleet = labels;
    of_fleet["fleet"] = role;
    for (std::size_t i = 0; i < values.size(); ++i) {
      metrics_.GetGauge(kFleetGauges[i].name, kFleetGauges[i].help, of_fleet).Set(values[i]);
    }
  }
}

}  // namespace spillway
