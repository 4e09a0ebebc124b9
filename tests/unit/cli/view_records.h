// A cluster in the middle of a burst, as the command line's views see it.
#pragma once

#include <string>
#include <vector>

#include "scaler/model/plan.h"
#include "tests/support/builders.h"

namespace spillway::testing {

inline std::vector<HostRecord> HostsInABurst() {
  HostRecord home = AHost("edge-h1");
  home.pool = home.provider = "rack";
  home.plan = "r730";
  home.price_per_hour = Money{};
  home.guests = {12, {6, 24 * 1024}};
  home.is_protected = true;

  HostRecord booting = AHost("edge-h2", HostState::kBooting);
  booting.state_since = At(-90s);
  booting.decision = "edge-17";
  booting.price_per_hour = Money::FromDouble(0.0225);

  HostRecord lost = AHost("edge-h3", HostState::kCreating);
  lost.outcome_unknown = true;

  HostRecord draining = AHost("edge-h4", HostState::kDraining);
  draining.goal = HostGoal::kRetire;
  draining.retired_by = "edge-16";
  draining.guests = {2, {2, 4096}};

  HostRecord throttled = AHost("edge-h5", HostState::kRemoving);
  throttled.goal = HostGoal::kRetire;
  throttled.attempts = 3;
  throttled.last_error = Error{ErrorKind::kThrottled, "cloud Delete", "RequestLimitExceeded",
                               "Request limit\nexceeded."};

  HostRecord other = AHost("core-h1", HostState::kFailed);
  other.cluster = "core";
  other.failure = "it did not become ready within 20 min";
  return {home, booting, lost, draining, throttled, other};
}

inline Signal AFreshSignal(const std::string& name, double value) {
  Signal signal;
  signal.name = name;
  signal.state = SignalState::kFresh;
  signal.value = value;
  signal.age = 2s;
  signal.points = 42;
  signal.series = 5;
  return signal;
}

inline Signal AStaleSignal(const std::string& name) {
  Signal signal = AFreshSignal(name, 7.5);
  signal.state = SignalState::kStale;
  signal.age = 4min;
  signal.series = 0;
  signal.silent = 3;
  return signal;
}

inline Considered PassedOverOffer(const std::string& id, const std::string& pool,
                                  const std::string& code, const std::string& text) {
  return {id, pool, false, {code, text, {}}};
}

// 40 offers that were rejected for their place, one that is backed off, and one that was taken.
inline DecisionRecord ABurst() {
  Decision decision;
  decision.id = "edge-17";
  decision.cluster = "edge";
  decision.time = At(-12s);
  decision.verdict = Verdict::kGrow;
  decision.wanted = kHostSize * 5;
  decision.previous = kHostSize * 3;
  decision.ready = kHostSize * 3;
  decision.usable = kHostSize * 3;
  decision.may_shrink = false;
  decision.money = {Money::FromDouble(812.4), Money::FromDouble(14.2), Money::FromDouble(4.1),
                    Money::FromDouble(5.9), Money::Unlimited()};
  decision.signals = {AFreshSignal("cpu", 0.93), AStaleSignal("latency")};
  decision.recommendations = {
      {"steps",
       RecommendationKind::kTarget,
       kHostSize * 7,
       true,
       {"threshold_grow", "cpu is 0.93, in the step 0.9 to 1: +4 hosts from 3 ready to 7", {}},
       kDistantFuture},
      {"latency",
       RecommendationKind::kUnknown,
       {},
       false,
       {"signal_stale", "latency fell silent 4 min ago", {}},
       kDistantFuture},
      {"nights",
       RecommendationKind::kFloor,
       kHostSize * 2,
       true,
       {"schedule_on", "floor of 16 vCPU, 64 GiB every night", {}},
       At(6h)}};
  decision.reasons = {
      {"won", "steps wants the most: 56 vCPU, 224 GiB", {{"policy", std::string("steps")}}},
      {"unknown_holds", "latency cannot tell: nothing is taken away", {}},
      {"step_out", "at most 2 hosts are added at once", {}}};
  Plan plan;
  plan.reclaim = {"edge-h9"};
  Offer offer = AnOffer("cloud", "fra", "m");
  plan.take = {{"cloud", offer, 1}};
  plan.offers.push_back(
      PassedOverOffer("rack/home/r730", "rack", "pool_full", "pool rack has 4 of at most 4 hosts"));
  for (int i = 1; i <= 40; ++i) {
    plan.offers.push_back(PassedOverOffer("cloud/us-" + std::to_string(i) + "/m", "cloud",
                                          "jurisdiction", "is in US; the data may only be in EU"));
  }
  for (int i = 1; i <= 5; ++i) {
    plan.offers.push_back(PassedOverOffer(
        "cloud/fra/m" + std::to_string(i), "cloud", "dearer",
        "16 vCPU at " + std::to_string(i) + ".00 an hour: a set without it is cheaper"));
  }
  plan.offers.push_back(
      {"cloud/fra/m",
       "cloud",
       true,
       {"chosen", "1 taken: in the cheapest set that covers what is missing", {}}});
  plan.hosts = {{"edge-h9", "cloud", true, {"reclaimed", "draining: taken back, at no cost", {}}},
                {"edge-h4", "cloud", false, {"not_needed", "others that go down cover it", {}}}};
  plan.shortfall = {4, 16 * 1024};
  plan.reasons = {{"pool_full", "rung rack: pool rack has 4 of at most 4 hosts", {}}};
  return {decision, plan, true};
}

}  // namespace spillway::testing
