// How a decision is reached: what to take, what to give back, and why not something else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/decision.h"
#include "scaler/model/host.h"
#include "scaler/model/offer.h"
#include "scaler/model/reason.h"

namespace spillway {

struct Take {
  std::string pool;
  Offer offer;
  std::int64_t count = 0;

  friend bool operator==(const Take&, const Take&) = default;
};

struct GiveBack {
  std::string host;
  Reason reason;

  friend bool operator==(const GiveBack&, const GiveBack&) = default;
};

// An offer (in a pool) or a host that was looked at.
struct Considered {
  std::string subject;  // Offer::id or HostRecord::id
  std::string pool;
  bool chosen = false;
  Reason reason;

  friend bool operator==(const Considered&, const Considered&) = default;
};

struct Plan {
  std::vector<std::string> reclaim;  // hosts on the way down that are taken back, at no cost
  std::vector<Take> take;
  std::vector<GiveBack> give_back;
  std::vector<Considered> offers;
  std::vector<Considered> hosts;
  Capacity shortfall;           // wanted, and not to be had within the limits
  std::vector<Reason> reasons;  // what stopped a rung, in ladder order

  bool IsEmpty() const { return reclaim.empty() && take.empty() && give_back.empty(); }
  friend bool operator==(const Plan&, const Plan&) = default;
};

// What is stored and shown of one evaluation.
struct DecisionRecord {
  Decision decision;
  Plan plan;
  bool acted = false;  // false: a dry run, or nothing to do

  friend bool operator==(const DecisionRecord&, const DecisionRecord&) = default;
};

}  // namespace spillway
