// Stored records in which every member differs from its default, for tests of what is written
// and read back.
#pragma once

#include <string>

#include "scaler/model/plan.h"
#include "tests/support/builders.h"

namespace spillway::testing {

inline Reason AReason(const std::string& code) {
  return {code,
          "because of " + code,
          {{"whole", std::int64_t{3}},
           {"real", 3.0},
           {"third", 1.0 / 3.0},
           {"flag", true},
           {"word", std::string("cpu")}}};
}

inline Signal ASignal(const std::string& name) {
  Signal signal;
  signal.name = name;
  signal.state = SignalState::kPartial;
  signal.value = 0.1 + 0.2;
  signal.age = 1500ms;
  signal.points = 12;
  signal.series = 3;
  signal.silent = 1;
  return signal;
}

inline Offer AFullOffer() {
  Offer offer = AnOffer("cloud", "fra", "m");
  offer.billing = {1h, 2h};
  offer.stock = 7;
  offer.quota = "standard";
  offer.group = "fra-metal";
  return offer;
}

inline HostRecord AFullHost(const std::string& id) {
  HostRecord host = AHost(id, HostState::kDraining);
  host.offer_group = "fra-metal";
  host.quota = "standard";
  host.hypervisor = Hypervisor::kLxc;
  host.billing = {1h, 2h};
  host.goal = HostGoal::kRetire;
  host.attempts = 2;
  host.outcome_unknown = true;
  host.absences = 1;
  host.retired_by = "edge-2";
  host.login = {"admin", 2222, false};
  host.probes = {{"ssh port", true, "answers"}, {"libvirt", false, "no such program"}};
  host.guests = {3, {6, 4096}};
  host.is_protected = true;
  host.protected_by = PersonsWord{"anna", "a demo runs there", At(2min)};
  host.goal_by = PersonsWord{"otto", "its disk fails", At(3min)};
  host.leaves_guests = true;
  host.gone_at = At(1h);
  host.last_error = Error{ErrorKind::kThrottled, "cloud Delete", "SlowDown", "later"};
  host.failure = "it did not answer";
  host.failure_counts = true;
  host.may_be_enrolled = true;
  host.is_deleting = true;
  return host;
}

inline DecisionRecord ADecision(const std::string& id, Time time,
                                const std::string& cluster = "edge") {
  Decision decision;
  decision.id = id;
  decision.cluster = cluster;
  decision.time = time;
  decision.verdict = Verdict::kGrow;
  decision.wanted = kHostSize * 3;
  decision.previous = kHostSize * 2;
  decision.ready = kHostSize;
  decision.usable = kHostSize * 2;
  decision.may_shrink = false;
  decision.may_buy = false;
  decision.money = {Money::FromDouble(12.345678), Money::FromDouble(2), Money::FromDouble(1.5),
                    Money::FromDouble(0.1), Money::FromDouble(100)};
  decision.signals = {ASignal("cpu")};
  decision.recommendations = {
      {"steps", RecommendationKind::kTarget, kHostSize * 3, false, AReason("above"), time + 1min}};
  decision.reasons = {AReason("merged"), AReason("capped")};
  Plan plan;
  plan.reclaim = {"h-1"};
  plan.take = {{"cloud", AFullOffer(), 2}};
  plan.give_back = {{"h-2", AReason("dearest")}};
  plan.offers = {{"cloud/fra/m", "cloud", true, AReason("cheapest")}};
  plan.hosts = {{"h-2", "cloud", true, AReason("dearest")}};
  plan.shortfall = {1, 2};
  plan.reasons = {AReason("pool_full")};
  return {decision, plan, true};
}

inline ClusterState AFullClusterState(const std::string& cluster) {
  ClusterState state;
  state.cluster = cluster;
  state.decisions = 4;
  state.wanted = kHostSize * 3;
  state.has_decided = true;
  state.last_out = At(1min);
  state.last_in = At(2min);
  state.window_since = At(3min);
  state.history = {{At(4min), kHostSize, kHostSize * 2}, {At(5min), kHostSize * 3, kHostSize * 3}};
  state.failures = {At(6min)};
  state.held_down_until = At(7min);
  state.hold_downs = 2;
  state.month = 2026 * 12 + 2;
  state.settled = Money::FromDouble(0.000001);
  state.signals = {ASignal("cpu"), ASignal("latency")};
  state.signals_at = At(8min);
  state.orders.pause = Pause{{"anna", "maintenance", At(9min)}, At(10min)};
  state.orders.scale = ManualScale{kHostSize * 5, 5, {"otto", "a match", At(11min)}, At(12min)};
  return state;
}

}  // namespace spillway::testing
