#include "scaler/backtest/optimum.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace spillway {
namespace {

constexpr int kBisections = 40;

// The cheapest path into a state, and among equally cheap ones the one of fewest violations.
struct Path {
  double value = 0;
  std::int32_t violations = 0;
  std::int32_t from = 0;  // the state before

  friend bool operator<(const Path& a, const Path& b) {
    return a.value < b.value || (a.value == b.value && a.violations < b.violations);
  }
};

class Programme {
 public:
  Programme(std::span<const std::int64_t> need, std::int64_t boot_steps)
      : need_(need),
        boot_(static_cast<double>(boot_steps)),
        peak_(static_cast<std::size_t>(*std::max_element(need.begin(), need.end()))),
        now_(peak_),
        before_(peak_) {}

  // The end of the cheapest path at this price. With `trail`, it gets the state before each state.
  Path Run(double price, std::vector<std::int32_t>* trail = nullptr) {
    if (trail != nullptr) trail->resize(need_.size() * peak_);
    for (std::size_t k = 0; k < need_.size(); ++k) {
      if (k == 0) std::fill(now_.begin(), now_.end(), Path{});
      if (k > 0) Move();
      Stay(need_[k], price);
      if (trail == nullptr) continue;
      for (std::size_t i = 0; i < peak_; ++i) (*trail)[k * peak_ + i] = now_[i].from;
    }
    return *std::min_element(now_.begin(), now_.end());
  }

  // The ready hosts of the path that the last Run with `trail` ended with.
  std::vector<std::int64_t> Follow(const std::vector<std::int32_t>& trail) const {
    std::vector<std::int64_t> ready(need_.size());
    auto state =
        static_cast<std::size_t>(std::min_element(now_.begin(), now_.end()) - now_.begin());
    for (std::size_t k = need_.size(); k-- > 0;) {
      ready[k] = static_cast<std::int64_t>(state) + 1;
      state = static_cast<std::size_t>(trail[k * peak_ + state]);
    }
    return ready;
  }

 private:
  // State i is i + 1 hosts. Shrinking is free, growing costs the boot: two running minima.
  void Move() {
    std::swap(now_, before_);
    Path best{std::numeric_limits<double>::infinity(), 0, 0};
    for (std::size_t i = peak_; i-- > 0;) {
      if (before_[i] < best) best = {before_[i].value, before_[i].violations, Index(i)};
      now_[i] = best;
    }
    best = now_[0];
    for (std::size_t i = 0; i < peak_; ++i, best.value += boot_) {
      if (before_[i] < best) best = {before_[i].value, before_[i].violations, Index(i)};
      if (best < now_[i]) now_[i] = best;
    }
  }

  void Stay(std::int64_t need, double price) {
    const auto enough = static_cast<std::size_t>(need - 1);
    for (std::size_t i = 0; i < peak_; ++i) {
      now_[i].value += static_cast<double>(i + 1);
      if (i >= enough) continue;
      now_[i].value += price;
      ++now_[i].violations;
    }
  }

  static std::int32_t Index(std::size_t i) { return static_cast<std::int32_t>(i); }

  const std::span<const std::int64_t> need_;
  const double boot_;
  const std::size_t peak_;
  std::vector<Path> now_;
  std::vector<Path> before_;
};

}  // namespace

Optimum FindOptimum(std::span<const std::int64_t> need, std::int64_t boot_steps,
                    std::int64_t budget) {
  Optimum optimum;
  if (need.empty()) return optimum;
  Programme programme(need, boot_steps);
  const std::int64_t peak = *std::max_element(need.begin(), need.end());
  // At this price no violation is worth it: more than all that one host more could cost for ever.
  double dear = static_cast<double>(peak) *
                (static_cast<double>(need.size()) + static_cast<double>(boot_steps));
  double cheap = 0;
  const auto bound = [&](double price) {
    const Path path = programme.Run(price);
    optimum.dual_bound =
        std::max(optimum.dual_bound, path.value - price * static_cast<double>(budget));
    return path.violations <= budget;
  };
  if (bound(cheap)) {
    dear = cheap;
  } else if (budget > 0) {
    // Prices of interest lie orders of magnitude below the dearest: find that first.
    double top = 1;
    while (top < dear && !bound(top)) {
      cheap = top;
      top *= 4;
    }
    dear = std::min(top, dear);
    for (int i = 0; i < kBisections && dear - cheap > 1e-6 * dear; ++i) {
      const double middle = (cheap + dear) / 2;
      (bound(middle) ? dear : cheap) = middle;
    }
  }
  std::vector<std::int32_t> trail;
  const Path path = programme.Run(dear, &trail);
  optimum.dual_bound =
      std::max(optimum.dual_bound, path.value - dear * static_cast<double>(budget));
  optimum.ready = programme.Follow(trail);
  optimum.violations = path.violations;
  optimum.host_steps = path.value - dear * static_cast<double>(path.violations);
  return optimum;
}

}  // namespace spillway
