#include "policies/waiting_guests/waiting_guests.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::int64_t kGib = 1024;

WaitingGuest AGuest(const std::string& id, double vcpu = 2, std::int64_t gib = 4) {
  WaitingGuest guest;
  guest.id = id;
  guest.cpu_percent = static_cast<std::int64_t>(vcpu * 100);
  guest.memory_mib = gib * kGib;
  return guest;
}

WaitingGuest Hopeless(const std::string& id, WaitCause cause, const std::string& why) {
  WaitingGuest guest = AGuest(id);
  guest.cause = cause;
  guest.why = why;
  return guest;
}

WaitingList Fresh(std::vector<WaitingGuest> guests) {
  return {SignalState::kFresh, 10s, std::move(guests), ""};
}

// Machines of the cluster's host size, and of four times that, can be had.
ClusterView View(std::vector<HostRoom> rooms = {}) {
  ClusterView view = AView(0);
  for (const HostRoom& room : rooms) {
    view.usable += room.capacity;
    ++view.usable_hosts;
    if (!room.ready_at) continue;
    view.ready += room.capacity;
    ++view.ready_hosts;
  }
  view.rooms = std::move(rooms);
  view.sizes = {kHostSize, kHostSize * 4};
  return view;
}

HostRoom Coming(const Capacity& size = kHostSize) { return {size, size, std::nullopt}; }
HostRoom ReadySince(Time t, const Capacity& free = kHostSize) { return {kHostSize, free, t}; }

Recommendation Evaluate(PlaceGuestsPolicy& policy, const ClusterView& view, const WaitingList& list,
                        Time now = At(0s)) {
  return policy.Evaluate({now, view, {}, {&list, 1}});
}

Recommendation Once(const ClusterView& view, const WaitingList& list,
                    const WaitingGuestsConfig& config = {}) {
  PlaceGuestsPolicy policy("w", config);
  return Evaluate(policy, view, list);
}

std::vector<WaitingGuest> Many(int count, double vcpu, std::int64_t gib) {
  std::vector<WaitingGuest> guests;
  for (int i = 0; i < count; ++i) guests.push_back(AGuest(std::to_string(i), vcpu, gib));
  return guests;
}

TEST(WaitingGuests, AsksForTheHostsThatHoldThem) {
  struct Case {
    std::string what;
    std::vector<WaitingGuest> guests;
    std::vector<HostRoom> rooms;
    std::int64_t hosts;  // beyond what is usable
    std::string code;
  };
  const std::vector<Case> cases = {
      {"one", {AGuest("1")}, {}, 1, "waiting_buy"},
      {"as many as fit into a host", Many(4, 2, 8), {}, 1, "waiting_buy"},
      {"one more", Many(5, 2, 8), {}, 2, "waiting_buy"},
      {"by packing, not by averages", Many(3, 5, 1), {}, 3, "waiting_buy"},
      {"parts of a vCPU", Many(16, 0.5, 2), {}, 1, "waiting_buy"},
      {"by memory", Many(3, 0.1, 20), {}, 3, "waiting_buy"},
      {"what is coming holds them", Many(4, 2, 8), {Coming()}, 0, "waiting_hold"},
      {"or some of them", Many(5, 2, 8), {Coming()}, 1, "waiting_buy"},
      {"a host that has just come may not have been tried",
       Many(4, 2, 8),
       {ReadySince(At(-1min))},
       0,
       "waiting_hold"},
      {"but in one that was the manager has no room",
       Many(4, 2, 8),
       {ReadySince(At(-2min))},
       1,
       "waiting_buy"},
      {"nor has one that has just come and is full",
       Many(1, 2, 8),
       {ReadySince(At(-1min), {1, 32 * kGib})},
       1,
       "waiting_buy"},
  };
  for (const Case& c : cases) {
    const ClusterView view = View(c.rooms);
    const auto r = Once(view, Fresh(c.guests));
    EXPECT_EQ(r.kind, RecommendationKind::kTarget) << c.what;
    EXPECT_EQ(r.wanted, view.usable + kHostSize * c.hosts) << c.what << ": " << r.reason.text;
    EXPECT_EQ(r.reason.code, c.code) << c.what;
    EXPECT_EQ(r.piece.has_value(), c.hosts > 0) << c.what;
  }
}

TEST(WaitingGuests, TakesALargerSizeForALargerGuest) {
  const auto r = Once(View(), Fresh({AGuest("big", 20, 64), AGuest("1"), AGuest("2")}));
  EXPECT_EQ(r.wanted, kHostSize * 4);
  EXPECT_EQ(r.piece, kHostSize * 4);
  EXPECT_EQ(r.reason.text, "3 guests wait for a place: 1 more of 32 vCPU, 128 GiB hold them");
}

TEST(WaitingGuests, TakesTheLeastCapacityThatHoldsThem) {
  ClusterView view = View();
  view.sizes = {{12, 40 * kGib}, {16, 64 * kGib}, {64, 512 * kGib}};
  // Three of five vCPU: two of 12, or one of 16.
  const auto r = Once(view, Fresh(Many(3, 5, 10)));
  EXPECT_EQ(r.wanted, (Capacity{16, 64 * kGib}));
}

TEST(WaitingGuests, LeavesTheReserveAlone) {
  WaitingGuestsConfig config;
  config.reserve = {0, kGib};
  EXPECT_EQ(Once(View(), Fresh({AGuest("1", 1, 31)}), config).piece, kHostSize);
  EXPECT_EQ(Once(View(), Fresh({AGuest("1", 1, 32)}), config).piece, kHostSize * 4);
}

TEST(WaitingGuests, NeverBuysForThoseThatHostsDoNotHelp) {
  WaitingGuest firecracker = AGuest("5");
  firecracker.hypervisor = Hypervisor::kFirecracker;
  const auto r =
      Once(View(), Fresh({Hopeless("1", WaitCause::kOther, "No image"),
                          Hopeless("2", WaitCause::kElsewhere, "CLUSTER_ID = 0 rules out this one"),
                          AGuest("3", 64, 1), AGuest("4", 1, 1024), firecracker}));
  EXPECT_EQ(r.kind, RecommendationKind::kAbstain);
  EXPECT_EQ(r.reason.code, "waiting_not_helped");
  EXPECT_EQ(r.reason.text,
            "5 guests wait; hosts would not help 1 (No image), 2 (CLUSTER_ID = 0 rules out this "
            "one), 3 (64 vCPU, 1 GiB fit on no machine that can be had), 4 (1 vCPU, 1024 GiB fit "
            "on no machine that can be had), 5 (needs firecracker)");
}

TEST(WaitingGuests, BuysForTheOthersAndNamesThese) {
  const auto r = Once(View(), Fresh({AGuest("1"), Hopeless("2", WaitCause::kOther, "No image")}));
  EXPECT_EQ(r.wanted, kHostSize);
  EXPECT_THAT(r.reason.text, HasSubstr("1 guest waits for a place: 1 more of 8 vCPU"));
  EXPECT_THAT(r.reason.text, HasSubstr("hosts would not help 2 (No image)"));
}

TEST(WaitingGuests, AbstainsWhenNobodyWaits) {
  const auto r = Once(View(), Fresh({}));
  EXPECT_EQ(r.kind, RecommendationKind::kAbstain);
  EXPECT_EQ(r.reason.code, "waiting_none");
  EXPECT_TRUE(r.may_shrink);
}

TEST(WaitingGuests, CannotTellWithoutAList) {
  WaitingList list;
  list.state = SignalState::kStale;
  list.trouble = "denied: no such user";
  const auto r = Once(View(), list);
  EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(r.reason.text,
            "the cluster's manager does not say which guests wait: denied: no such user");
}

TEST(WaitingGuests, AListThatIsNotWholeMayOnlyGrow) {
  WaitingList list = Fresh({});
  list.state = SignalState::kPartial;
  EXPECT_FALSE(Once(View(), list).may_shrink);
}

// Hosts come, and the guest still waits: something is wrong that nobody says.
TEST(WaitingGuests, DoesNotBuyForEverForOneThatIsNeverPlaced) {
  PlaceGuestsPolicy policy("w", {});
  const WaitingList list = Fresh({AGuest("1")});
  std::vector<HostRoom> rooms;
  Time now = At(0s);
  int bought = 0;
  for (; now < At(50min); now += 30s) {
    const ClusterView view = View(rooms);
    const auto r = Evaluate(policy, view, list, now);
    if (r.wanted == view.usable || r.kind != RecommendationKind::kTarget) continue;
    ++bought;
    rooms.push_back(ReadySince(now + 30s));
  }
  EXPECT_EQ(bought, 3);
  const auto r = Evaluate(policy, View(rooms), list, now);
  EXPECT_EQ(r.reason.code, "waiting_not_helped");
  EXPECT_THAT(r.reason.text, HasSubstr("1 (3 hosts came for it in vain)"));

  PlaceGuestsPolicy after("w", {});
  ASSERT_TRUE(after.Recall(policy.Memory()));
  EXPECT_EQ(Evaluate(after, View(rooms), list, now).reason.code, "waiting_not_helped");
  EXPECT_EQ(Evaluate(after, View(rooms), list, now + 1h).reason.code, "waiting_buy");
  for (const std::string memory : {"", "[]", R"({"1":[1]})", R"({"1":[1,2,"x"]})"}) {
    EXPECT_FALSE(PlaceGuestsPolicy("w", {}).Recall(memory)) << memory;
  }
}

TEST(WaitingGuests, WaitsAsLongAsItTakesForHostsThatDoNotCome) {
  PlaceGuestsPolicy policy("w", {});
  for (Time now = At(0s); now < At(5h); now += 5min) {
    EXPECT_EQ(Evaluate(policy, View(), Fresh({AGuest("1")}), now).reason.code, "waiting_buy");
  }
}

TEST(WaitingGuests, ForgetsThoseThatNoLongerWait) {
  PlaceGuestsPolicy policy("w", {});
  Evaluate(policy, View(), Fresh({AGuest("1")}));
  EXPECT_THAT(policy.Memory(), HasSubstr("\"1\""));
  Evaluate(policy, View(), Fresh({}));
  EXPECT_THAT(policy.Memory(), IsEmpty());
}

TEST(WaitingGuests, AsksForEnoughAndNotForAHostEach) {
  EXPECT_TRUE(rc::check("bounds and monotone", [] {
    std::vector<WaitingGuest> guests;
    GuestSize sum;
    for (int i = *rc::gen::inRange(1, 14); i > 0; --i) {
      guests.push_back(
          AGuest(std::to_string(i), *rc::gen::inRange(1, 80) / 10.0, *rc::gen::inRange(1, 33)));
      sum.cpu_percent += guests.back().cpu_percent;
      sum.memory_mib += guests.back().memory_mib;
    }
    ClusterView view = View();
    view.sizes = {kHostSize};
    const Capacity wanted = Once(view, Fresh(guests)).wanted;
    RC_ASSERT(wanted.vcpu * 100 >= sum.cpu_percent);
    RC_ASSERT(wanted.memory_mib >= sum.memory_mib);
    RC_ASSERT((kHostSize * std::ssize(guests)).Covers(wanted));
    guests.push_back(AGuest("more", 3, 10));
    RC_ASSERT(Once(view, Fresh(guests)).wanted.Covers(wanted));
  }));
}

TEST(WaitingGuests, ReadsEveryKey) {
  const auto parsed = ParsePolicy("waiting_guests", R"(
metric: jobs_without_a_place
max_age: 5m
reserve: {vcpu: 1, memory: 2GiB}
settle: 1m
on_unknown: {add_hosts: 1}
)");
  ASSERT_THAT(parsed.errors, IsEmpty());
  ASSERT_EQ(parsed.policy->waiting().size(), 1u);
  EXPECT_EQ(parsed.policy->waiting()[0], (WaitingSpec{"jobs_without_a_place", 5min}));
  const WaitingList list = Fresh({AGuest("1", 7, 30)});
  const auto r = parsed.policy->Evaluate({At(0s), View({ReadySince(At(-1min))}), {}, {&list, 1}});
  EXPECT_EQ(r.piece, kHostSize);
  EXPECT_THAT(ParsePolicy("waiting_guests", "{signal: {metric: x}}").errors,
              Contains(HasSubstr("signal: unknown key")));
}

}  // namespace
}  // namespace spillway
