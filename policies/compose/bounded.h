// A floor and a ceiling around another policy, and around that one alone: other policies of the
// cluster may still ask for more.
//
//   - name: forecast
//     type: bounded
//     floor: {hosts: 2}                  # or {capacity: {vcpu, memory}}; default: none
//     ceiling: {hosts: 12}               # one of the two at least
//     policy: {name: ahead, type: …}
//
// What the policy asks for is brought between the two. While it abstains the floor stands. While it
// cannot tell, nothing is taken away, the floor stands, and what it adds stays below the ceiling;
// what is above the ceiling by then stays, because nobody knows.
//
// Reason codes: bounded_within, bounded_raised, bounded_lowered.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "policies/compose/children.h"
#include "policies/policy.h"

namespace spillway {

struct Bounds {
  Capacity floor;                   // zero: none
  std::optional<Capacity> ceiling;  // covers the floor; nothing: none

  Capacity Within(const Capacity& c) const { return Max(ceiling ? Min(c, *ceiling) : c, floor); }
};

class BoundedPolicy final : public Policy {
 public:
  BoundedPolicy(std::string name, Bounds bounds, std::unique_ptr<Policy> child);

  std::span<const SignalSpec> signals() const override { return child_.signals(); }
  std::span<const WaitingSpec> waiting() const override { return child_.waiting(); }
  std::optional<Measure> measure(std::size_t i) const override { return child_.measure(i); }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override { return child_.Memory(); }
  bool Recall(std::string_view memory) override { return child_.Recall(memory); }
  std::vector<PolicyNews> Refresh() override { return child_.Refresh(); }

 private:
  const Bounds bounds_;
  Children child_;
};

std::unique_ptr<Policy> ParseBounded(const std::string& name, const ConfigNode& node,
                                     const PolicyContext& context);

}  // namespace spillway
