// Which offers fit what somebody asks for, and why the others do not. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scaler/model/cluster.h"
#include "scaler/model/offer.h"
#include "scaler/model/place.h"
#include "scaler/model/reason.h"

namespace spillway {

// What is empty or nothing does not matter.
struct OfferQuery {
  // Fits when one of the cluster's pools would take it, by the planner's own rules.
  const ClusterSpec* cluster = nullptr;
  std::string provider;
  std::optional<Workload> workload;
  std::optional<ClusterType> cluster_type;
  std::optional<Hypervisor> hypervisor;
  std::vector<std::string> countries;  // or the groups EU and EEA
  std::optional<Coordinates> near;     // where round trips are estimated from
  std::optional<Duration> max_latency;
  std::optional<Money> max_price;  // per hour
};

struct JudgedOffer {
  Offer offer;
  std::optional<Duration> round_trip;  // estimated
  std::optional<Reason> why_not;       // nothing: it fits

  friend bool operator==(const JudgedOffer&, const JudgedOffer&) = default;
};

// The first reason counts. Codes are those of WhyNot (plan/eligibility.h) for the cluster, and
//   not_on_ladder    no pool of the cluster takes machines of this provider
//   provider workload cluster_type hypervisor country latency latency_unknown price
// Cheapest first.
std::vector<JudgedOffer> Judge(const OfferQuery& query, std::vector<Offer> offers,
                               std::span<const OfferBackoff> backoffs, Time now);

}  // namespace spillway
