// A scenario: a cluster, its fleet and samples over time in; recommendations, decisions and plans
// out, in virtual time. docs/policies-authors.md describes the file; scaler/app/scenario_file.h
// reads it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "scaler/model/cluster.h"
#include "scaler/model/host.h"
#include "scaler/model/offer.h"
#include "scaler/model/plan.h"
#include "scaler/model/sample.h"
#include "scaler/rehearsal/rehearsed_fleet.h"

namespace spillway {

struct ScenarioSample {
  Time time;
  std::string metric;
  Labels labels;
  double value = 0;
};

// What one policy must say. What is empty or nothing is not compared.
struct ExpectedRecommendation {
  std::string kind;                   // "target", "floor", "ceiling", "abstain", "unknown"
  std::optional<std::int64_t> hosts;  // wanted, in hosts of the cluster's size
  std::optional<bool> may_shrink;
  std::string reason;  // its code
};

// What must come out. What is empty or nothing is not compared, but for the steps of the plan:
// those that are not written down must not be there, once a verdict or any of them is.
struct Expectation {
  std::string verdict;
  std::map<std::string, ExpectedRecommendation> recommendations;  // by policy
  std::optional<std::int64_t> wanted_hosts;
  std::optional<std::int64_t> ready_hosts;  // when it is evaluated, before the plan
  std::vector<std::string> take;            // "2 x provider/location/plan", sorted
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
  std::string about;
  ClusterSpec cluster;
  std::vector<std::unique_ptr<Policy>> policies;
  std::vector<Offer> offers;
  std::vector<OfferBackoff> backoffs;
  std::vector<HostRecord> hosts;
  FleetPace pace{Duration(0), Duration(0)};
  Time start;
  std::optional<Duration> evaluate_every;  // between the steps too; nothing: at the steps alone
  std::vector<ScenarioSample> samples;     // by time
  std::vector<ScenarioStep> steps;         // by time
};

// One thing that came out otherwise.
struct Mismatch {
  std::string what;  // "verdict", "recommendations.busy.hosts", "take"
  std::string expected;
  std::string got;

  friend bool operator==(const Mismatch&, const Mismatch&) = default;
};

// A step that was played.
struct PlayedStep {
  Time at;
  DecisionRecord record;
  std::vector<Mismatch> mismatches;  // none: as expected
};

// Plays it from its start to its last step. The policies learn meanwhile: play a scenario once.
std::vector<PlayedStep> Play(const Scenario& scenario);

// What `record` has that `expect` has not, and the other way round.
std::vector<Mismatch> Compare(const Expectation& expect, const DecisionRecord& record,
                              const Capacity& host_size);

}  // namespace spillway
