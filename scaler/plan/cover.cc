#include "scaler/plan/cover.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "scaler/plan/bound.h"
#include "scaler/plan/cover_problem.h"

namespace spillway {
namespace {

__extension__ typedef __int128 Wide;

class Search {
 public:
  enum class Aim { kAny, kCheapest };

  Search(const OrderedProblem& ordered, std::int64_t budget)
      : problem_(ordered.problem),
        limits_(ordered.left),
        budget_(budget),
        counts_(problem_.items.size()),
        unit_(problem_.items.size() + 1) {
    for (std::size_t i = problem_.items.size(); i-- > 0;) {
      const Capacity& gives = problem_.items[i].gives;
      unit_[i] = {std::gcd(unit_[i + 1].vcpu, gives.vcpu),
                  std::gcd(unit_[i + 1].memory_mib, gives.memory_mib)};
    }
  }

  // Looks for counts that give `missing`; nothing when there are none.
  std::optional<std::vector<std::int64_t>> Run(const Capacity& missing, Aim aim) {
    missing_ = missing;
    left_ = limits_;
    aim_ = aim;
    is_over_ = false;
    found_.reset();
    seen_.clear();
    // A share of the budget, so that a hard question leaves some for the next ones.
    steps_ = std::max(budget_ / 2, kLeastSteps);
    budget_ = std::max<std::int64_t>(budget_ - steps_, 0);
    if (Look(0) == Outlook::kOpen) Descend(0);
    budget_ += std::max<std::int64_t>(steps_, 0);
    return found_;
  }

  // False: some run was ended by the budget.
  bool is_proven() const { return is_proven_; }

 private:
  enum class Outlook { kOpen, kRefuted, kRefutedWithMore };

  void Descend(std::size_t item) {
    if (missing_.vcpu <= 0 && missing_.memory_mib <= 0) return Keep();
    if (item == problem_.items.size()) return;
    const std::int64_t needed = HostsFor(missing_, problem_.items[item].gives);
    const std::int64_t most = std::min(needed, Most(item));
    const std::int64_t least = item + 1 == problem_.items.size() ? needed : 0;
    for (std::int64_t count = least; count <= most && !is_over_; ++count) {
      if (Try(item, count) == Outlook::kRefutedWithMore) return;
    }
  }

  Outlook Try(std::size_t item, std::int64_t count) {
    Take(item, count);
    const Outlook outlook = Look(item + 1);
    if (outlook == Outlook::kOpen) Descend(item + 1);
    Take(item, -count);
    return outlook;
  }

  void Take(std::size_t item, std::int64_t count) {
    const CoverItem& taken = problem_.items[item];
    counts_[item] += count;
    spent_ += taken.uses[0] * count;
    missing_ = missing_ - taken.gives * count;
    for (std::size_t k = 0; k < left_.size(); ++k) left_[k] -= taken.uses[k] * count;
  }

  // Whatever comes next must be cheaper.
  void Keep() {
    found_ = counts_;
    left_[0] = -1;
    if (aim_ == Aim::kAny) is_over_ = true;
  }

  std::int64_t Most(std::size_t item) const {
    const CoverItem& wanted = problem_.items[item];
    std::int64_t most = wanted.most;
    for (std::size_t k = 0; k < left_.size(); ++k) {
      if (wanted.uses[k] > 0) most = std::min(most, left_[k] / wanted.uses[k]);
    }
    return most;
  }

  // Whether the items from `first` on can still do it.
  Outlook Look(std::size_t first) {
    if (left_[0] < 0) return Outlook::kRefutedWithMore;
    const Capacity missing = MissingIn(unit_[first]);
    if (missing.IsZero() || first == problem_.items.size()) return Outlook::kOpen;
    const auto refutes = [&](const CoverProof& p) { return p.Refutes(first, missing, left_); };
    const auto known = std::find_if(proofs_.begin(), proofs_.end(), refutes);
    if (known != proofs_.end()) {
      std::rotate(proofs_.begin(), known, known + 1);
    } else {
      if (--steps_ < 0) {
        is_over_ = true;
        is_proven_ = false;
      }
      CoverProof proof(problem_, FindWeights(problem_, first, missing, left_));
      if (!refutes(proof)) return WasSeen(first, missing) ? Outlook::kRefuted : Outlook::kOpen;
      if (proofs_.size() == kProofs) proofs_.pop_back();
      proofs_.insert(proofs_.begin(), std::move(proof));
    }
    return first > 0 && HoldsWithMore(first - 1) ? Outlook::kRefutedWithMore : Outlook::kRefuted;
  }

  // In units that also divide what `item` gives: only then does what is missing fall evenly.
  bool HoldsWithMore(std::size_t item) const {
    const CoverProof& proof = proofs_.front();
    return proof.SurplusOf(item) <= 0 && proof.Refutes(item + 1, MissingIn(unit_[item]), left_);
  }

  // Whether the same question was asked before with no more spent: then its answer is known.
  bool WasSeen(std::size_t first, const Capacity& missing) {
    std::vector<std::int64_t> question = left_;
    question[0] = static_cast<std::int64_t>(first);
    question.push_back(missing.vcpu);
    question.push_back(missing.memory_mib);
    const auto [seen, is_new] = seen_.try_emplace(std::move(question), spent_);
    if (is_new || spent_ < seen->second) {
      seen->second = spent_;
      return false;
    }
    return true;
  }

  // Machines come whole: what they give is a multiple of their greatest common divisor.
  Capacity MissingIn(const Capacity& unit) const {
    const auto up = [](std::int64_t x, std::int64_t u) {
      return x <= 0 ? 0 : u > 0 ? (x + u - 1) / u * u : x;
    };
    return {up(missing_.vcpu, unit.vcpu), up(missing_.memory_mib, unit.memory_mib)};
  }

  static constexpr std::int64_t kLeastSteps = 100;
  static constexpr std::size_t kProofs = 32;  // kept, the last that refuted first

  const CoverProblem& problem_;
  const std::vector<std::int64_t>& limits_;
  std::int64_t budget_;
  std::int64_t steps_ = 0;
  bool is_proven_ = true;
  Aim aim_ = Aim::kCheapest;
  bool is_over_ = false;
  Capacity missing_;
  std::vector<std::int64_t> left_;
  std::int64_t spent_ = 0;
  std::map<std::vector<std::int64_t>, std::int64_t> seen_;  // questions, by what was spent before
  std::vector<std::int64_t> counts_;
  std::vector<Capacity> unit_;  // of what the items from each on give
  std::vector<CoverProof> proofs_;
  std::optional<std::vector<std::int64_t>> found_;
};

Capacity TotalOf(const CoverProblem& problem, const std::vector<std::int64_t>& counts) {
  Capacity total;
  for (std::size_t i = 0; i < counts.size(); ++i) total += problem.items[i].gives * counts[i];
  return total;
}

// Shares of what is missing, in 2^-40: finer than any two shares of it can differ.
constexpr std::int64_t kAll = std::int64_t{1} << 40;

Capacity ShareOf(const Capacity& missing, std::int64_t share) {
  const auto part = [share](std::int64_t x) {
    return static_cast<std::int64_t>((static_cast<Wide>(x) * share + kAll - 1) / kAll);
  };
  return {part(missing.vcpu), part(missing.memory_mib)};
}

std::int64_t CoveredShare(const Capacity& missing, const Capacity& total) {
  const auto share = [](std::int64_t all, std::int64_t x) {
    return all <= x ? kAll : static_cast<std::int64_t>(static_cast<Wide>(x) * kAll / all);
  };
  return std::min(share(missing.vcpu, total.vcpu), share(missing.memory_mib, total.memory_mib));
}

using Counts = std::vector<std::int64_t>;

// Counts that cover the largest share that can be covered, the cheapest such; `missing` itself
// cannot be covered.
Counts MostCovering(const Capacity& missing, const CoverProblem& problem, Search& search) {
  Counts best(problem.items.size(), 0);
  std::int64_t possible = 0;
  std::int64_t impossible = kAll;
  while (impossible - possible > 1) {
    const std::int64_t middle = possible + (impossible - possible) / 2;
    const Capacity target = ShareOf(missing, middle);
    const bool is_known = target == ShareOf(missing, impossible);
    const auto counts = is_known ? std::nullopt : search.Run(target, Search::Aim::kAny);
    if (counts) {
      best = *counts;
      possible = std::max(middle, CoveredShare(missing, TotalOf(problem, best)));
    } else {
      impossible = middle;
    }
  }
  return search.Run(ShareOf(missing, possible), Search::Aim::kCheapest).value_or(best);
}

}  // namespace

Cover CheapestCover(const Capacity& missing, std::span<const Choice> choices, const CoverRoom& room,
                    std::int64_t budget) {
  Cover cover{Counts(choices.size(), 0), {}, missing.IsZero(), true};
  const OrderedProblem ordered = MakeProblem(missing, choices, room);
  if (cover.is_complete || ordered.problem.items.empty()) return cover;

  Search search(ordered, budget);
  auto counts = search.Run(missing, Search::Aim::kCheapest);
  if (!counts) counts = MostCovering(missing, ordered.problem, search);
  for (std::size_t i = 0; i < counts->size(); ++i) cover.counts[ordered.choice[i]] = (*counts)[i];
  cover.total = TotalOf(ordered.problem, *counts);
  cover.is_complete = cover.total.Covers(missing);
  cover.is_proven = search.is_proven();
  return cover;
}

}  // namespace spillway
