// What the configuration says, until it is over. A manual scale by the API is another thing: exact,
// and the last word (scaler/decide/decide.h).
//
//   kind: target                      # the default; or floor, or ceiling
//   hosts: 6                          # or capacity: {vcpu, memory}
//   until: 2026-03-02T18:00:00+01:00  # RFC 3339; default: for good
//
// From `until` on it abstains.
#pragma once

#include <memory>
#include <string>

#include "policies/amount.h"
#include "policies/policy.h"

namespace spillway {

struct ManualConfig {
  Stand stand;
  Time until = kDistantFuture;
};

class ManualPolicy final : public Policy {
 public:
  ManualPolicy(std::string name, ManualConfig config);

  std::span<const SignalSpec> signals() const override { return {}; }
  Recommendation Evaluate(const PolicyInput& input) override;

 private:
  const ManualConfig config_;
};

std::unique_ptr<Policy> ParseManual(const std::string& name, const ConfigNode& node,
                                    const PolicyContext& context);

}  // namespace spillway
