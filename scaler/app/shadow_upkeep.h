// Shadows of the service: made of the configuration, their scores kept in the store and told as
// metrics. Loop thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scaler/app/app_config.h"
#include "scaler/rehearsal/shadows.h"
#include "scaler/runtime/metrics.h"
#include "scaler/store/journal.h"

namespace spillway {

inline constexpr const char* kShadowNote = "shadow";

// What `store` has of shadows. May throw StoreError.
std::vector<ShadowScore> StoredScores(Store& store);

// Shadow policies of `config`, which outlives what is made of it.
std::map<std::string, ShadowSetup> ShadowSetups(const AppConfig& config);

// What the signals of a policy of that cluster measure.
std::vector<Measure> MeasuresOf(const AppConfig& config, std::size_t cluster,
                                const std::string& policy);

class ShadowUpkeep {
 public:
  // Takes up what is stored. All outlive it.
  ShadowUpkeep(Shadows& shadows, Store& store, Journal& journal, Metrics& metrics);
  ShadowUpkeep(const ShadowUpkeep&) = delete;
  ShadowUpkeep& operator=(const ShadowUpkeep&) = delete;

  // Puts the scores into the journal, and sets the gauges. Scores that are no more are taken away.
  void Keep();

 private:
  void SetGauges(const ShadowScore& score);

  Shadows& shadows_;
  Journal& journal_;
  Metrics& metrics_;
  std::map<std::string, std::string> kept_;  // text by key
};

}  // namespace spillway
