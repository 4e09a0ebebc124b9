// The question of a covering search in figures, made ready for the search. Used by cover.cc alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/plan/bound.h"
#include "scaler/plan/cover.h"

namespace spillway {

// The problem in the order in which the search decides: what is dearest against what it gives
// comes first, because little of it can be in a cheap set, and what remains is soon a small
// question about the best few.
struct OrderedProblem {
  CoverProblem problem;
  std::vector<std::int64_t> left;   // of each limit, at the start
  std::vector<std::size_t> choice;  // of each item
};

// Leaves out choices and limits that make no difference to the cheapest set.
OrderedProblem MakeProblem(const Capacity& missing, std::span<const Choice> choices,
                           const CoverRoom& room);

}  // namespace spillway
