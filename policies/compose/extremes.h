// any_of: the largest of what its children say. all_of: the smallest, so that the cluster grows
// only as far as all of them ask.
//
//   - name: busy
//     type: any_of         # or all_of
//     policies: […]        # children.h
//
// any_of: a child that cannot tell does not silence its siblings; they may then grow the cluster,
// and nothing shrinks. When no child asks for anything, the largest of their ceilings.
//
// all_of: a child that cannot tell has not agreed: the cluster holds, or has the smallest of what
// is asked for when that child adds something of its own (`on_unknown: {add_hosts}`).
//
// Reason codes: any_of, all_of.
#pragma once

#include <memory>
#include <string>

#include "policies/compose/children.h"
#include "policies/policy.h"

namespace spillway {

enum class Extreme { kLargest, kSmallest };

class ExtremePolicy final : public Policy {
 public:
  ExtremePolicy(std::string name, Extreme which, std::vector<std::unique_ptr<Policy>> children);

  std::span<const SignalSpec> signals() const override { return children_.signals(); }
  std::span<const WaitingSpec> waiting() const override { return children_.waiting(); }
  std::optional<Measure> measure(std::size_t i) const override { return children_.measure(i); }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override { return children_.Memory(); }
  bool Recall(std::string_view memory) override { return children_.Recall(memory); }
  std::vector<PolicyNews> Refresh() override { return children_.Refresh(); }

 private:
  const Extreme which_;
  Children children_;
};

std::unique_ptr<Policy> ParseAnyOf(const std::string& name, const ConfigNode& node,
                                   const PolicyContext& context);
std::unique_ptr<Policy> ParseAllOf(const std::string& name, const ConfigNode& node,
                                   const PolicyContext& context);

}  // namespace spillway
