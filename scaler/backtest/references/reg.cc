#include "scaler/backtest/references/reg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <utility>

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

constexpr std::size_t kSamples = 60;

// The value at the last of equidistant `values` of the least-squares polynomial of degree 2 (of as
// much as there are values for). Normal equations in x from -1 to 1, solved by elimination.
double QuadraticAtEnd(const std::deque<double>& values) {
  const std::size_t n = values.size();
  const std::size_t terms = std::min<std::size_t>(3, n);
  std::array<std::array<double, 4>, 3> rows{};
  for (std::size_t i = 0; i < n; ++i) {
    const double x = n == 1 ? 1 : 2 * static_cast<double>(i) / static_cast<double>(n - 1) - 1;
    const std::array<double, 3> powers = {1, x, x * x};
    for (std::size_t r = 0; r < terms; ++r) {
      for (std::size_t c = 0; c < terms; ++c) rows[r][c] += powers[r] * powers[c];
      rows[r][3] += powers[r] * values[i];
    }
  }
  for (std::size_t p = 0; p < terms; ++p) {
    for (std::size_t r = 0; r < terms; ++r) {
      if (r == p) continue;
      const double factor = rows[r][p] / rows[p][p];
      for (std::size_t c = 0; c < 4; ++c) rows[r][c] -= factor * rows[p][c];
    }
  }
  double at_one = 0;
  for (std::size_t p = 0; p < terms; ++p) at_one += rows[p][3] / rows[p][p];
  return at_one;
}

class RegPolicy final : public HostsPolicy {
 public:
  RegPolicy(std::string name, const ReferenceContext& context, double headroom)
      : HostsPolicy(std::move(name), context), headroom_(headroom) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    const double load = headroom_ * sight.load;
    const std::int64_t need = WholeHosts(load);
    needs_.push_back(static_cast<double>(need));
    if (needs_.size() > kSamples) needs_.pop_front();
    if (sight.usable <= need) {
      const bool too_few = load > static_cast<double>(sight.usable);
      return too_few ? WholeHosts(1.05 * load) : sight.usable;
    }
    const double regressed = std::ceil(QuadraticAtEnd(needs_) - 1e-9);
    return regressed > 0 ? std::min(WholeHosts(1.2 * regressed), sight.usable) : sight.usable;
  }

  const double headroom_;
  std::deque<double> needs_;
};

}  // namespace

std::unique_ptr<Policy> ParseReg(const std::string& name, const ConfigNode& node,
                                 const ReferenceContext& context) {
  const double headroom = node.Number("headroom").Above(0.0).Or(1.0);
  node.Finish();
  return std::make_unique<RegPolicy>(name, context, headroom);
}

}  // namespace spillway
