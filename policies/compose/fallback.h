// A chain: the first policy that can tell is followed. A signal that is missing, stale or not
// finite makes a policy unable to tell, so the next one takes over.
//
//   - name: demand
//     type: fallback
//     policies:              # children.h; the one that is trusted most first
//       - {name: forecast, type: …}
//       - {name: by-load, type: target_tracking, …}
//
// One that abstains can tell: it has nothing to say. The one that is followed may also shrink the
// cluster: whoever writes the chain trusts it in the first one's place. When none can tell the
// cluster holds, or gets the most that one of them adds.
//
// Reason codes: fallback_first, fallback_next, fallback_none.
#pragma once

#include <memory>
#include <string>

#include "policies/compose/children.h"
#include "policies/policy.h"

namespace spillway {

class FallbackPolicy final : public Policy {
 public:
  FallbackPolicy(std::string name, std::vector<std::unique_ptr<Policy>> children);

  std::span<const SignalSpec> signals() const override { return children_.signals(); }
  std::span<const WaitingSpec> waiting() const override { return children_.waiting(); }
  std::optional<Measure> measure(std::size_t i) const override { return children_.measure(i); }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override { return children_.Memory(); }
  bool Recall(std::string_view memory) override { return children_.Recall(memory); }
  std::vector<PolicyNews> Refresh() override { return children_.Refresh(); }

 private:
  Children children_;
};

std::unique_ptr<Policy> ParseFallback(const std::string& name, const ConfigNode& node,
                                      const PolicyContext& context);

}  // namespace spillway
