// The weighted mean of what its children ask for, with weights that may change by the hour: by day
// the one that watches load, by night the one that watches cost.
//
//   - name: mixed
//     type: weighted
//     policies:
//       - policy: {name: by-load, type: target_tracking, …}
//         weight: 1                   # default 1; 0: not heard
//         windows:                    # the first whose hours it is sets the weight
//           - {cron: "0 8 * * mon-fri", time_zone: Europe/Berlin, duration: 10h, weight: 3}
//       - policy: {name: by-cpu, type: threshold, …}
//
// The mean is over the children that ask for something, each component rounded up. One that is
// heard and cannot tell is left out of the mean: nothing shrinks, and what it adds is kept. When
// none asks for anything: the mean of their ceilings.
//
// Reason code: weighted. Facts: beside those of children.h, `<child>.weight`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policies/compose/children.h"
#include "policies/policy.h"
#include "policies/schedule/timetable.h"

namespace spillway {

struct Weight {
  struct Window {
    Timetable hours;
    double weight = 1;
  };
  double usual = 1;
  std::vector<Window> windows;

  double At(Time now) const;
  // When At may give another answer.
  Time NextChange(Time now) const;
};

class WeightedPolicy final : public Policy {
 public:
  // REQUIRES: `weights` are those of `children`, in their order, none below 0.
  WeightedPolicy(std::string name, std::vector<std::unique_ptr<Policy>> children,
                 std::vector<Weight> weights);

  std::span<const SignalSpec> signals() const override { return children_.signals(); }
  std::span<const WaitingSpec> waiting() const override { return children_.waiting(); }
  std::optional<Measure> measure(std::size_t i) const override { return children_.measure(i); }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override { return children_.Memory(); }
  bool Recall(std::string_view memory) override { return children_.Recall(memory); }
  std::vector<PolicyNews> Refresh() override { return children_.Refresh(); }

 private:
  Children children_;
  const std::vector<Weight> weights_;
};

std::unique_ptr<Policy> ParseWeighted(const std::string& name, const ConfigNode& node,
                                      const PolicyContext& context);

}  // namespace spillway
