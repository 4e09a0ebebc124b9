#include "scaler/backtest/references/static.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "scaler/backtest/references/hosts_policy.h"
#include "scaler/backtest/run.h"

namespace spillway {
namespace {

std::int64_t SmallestWithinBudget(const Course& course, double budget) {
  std::vector<std::int64_t> need(
      course.need.begin() + static_cast<std::ptrdiff_t>(course.scored_from), course.need.end());
  std::sort(need.begin(), need.end(), std::greater<>());
  const auto violated =
      static_cast<std::size_t>(std::floor(budget * static_cast<double>(need.size()) + 1e-9));
  return need[std::min(violated, need.size() - 1)];
}

class StaticPolicy final : public HostsPolicy {
 public:
  StaticPolicy(std::string name, const ReferenceContext& context, std::int64_t hosts)
      : HostsPolicy(std::move(name), context), hosts_(hosts) {}

 private:
  std::int64_t Want(const Sight&) override { return hosts_; }

  const std::int64_t hosts_;
};

}  // namespace

std::unique_ptr<Policy> ParseStatic(const std::string& name, const ConfigNode& node,
                                    const ReferenceContext& context) {
  const auto hosts = node.Integer("hosts").Between(1, kBacktestMaxHosts).Optional();
  node.Finish();
  return std::make_unique<StaticPolicy>(
      name, context,
      hosts.value_or(SmallestWithinBudget(context.course, context.model.violation_budget)));
}

}  // namespace spillway
