#include "policies/waiting_guests/packing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace spillway {
namespace {

using Guests = std::vector<GuestSize>;

constexpr GuestSize kHost{800, 32};

TEST(Packing, FindsTheLeastNumberOfHosts) {
  struct Case {
    std::string what;
    Guests guests;
    Guests rooms;
    std::int64_t hosts;
  };
  const Case kCases[] = {
      {"nobody", {}, {}, 0},
      {"one", {{800, 32}}, {}, 1},
      {"halves", {{400, 16}, {400, 16}, {400, 16}}, {}, 2},
      {"parts of a vCPU", Guests(16, {50, 2}), {}, 1},
      {"full in processors", {{500, 1}, {500, 1}}, {}, 2},
      {"full in memory", {{100, 20}, {100, 20}}, {}, 2},
      {"one of each goes together", {{700, 4}, {100, 28}, {700, 4}, {100, 28}}, {}, 2},
      {"some of everything",
       {{480, 1}, {400, 1}, {320, 1}, {320, 1}, {80, 1}, {400, 1}, {400, 1}, {400, 1}},
       {},
       4},
      {"what is coming holds it", {{400, 16}, {400, 16}}, {{800, 32}}, 0},
      {"or some of it", {{400, 16}, {400, 16}, {400, 16}}, {{800, 32}}, 1},
      {"a room that is too small is of no use", {{400, 16}}, {{390, 32}, {400, 15}}, 1},
      {"rooms are not added up", {{400, 16}}, {{200, 16}, {200, 16}}, 1},
  };
  for (const Case& c : kCases) {
    const Packing packing = Pack(c.guests, c.rooms, kHost);
    EXPECT_EQ(packing.hosts, c.hosts) << c.what;
    EXPECT_TRUE(packing.is_exact()) << c.what;
  }
}

// By sums 2250 of 800 are three hosts, but no host holds two of them.
TEST(Packing, IsNotFooledByAverages) { EXPECT_EQ(Pack(Guests(5, {450, 1}), {}, kHost).hosts, 5); }

TEST(Packing, SaysWhenItIsNotSure) {
  Guests many;
  for (int i = 0; i < 60; ++i) many.push_back({251 + i, 1});
  const Packing packing = Pack(many, {}, kHost);
  EXPECT_GE(packing.hosts, packing.at_least);
  EXPECT_LE(packing.hosts, 31);
}

std::int64_t BruteForce(const Guests& guests, std::size_t i, Guests rooms, std::int64_t hosts) {
  if (i == guests.size()) return hosts;
  const auto put = [&](std::size_t k, std::int64_t more) {
    Guests then = rooms;
    then[k] = {then[k].cpu_percent - guests[i].cpu_percent,
               then[k].memory_mib - guests[i].memory_mib};
    return BruteForce(guests, i + 1, std::move(then), hosts + more);
  };
  rooms.push_back(kHost);
  std::int64_t best = put(rooms.size() - 1, 1);
  rooms.pop_back();
  for (std::size_t k = 0; k < rooms.size(); ++k) {
    if (guests[i].FitsInto(rooms[k])) best = std::min(best, put(k, 0));
  }
  return best;
}

GuestSize AnyGuest() {
  return {*rc::gen::inRange<std::int64_t>(10, 801), *rc::gen::inRange<std::int64_t>(1, 33)};
}

Guests AnyGuests(int most) {
  Guests guests;
  for (int i = *rc::gen::inRange(0, most + 1); i > 0; --i) guests.push_back(AnyGuest());
  return guests;
}

TEST(Packing, IsTheLeastByBruteForce) {
  EXPECT_TRUE(rc::check("exact for few guests", [] {
    const Guests guests = AnyGuests(6);
    const Guests rooms = AnyGuests(2);
    const Packing packing = Pack(guests, rooms, kHost);
    RC_ASSERT(packing.is_exact());
    RC_ASSERT(packing.hosts == BruteForce(guests, 0, rooms, 0));
  }));
}

TEST(Packing, StaysBetweenItsBounds) {
  EXPECT_TRUE(rc::check("never more than a host each, never fewer than can be", [] {
    const Guests guests = AnyGuests(40);
    const Packing packing = Pack(guests, {}, kHost);
    const Packing first_fit = PackFirstFit(guests, {}, kHost);
    RC_ASSERT(packing.at_least <= packing.hosts);
    RC_ASSERT(packing.hosts <= first_fit.hosts);
    RC_ASSERT(first_fit.hosts <= std::ssize(guests));
  }));
}

TEST(Packing, OneGuestMoreNeverTakesFewerHosts) {
  EXPECT_TRUE(rc::check("monotone where it is exact", [] {
    Guests guests = AnyGuests(8);
    const std::int64_t before = Pack(guests, {}, kHost).hosts;
    guests.push_back(AnyGuest());
    RC_ASSERT(Pack(guests, {}, kHost).hosts >= before);
  }));
}

}  // namespace
}  // namespace spillway
