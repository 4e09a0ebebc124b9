// The cheapest set of machines that covers what is missing. Exact, not greedy: branch and bound
// over the count of each choice, with the proofs of bound.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/money.h"

namespace spillway {

// A kind of machine that can be had.
struct Choice {
  Capacity capacity;  // that it gives; both members above 0
  Money price_per_hour;
  Money worst_case;  // what one of it takes of the month's room
  std::int64_t available = 0;
  std::optional<std::size_t> quota;  // index into CoverRoom::quotas
  std::int64_t quota_use = 0;        // what one of it takes of that
  std::optional<Capacity> size{};    // that it takes of the room's; nothing: what it gives
};

// What the whole set must keep to.
struct CoverRoom {
  std::int64_t machines = 0;
  Money per_hour = Money::Unlimited();
  Money this_month = Money::Unlimited();
  std::vector<std::int64_t> quotas;  // what is left of each, shared by the choices that name it
  std::optional<Capacity> capacity;  // of the whole set, at most
};

struct Cover {
  std::vector<std::int64_t> counts;  // of each choice
  Capacity total;
  bool is_complete = false;  // covers all that is missing
  bool is_proven = true;     // false: the budget was used up, a better set may exist

  friend bool operator==(const Cover&, const Cover&) = default;
};

// Steps of the search, each about a microsecond; 20 choices of near-proportional prices and
// thousands of vCPU need up to some ten thousands. It bounds the time that the caller can lose.
inline constexpr std::int64_t kCoverBudget = 200'000;

// Among the sets within `room` that cover `missing` in both dimensions: the cheapest per hour,
// then the one of fewest machines, then always the same one: of choices alike in everything the
// earlier is taken first.
// When no set covers everything: the one that leaves the smallest share uncovered, where the
// share is the larger of those of vCPU and memory; then as above.
Cover CheapestCover(const Capacity& missing, std::span<const Choice> choices, const CoverRoom& room,
                    std::int64_t budget = kCoverBudget);

}  // namespace spillway
