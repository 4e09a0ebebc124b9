#include "scaler/plan/cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

namespace spillway {
namespace {

Choice AChoice(std::int64_t vcpu, std::int64_t memory, double price, std::int64_t available = 100) {
  const Money money = Money::FromDouble(price);
  return {{vcpu, memory}, money, money, available, std::nullopt};
}

CoverRoom WideRoom() {
  CoverRoom room;
  room.machines = 100;
  return room;
}

using Counts = std::vector<std::int64_t>;

TEST(Cover, FindsCheaperSetsThanGreedyDoes) {
  struct Case {
    const char* name;
    Capacity missing;
    std::vector<Choice> choices;
    Counts cheapest;
  };
  const Case kCases[] = {
      {"the best price per vCPU overshoots",
       {10, 10},
       {AChoice(8, 8, 0.8), AChoice(5, 5, 0.6)},
       {0, 2}},
      {"two kinds, none alone",
       {10, 60},
       {AChoice(10, 10, 1.0), AChoice(2, 50, 1.0), AChoice(8, 32, 1.9)},
       {1, 1, 0}},
      {"one large is cheaper than the last of many small",
       {24, 24},
       {AChoice(4, 4, 0.30), AChoice(16, 16, 1.0), AChoice(24, 24, 1.7)},
       {2, 1, 0}},
      {"fewer machines at the same price",
       {8, 8},
       {AChoice(4, 4, 0.5), AChoice(8, 8, 1.0)},
       {0, 1}},
      {"the earlier of two alike", {8, 8}, {AChoice(4, 4, 0.5), AChoice(4, 4, 0.5)}, {2, 0}},
      {"free machines: as few as possible", {10, 10}, {AChoice(2, 2, 0), AChoice(6, 6, 0)}, {0, 2}},
      {"only one dimension is missing", {0, 10}, {AChoice(8, 4, 0.4), AChoice(1, 10, 0.9)}, {0, 1}},
  };
  for (const Case& c : kCases) {
    const Cover cover = CheapestCover(c.missing, c.choices, WideRoom());
    EXPECT_TRUE(cover.is_complete) << c.name;
    EXPECT_EQ(cover.counts, c.cheapest) << c.name;
  }
}

TEST(Cover, KeepsToEveryLimitExactly) {
  const std::vector<Choice> choices = {AChoice(4, 4, 0.4), AChoice(10, 10, 1.5)};
  const auto with = [](auto change) {
    CoverRoom room = WideRoom();
    change(room);
    return room;
  };
  struct Case {
    const char* name;
    CoverRoom room;
    Counts counts;
    bool is_complete;
  };
  const Case kCases[] = {
      {"no limit", WideRoom(), {5, 0}, true},
      {"machines", with([](CoverRoom& r) { r.machines = 2; }), {0, 2}, true},
      {"hour, just enough",
       with([](CoverRoom& r) { r.per_hour = Money{2'000'000}; }),
       {5, 0},
       true},
      {"hour, a millionth short",
       with([](CoverRoom& r) { r.per_hour = Money{1'999'999}; }),
       {4, 0},
       false},
      {"month", with([](CoverRoom& r) { r.this_month = Money{1'200'000}; }), {3, 0}, false},
      {"capacity",
       with([](CoverRoom& r) {
         r.capacity = Capacity{19, 19};
       }),
       {2, 1},
       false},
  };
  for (const Case& c : kCases) {
    const Cover cover = CheapestCover({20, 20}, choices, c.room);
    EXPECT_EQ(cover.counts, c.counts) << c.name;
    EXPECT_EQ(cover.is_complete, c.is_complete) << c.name;
  }
}

TEST(Cover, SharesAQuotaBetweenChoices) {
  std::vector<Choice> choices = {AChoice(4, 4, 0.4), AChoice(8, 8, 0.7), AChoice(8, 8, 2.0)};
  for (std::size_t i : {0, 1}) {
    choices[i].quota = 0;
    choices[i].quota_use = choices[i].capacity.vcpu;
  }
  CoverRoom room = WideRoom();
  room.quotas = {12};
  EXPECT_EQ(CheapestCover({20, 20}, choices, room).counts, (Counts{1, 1, 1}));
}

TEST(Cover, LeavesTheSmallestShareOfTheWorseDimensionUncovered) {
  CoverRoom room = WideRoom();
  room.machines = 2;
  // Two of the first cover 100 % of vCPU but 20 % of memory; one of each 60 % of both.
  const std::vector<Choice> choices = {AChoice(50, 10, 1.0), AChoice(10, 50, 1.0)};
  const Cover cover = CheapestCover({100, 100}, choices, room);
  EXPECT_EQ(cover.counts, (Counts{1, 1}));
  EXPECT_FALSE(cover.is_complete);
}

TEST(Cover, SaysWhenItsBudgetWasUsedUpAndStillGivesASet) {
  std::vector<Choice> choices;
  for (int i = 0; i < 12; ++i) {
    choices.push_back(AChoice(31 + 7 * i, 90 + 13 * ((i * 5) % 12), 1.0 + 0.21 * i, 10'000));
  }
  CoverRoom room = WideRoom();
  room.machines = 10'000;
  const Capacity missing{4001, 9001};
  const Cover hurried = CheapestCover(missing, choices, room, 1);
  EXPECT_TRUE(CheapestCover(missing, choices, room).is_proven);
  EXPECT_FALSE(hurried.is_proven);
  EXPECT_TRUE(hurried.total.Covers(missing));
}

// What the search is held against: every set there is.
struct Tried {
  Counts counts;
  Capacity total;
  Money per_hour;
  Money month;
  std::int64_t machines = 0;
};

class EverySet {
 public:
  EverySet(const Capacity& missing, const std::vector<Choice>& choices, const CoverRoom& room)
      : missing_(missing), choices_(choices), room_(room) {
    Visit(Tried{Counts(choices.size(), 0), {}, {}, {}, 0}, 0);
  }
  const Tried& best() const { return best_; }

  // Smaller is better. Shares are compared as fractions of the product of both dimensions.
  std::tuple<std::int64_t, Money, std::int64_t> Rank(const Tried& set) const {
    const Capacity open = Missing(missing_, set.total);
    const std::int64_t uncovered =
        std::max(open.vcpu * std::max<std::int64_t>(missing_.memory_mib, 1),
                 open.memory_mib * std::max<std::int64_t>(missing_.vcpu, 1));
    return {uncovered, set.per_hour, set.machines};
  }

  bool Fits(const Tried& set) const {
    for (std::size_t q = 0; q < room_.quotas.size(); ++q) {
      std::int64_t used = 0;
      for (std::size_t i = 0; i < choices_.size(); ++i) {
        if (choices_[i].quota == q) used += set.counts[i] * choices_[i].quota_use;
      }
      if (used > room_.quotas[q]) return false;
    }
    return set.machines <= room_.machines && set.per_hour <= room_.per_hour &&
           set.month <= room_.this_month && (!room_.capacity || room_.capacity->Covers(set.total));
  }

 private:
  void Visit(Tried set, std::size_t i) {
    if (!Fits(set)) return;
    if (best_.counts.empty() || Rank(set) < Rank(best_)) best_ = set;
    for (; i < choices_.size(); ++i) {
      if (set.counts[i] == choices_[i].available) continue;
      Tried more = set;
      ++more.counts[i];
      ++more.machines;
      more.total += choices_[i].capacity;
      more.per_hour += choices_[i].price_per_hour;
      more.month += choices_[i].worst_case;
      Visit(std::move(more), i);
    }
  }

  const Capacity& missing_;
  const std::vector<Choice>& choices_;
  const CoverRoom& room_;
  Tried best_;
};

TEST(Cover, IsAsGoodAsTryingEverySet) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto draw = [&random](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  for (int round = 0; round < 3000; ++round) {
    const Capacity missing{draw(0, 24), draw(1, 30)};
    // Multiples of two in some rounds, so that rounding to common divisors is tried as well.
    const std::int64_t unit = draw(1, 2);
    std::vector<Choice> choices;
    const std::int64_t kinds = draw(1, 5);
    for (std::int64_t i = 0; i < kinds; ++i) {
      const Capacity capacity{unit * draw(1, 6), unit * draw(1, 6)};
      const Money price{draw(0, 3) == 0 ? capacity.vcpu * 10 : draw(0, 80)};
      const Money month{draw(0, 2) == 0 ? draw(0, 50) : price.micros * 3};
      choices.push_back({capacity, price, month, draw(0, 5), std::nullopt});
      if (draw(0, 1) == 1) {
        choices.back().quota = static_cast<std::size_t>(draw(0, 1));
        choices.back().quota_use = draw(0, 1) == 1 ? 1 : choices.back().capacity.vcpu;
      }
    }
    CoverRoom room;
    room.machines = draw(0, 7);
    if (draw(0, 2) == 0) room.per_hour = Money{draw(0, 200)};
    if (draw(0, 2) == 0) room.this_month = Money{draw(0, 500)};
    room.quotas = {draw(0, 30), draw(0, 30)};
    if (draw(0, 3) == 0) room.capacity = missing + Capacity{draw(0, 4), draw(0, 4)};

    const Cover cover = CheapestCover(missing, choices, room);
    const EverySet every(missing, choices, room);
    Tried found{cover.counts, cover.total, {}, {}, 0};
    for (std::size_t i = 0; i < choices.size(); ++i) {
      ASSERT_LE(cover.counts[i], choices[i].available);
      found.machines += cover.counts[i];
      found.per_hour += choices[i].price_per_hour * cover.counts[i];
      found.month += choices[i].worst_case * cover.counts[i];
    }
    ASSERT_TRUE(cover.is_proven) << "round " << round;
    ASSERT_TRUE(every.Fits(found)) << "round " << round;
    ASSERT_EQ(every.Rank(found), every.Rank(every.best())) << "round " << round;
    ASSERT_EQ(cover.is_complete, cover.total.Covers(missing)) << "round " << round;
  }
}

}  // namespace
}  // namespace spillway
