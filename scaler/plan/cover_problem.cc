#include "scaler/plan/cover_problem.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace spillway {
namespace {

__extension__ typedef __int128 Wide;

Capacity SizeOf(const Choice& choice) { return choice.size.value_or(choice.capacity); }

// The most of a choice that alone fits the room and is of use.
std::int64_t MostOf(const Choice& choice, const Capacity& missing, const CoverRoom& room) {
  std::int64_t most =
      std::min({choice.available, room.machines, HostsFor(missing, choice.capacity)});
  const auto keep_within = [&most](std::int64_t left, std::int64_t use) {
    if (use > 0) most = std::min(most, std::max<std::int64_t>(left, 0) / use);
  };
  keep_within(room.per_hour.micros, choice.price_per_hour.micros);
  keep_within(room.this_month.micros, choice.worst_case.micros);
  if (choice.quota) keep_within(room.quotas[*choice.quota], choice.quota_use);
  if (room.capacity) {
    keep_within(room.capacity->vcpu, SizeOf(choice).vcpu);
    keep_within(room.capacity->memory_mib, SizeOf(choice).memory_mib);
  }
  return std::max<std::int64_t>(most, 0);
}

// How many of `many` one of `one` replaces: it gives as much and uses no more of any limit.
std::optional<std::int64_t> TimesReplaced(const CoverItem& many, const CoverItem& one) {
  std::int64_t least = 1;
  for (std::size_t k = 0; k < many.uses.size(); ++k) {
    if (one.uses[k] == 0) continue;
    if (many.uses[k] == 0) return std::nullopt;
    least = std::max(least, (one.uses[k] + many.uses[k] - 1) / many.uses[k]);
  }
  return one.gives.Covers(many.gives * least) ? std::optional(least) : std::nullopt;
}

class ProblemBuilder {
 public:
  ProblemBuilder(const Capacity& missing, std::span<const Choice> choices, const CoverRoom& room)
      : missing_(missing), choices_(choices), room_(room) {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const std::int64_t most = MostOf(choices[i], missing, room);
      if (most == 0) continue;
      ordered_.problem.items.push_back({choices[i].capacity, most, {}});
      ordered_.choice.push_back(i);
    }
  }

  OrderedProblem Build() && {
    AddCost();
    AddLimit(room_.machines, [](const Choice&) { return 1; });
    AddLimit(room_.this_month.micros, [](const Choice& c) { return c.worst_case.micros; });
    for (std::size_t q = 0; q < room_.quotas.size(); ++q) {
      AddLimit(room_.quotas[q], [q](const Choice& c) { return c.quota == q ? c.quota_use : 0; });
    }
    if (room_.capacity) {
      AddLimit(room_.capacity->vcpu, [](const Choice& c) { return SizeOf(c).vcpu; });
      AddLimit(room_.capacity->memory_mib, [](const Choice& c) { return SizeOf(c).memory_mib; });
    }
    if (Size() > 0) {
      LimitByExchange();
      Order();
    }
    return std::move(ordered_);
  }

 private:
  // Price first, number of machines second, in one figure. In units of the prices' greatest
  // common divisor figures stay small enough to be exact in floating point.
  void AddCost() {
    std::int64_t unit = 0;
    std::int64_t machines = 0;
    for (std::size_t i = 0; i < Size(); ++i) {
      unit = std::gcd(unit, ChoiceOf(i).price_per_hour.micros);
      machines += ordered_.problem.items[i].most;
    }
    unit = std::max<std::int64_t>(unit, 1);
    const std::int64_t per_unit = std::min(machines, room_.machines) + 1;
    std::int64_t dearest = 0;
    for (std::size_t i = 0; i < Size(); ++i) {
      CoverItem& item = ordered_.problem.items[i];
      item.uses.push_back(ChoiceOf(i).price_per_hour.micros / unit * per_unit + 1);
      dearest += item.uses[0] * item.most;
    }
    const std::int64_t units = std::max<std::int64_t>(room_.per_hour.micros, 0) / unit;
    ordered_.left.push_back(units > dearest / per_unit ? dearest : (units + 1) * per_unit - 1);
    ordered_.problem.limits = 1;
  }

  // Leaves out a limit that cannot be exceeded.
  template <class Use>
  void AddLimit(std::int64_t left, Use use) {
    Wide largest = 0;
    for (std::size_t i = 0; i < Size(); ++i) {
      largest += static_cast<Wide>(use(ChoiceOf(i))) * ordered_.problem.items[i].most;
    }
    // What an overdrawn limit leaves is nothing; what uses none of it may still be had.
    left = std::max<std::int64_t>(left, 0);
    if (largest <= left) return;
    for (std::size_t i = 0; i < Size(); ++i) {
      ordered_.problem.items[i].uses.push_back(use(ChoiceOf(i)));
    }
    ordered_.left.push_back(left);
    ++ordered_.problem.limits;
  }

  // Several of an item are never better than one of another that gives as much and uses no more,
  // when there is enough of the other. Families of plans with proportional prices come down to a
  // few of each size.
  void LimitByExchange() {
    std::vector<CoverItem>& items = ordered_.problem.items;
    std::vector<bool> is_plenty;
    for (const CoverItem& item : items) {
      is_plenty.push_back(item.most == HostsFor(missing_, item.gives));
    }
    for (std::size_t i = 0; i < Size(); ++i) {
      for (std::size_t j = 0; j < Size(); ++j) {
        if (i == j || !is_plenty[j]) continue;
        const auto times = TimesReplaced(items[i], items[j]);
        const bool is_same = times == 1 && TimesReplaced(items[j], items[i]) == 1;
        if (times && !(is_same && i < j)) items[i].most = std::min(items[i].most, *times - 1);
      }
    }
  }

  void Order() {
    const CoverWeights weights = FindWeights(ordered_.problem, 0, missing_, ordered_.left);
    std::vector<double> excess;  // of an item's cost over what it is worth
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < Size(); ++i) {
      const CoverItem& item = ordered_.problem.items[i];
      excess.push_back(-weights.vcpu * static_cast<double>(item.gives.vcpu) -
                       weights.memory_mib * static_cast<double>(item.gives.memory_mib));
      for (std::size_t k = 0; k < item.uses.size(); ++k) {
        excess[i] += weights.limits[k] * static_cast<double>(item.uses[k]);
      }
      if (item.most > 0) order.push_back(i);
    }
    // Of equals the last comes first, so that the first is what the set is filled up with.
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return excess[a] != excess[b] ? excess[a] > excess[b] : a > b;
    });
    OrderedProblem sorted{{{}, ordered_.problem.limits}, std::move(ordered_.left), {}};
    for (std::size_t i : order) {
      sorted.problem.items.push_back(std::move(ordered_.problem.items[i]));
      sorted.choice.push_back(ordered_.choice[i]);
    }
    ordered_ = std::move(sorted);
  }

  std::size_t Size() const { return ordered_.problem.items.size(); }
  const Choice& ChoiceOf(std::size_t item) const { return choices_[ordered_.choice[item]]; }

  const Capacity& missing_;
  std::span<const Choice> choices_;
  const CoverRoom& room_;
  OrderedProblem ordered_;
};

}  // namespace

OrderedProblem MakeProblem(const Capacity& missing, std::span<const Choice> choices,
                           const CoverRoom& room) {
  return ProblemBuilder(missing, choices, room).Build();
}

}  // namespace spillway
