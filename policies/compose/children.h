// What the policies that hold others have in common: their children, and how one recommendation is
// made of several.
//
//   policies:
//     - {name: by-load, type: target_tracking, …}
//     - {name: by-cpu, type: threshold, …}
//
// A composition gives one number, so what its children say is taken by its number: a floor in it
// counts like a target of that size. A ceiling lowers where the smallest is taken; elsewhere it is
// passed over as soon as a sibling asks for something (`bounded` is the way to cap). A child that
// abstains is left out.
//
// Children are all evaluated each time, so that those that learn go on learning while others are
// followed. What they have learned is kept together.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/policy.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

class Children {
 public:
  // REQUIRES: names are unique.
  explicit Children(std::vector<std::unique_ptr<Policy>> policies);

  // Those of all children, one child after the other.
  std::span<const SignalSpec> signals() const { return signals_; }
  std::span<const WaitingSpec> waiting() const { return waiting_; }
  std::optional<Measure> measure(std::size_t i) const;
  // What each says, under its name, in their order.
  std::vector<Recommendation> Evaluate(const PolicyInput& input);

  std::string Memory() const;
  // Each child goes on from its own part; one whose part is missing or refused begins anew. False
  // when no child went on from anything; then nothing has changed.
  bool Recall(std::string_view memory);
  // The news of all children.
  std::vector<PolicyNews> Refresh();

 private:
  std::vector<std::unique_ptr<Policy>> policies_;
  std::vector<SignalSpec> signals_;
  std::vector<WaitingSpec> waiting_;
};

// The list `policies` of a composition: one entry or more, of different names. What has errors is
// left out; they are recorded.
std::vector<std::unique_ptr<Policy>> ParseChildren(const ConfigNode& node,
                                                   const PolicyContext& context);

// What every composition says of `heard`, the children that count: it may shrink when all of them
// may, holds until the first of them is to be asked again, wishes for every place and the largest
// piece that they wish for, and has each one's words and figures among its facts, under the child's
// name: `by-load.kind`, `by-load.code`, `by-load.why`, `by-load.vcpu`, and the child's own,
// `by-load.value`.
Recommendation Composed(const std::vector<Recommendation>& heard, Time now, RecommendationKind kind,
                        Capacity wanted, Reason reason);

// "by-load: target of 16 vCPU, 64 GiB; by-cpu: unknown; night: abstain"
std::string WhatTheySay(const std::vector<Recommendation>& heard);

// A child asks for something: a target, a floor, or what is to be added while it cannot tell.
bool Asks(const Recommendation& r);
bool HasKind(const std::vector<Recommendation>& heard, RecommendationKind kind);

}  // namespace spillway
