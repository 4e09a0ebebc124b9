// A scenario file: fleet and samples in, decision, plan and reasons out. tests/scenarios/README.md
// describes the format.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scaler/app/cluster_config.h"
#include "scaler/model/decision.h"
#include "scaler/model/host.h"
#include "scaler/model/offer.h"
#include "scaler/model/sample.h"

namespace spillway::testing {

struct ScenarioSample {
  Time time;
  std::string metric;
  Labels labels;
  double value = 0;
};

// What must come out. Steps of the plan that are not written down must not be there.
struct Expectation {
  std::string verdict;
  std::optional<std::int64_t> wanted_hosts;
  std::vector<std::string> take;  // "2 x provider/location/plan", sorted
  std::vector<std::string> give_back;
  std::vector<std::string> reclaim;
  std::optional<std::int64_t> shortfall_hosts;
  std::vector<std::string> reasons;               // codes, anywhere in recommendations,
                                                  // decision and plan
  std::map<std::string, std::string> considered;  // code by offer or host
};

struct ScenarioStep {
  Time at;
  Expectation expect;
};

struct Scenario {
  ParsedCluster cluster;
  std::vector<Offer> offers;
  std::vector<OfferBackoff> backoffs;
  std::vector<HostRecord> hosts;
  std::vector<ScenarioSample> samples;  // by time
  std::vector<ScenarioStep> steps;      // by time
};

// Throws std::runtime_error with all errors of the file.
Scenario ReadScenario(const std::string& path);

// The record of a host that was made of `offer`, ready since `ready_for` before `now`.
HostRecord HostOf(const Offer& offer, const std::string& id, const std::string& pool, Time now,
                  Duration ready_for);

}  // namespace spillway::testing
