#include "scaler/backtest/references/clairvoyant.h"

#include <algorithm>

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

class ClairvoyantPolicy final : public HostsPolicy {
 public:
  ClairvoyantPolicy(std::string name, const ReferenceContext& context)
      : HostsPolicy(std::move(name), context),
        start_(context.course.start),
        step_(context.course.step),
        boot_steps_(static_cast<std::size_t>(context.model.boot_steps())),
        ready_(context.course.need) {
    std::copy(context.optimum.ready.begin(), context.optimum.ready.end(),
              ready_.begin() + static_cast<std::ptrdiff_t>(context.course.scored_from));
  }

 private:
  // The hosts that are to be ready now, and those more that are to be when a launch of now is.
  // What the plan lets go in between it launches again: the boot of both is paid in the optimum.
  std::int64_t Want(const Sight& sight) override {
    const auto k = static_cast<std::size_t>((sight.now - start_) / step_);
    if (k >= ready_.size()) return sight.usable;
    std::int64_t coming = 0;
    for (std::size_t i = k + 1; i <= k + boot_steps_ && i < ready_.size(); ++i) {
      coming += std::max<std::int64_t>(ready_[i] - ready_[i - 1], 0);
    }
    return ready_[k] + coming;
  }

  const Time start_;
  const Duration step_;
  const std::size_t boot_steps_;
  std::vector<std::int64_t> ready_;
};

}  // namespace

std::unique_ptr<Policy> ParseClairvoyant(const std::string& name, const ConfigNode& node,
                                         const ReferenceContext& context) {
  node.Finish();
  return std::make_unique<ClairvoyantPolicy>(name, context);
}

}  // namespace spillway
