// Proofs that a search for a covering set has nothing left to find, so that it need not try every
// set. Used by cover.cc alone.
//
// A proof puts a weight on each unit of capacity and of each limit. When what is missing weighs
// more than all that the limits still allow, no set of the remaining items can cover it. Any
// weights of 0 or more give a valid proof; the dual of the linear relaxation gives the best ones.
// Weights are found in floating point, the proof itself is in whole numbers: rounding may cost
// time, never the right answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "scaler/model/capacity.h"

namespace spillway {

struct CoverItem {
  Capacity gives;
  std::int64_t most = 0;           // that may be taken of it
  std::vector<std::int64_t> uses;  // of each limit
};

// Choose counts of `items`, each 0 to `most`, that give what is missing and use no more than what
// is left of each limit. Limit 0 is the cost.
struct CoverProblem {
  std::vector<CoverItem> items;
  std::size_t limits = 0;
};

struct CoverWeights {
  double vcpu = 0;
  double memory_mib = 0;
  std::vector<double> limits;
};

// The weights that prove most where only the items from `first` on may still be taken.
CoverWeights FindWeights(const CoverProblem& problem, std::size_t first, const Capacity& missing,
                         std::span<const std::int64_t> left);

class CoverProof {
 public:
  __extension__ typedef __int128 Wide;

  // REQUIRES: no weight is negative.
  CoverProof(const CoverProblem& problem, const CoverWeights& weights);

  // True: no counts of the items from `first` on give `missing` within `left`.
  bool Refutes(std::size_t first, const Capacity& missing,
               std::span<const std::int64_t> left) const;
  // What one of `item` gives beyond what it uses, in weight. Where that is not above 0, taking
  // more of it refutes no less.
  Wide SurplusOf(std::size_t item) const { return surplus_[item]; }

 private:
  Wide vcpu_ = 0;
  Wide memory_mib_ = 0;
  std::vector<Wide> limits_;
  std::vector<Wide> surplus_;
  std::vector<Wide> available_;  // the most surplus of the items from each on
};

}  // namespace spillway
