// What a plan is made of, with defaults to change: the edge cluster of builders.h with one offer
// on each rung, 0.1 at home and 0.5 in the cloud.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "scaler/plan/plan.h"
#include "tests/support/builders.h"

namespace spillway::testing {

struct PlanCase {
  ClusterSpec cluster = AnEdgeCluster();
  Decision decision;
  std::vector<HostRecord> hosts;
  std::vector<Offer> offers = {AnOffer("rack", "home", "r"), AnOffer("cloud", "fra", "m")};
  std::vector<OfferBackoff> backoffs;
  std::map<std::string, Quota> quota_room;
  std::map<std::string, std::int64_t> stock_room;
  std::map<std::string, Duration> round_trips;

  PlanCase() { offers[0].price_per_hour = Money::FromDouble(0.1); }

  // Counted in hosts of the cluster's size.
  PlanCase& Wants(std::int64_t hosts_wanted) {
    decision.wanted = kHostSize * hosts_wanted;
    return *this;
  }
  Offer& OfferOf(const std::string& id) {
    return *std::find_if(offers.begin(), offers.end(), [&](const Offer& o) { return o.id == id; });
  }
  PlanInput Input() const {
    return {At(0s),   cluster,    decision,   hosts,      offers,
            backoffs, quota_room, stock_room, round_trips};
  }
  Plan Make() const { return MakePlan(Input()); }
};

// "pool:plan*count", in the order of the plan.
inline std::vector<std::string> Taken(const Plan& plan) {
  std::vector<std::string> taken;
  for (const Take& take : plan.take) {
    taken.push_back(take.pool + ":" + take.offer.plan + "*" + std::to_string(take.count));
  }
  return taken;
}

inline std::vector<std::string> GivenBack(const Plan& plan) {
  std::vector<std::string> hosts;
  for (const GiveBack& give_back : plan.give_back) hosts.push_back(give_back.host);
  return hosts;
}

// The code of the reason for `subject`; "" when it was not looked at.
inline std::string CodeOf(const std::vector<Considered>& considered, const std::string& subject) {
  for (const Considered& c : considered) {
    if (c.subject == subject) return c.reason.code;
  }
  return "";
}

inline std::vector<std::string> Codes(const std::vector<Reason>& reasons) {
  std::vector<std::string> codes;
  for (const Reason& reason : reasons) codes.push_back(reason.code);
  return codes;
}

}  // namespace spillway::testing
