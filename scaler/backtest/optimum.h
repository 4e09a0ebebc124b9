// What the best plan costs that knows the whole load beforehand: the yardstick of a backtest.
//
// In host-steps, with m[k] ready hosts and n[k] needed ones in step k, D steps of boot:
//
//   min  Σ m[k] + D · Σ (m[k] - m[k-1])+    so that   #{k: m[k] < n[k]} <= budget,  m[k] >= 1
//
// The fleet of step 0 is free, as a policy's is that comes out of its warm-up. A launched host is
// paid while it boots (D) and while it is ready; the billing minimum of a minute never binds for
// hosts that boot for two steps and serve for one.
//
// With a price λ on each violated step this is a shortest path, found by dynamic programming over
// m in O(steps · peak):
//   V[k](m) = m + λ·[m < n[k]] + min( min_{m' <= m} V[k-1](m') + D·(m - m'), min_{m' >= m}
//   V[k-1](m') )
// λ is found by bisection: the cheapest path that keeps the budget is the optimum that is reported;
// max over λ of V(λ) - λ·budget bounds every plan from below (Lagrangian duality). What lies
// between the two is at most what one kink of the dual is worth.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace spillway {

struct Optimum {
  double host_steps = 0;  // of `ready`
  double dual_bound = 0;  // no plan within the budget costs less
  std::int64_t violations = 0;
  std::vector<std::int64_t> ready;  // in each step
};

// `budget`: how many steps may be violated. REQUIRES: every need >= 1.
Optimum FindOptimum(std::span<const std::int64_t> need, std::int64_t boot_steps,
                    std::int64_t budget);

}  // namespace spillway
