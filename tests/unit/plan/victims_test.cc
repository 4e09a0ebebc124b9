#include "scaler/plan/victims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/plan/plan_case.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

HostRecord OnRung(const std::string& pool, const std::string& id,
                  HostState state = HostState::kReady) {
  HostRecord host = AHost(id, state);
  host.pool = pool;
  return host;
}

HostRecord WithGuests(HostRecord host, std::int64_t count, const Capacity& each) {
  host.guests = {count, each * count};
  return host;
}

TEST(Shrinking, GivesBackFromTheTopOfTheLadder) {
  PlanCase c;
  c.hosts = {OnRung("rack", "home1"), OnRung("cloud", "cloud1"), OnRung("cloud", "cloud2")};
  c.hosts[0].price_per_hour = Money::FromDouble(9.0);  // the rung comes before the price
  EXPECT_THAT(GivenBack(c.Wants(2).Make()), ElementsAre("cloud1"));
  EXPECT_THAT(GivenBack(c.Wants(1).Make()), ElementsAre("cloud1", "cloud2"));
  const Plan plan = c.Wants(1).Make();
  EXPECT_EQ(CodeOf(plan.hosts, "cloud2"), "chosen");
  EXPECT_EQ(CodeOf(plan.hosts, "home1"), "lower_rung");
  EXPECT_EQ(CodeOf(c.Wants(2).Make().hosts, "cloud2"), "outscored");
}

TEST(Shrinking, GivesBackFirstWhatIsOnNoRungAnyMore) {
  PlanCase c;
  c.hosts = {OnRung("cloud", "cloud1"), OnRung("dropped", "other")};
  EXPECT_THAT(GivenBack(c.Wants(1).Make()), ElementsAre("other"));
}

TEST(Shrinking, ScoresWithinARungTermByTerm) {
  struct Case {
    const char* name;
    std::function<void(HostRecord&)> goes_first;
  };
  // Each term decides although all later ones speak for the other host.
  const Case kCases[] = {
      {"not yet serving", [](HostRecord& h) { h.state = HostState::kBooting; }},
      {"dearer", [](HostRecord& h) { h.price_per_hour = Money::FromDouble(0.51); }},
      {"less paid time left", [](HostRecord& h) { h.paid_from = At(-59min); }},
      {"fewer guests", [](HostRecord& h) { h.guests.count = 2; }},
      {"younger", [](HostRecord& h) { h.created_at = At(-61min); }},
      {"by its name", [](HostRecord& h) { h.id = "a"; }},
  };
  HostRecord base = AHost("b");
  base.billing.step = 1h;
  base.paid_from = At(-30min);
  base.guests.count = 3;
  base.created_at = At(-62min);
  HostRecord other = base;  // has every advantage that comes later
  for (std::size_t i = std::size(kCases); i-- > 0;) {
    HostRecord victim = base;
    kCases[i].goes_first(victim);
    const PlanCase c;
    const PlanInput input = c.Input();
    EXPECT_TRUE(GoesBefore(TermsOf(input, victim), TermsOf(input, other))) << kCases[i].name;
    EXPECT_FALSE(GoesBefore(TermsOf(input, other), TermsOf(input, victim))) << kCases[i].name;
    kCases[i].goes_first(other);
  }
}

TEST(Shrinking, MovesNoGuestsForAFewMinutesOfPaidTime) {
  PlanCase c;
  c.hosts = {WithGuests(OnRung("cloud", "busy"), 1, {2, 1024}), OnRung("cloud", "idle")};
  for (HostRecord& host : c.hosts) host.billing.step = 1h;
  c.hosts[0].paid_from = At(-39min);
  c.hosts[1].paid_from = At(-31min);
  EXPECT_THAT(GivenBack(c.Wants(1).Make()), ElementsAre("idle"));
  c.hosts[0].paid_from = At(-59min);
  EXPECT_THAT(GivenBack(c.Wants(1).Make()), ElementsAre("busy"));
}

TEST(Shrinking, KnowsWhatIsLeftOfThePaidStep) {
  HostRecord host = AHost("h1");
  host.billing.step = 1h;
  host.paid_from = At(-100min);
  const PlanCase c;
  EXPECT_EQ(TermsOf(c.Input(), host).paid_left, 20min);
  host.paid_from.reset();
  EXPECT_EQ(TermsOf(c.Input(), host).paid_left, 0min);
}

TEST(Shrinking, CallsOffTheYoungestOfThoseThatStartWhateverIsPaid) {
  HostRecord older = AHost("older", HostState::kBooting);
  older.billing.minimum = 1min;
  older.created_at = At(-60s);
  older.paid_from = At(-60s);
  HostRecord younger = older;
  younger.id = "younger";
  younger.created_at = At(-30s);
  younger.paid_from = At(-30s);  // half of its minute is left
  const PlanCase c;
  EXPECT_TRUE(GoesBefore(TermsOf(c.Input(), younger), TermsOf(c.Input(), older)));
}

TEST(Shrinking, KeepsHostsThatMustStay) {
  struct Case {
    std::string code;
    std::function<void(PlanCase&)> change;
  };
  const Case kCases[] = {
      {"protected", [](PlanCase& c) { c.hosts[0].is_protected = true; }},
      {"too_young", [](PlanCase& c) { c.hosts[0].ready_at = At(-299s); }},
      {"chosen", [](PlanCase& c) { c.hosts[0].ready_at = At(-300s); }},
      {"min_hosts", [](PlanCase& c) { c.cluster.limits.min_hosts = 2; }},
      {"needed",
       [](PlanCase& c) {
         c.decision.wanted = kHostSize + Capacity{1, 0};
       }},
      {"needed",
       [](PlanCase& c) {
         c.decision.wanted = kHostSize + Capacity{0, 1};
       }},
      // Three guests have 6 of 8 vCPU of the host that would stay; three more do not fit.
      {"guests",
       [](PlanCase& c) {
         for (HostRecord& host : c.hosts) host = WithGuests(host, 3, {2, 1024});
       }},
      {"chosen",
       [](PlanCase& c) {
         for (HostRecord& host : c.hosts) host = WithGuests(host, 2, {2, 1024});
       }},
      // Room that is not there yet takes no guests.
      {"guests",
       [](PlanCase& c) {
         c.hosts[0] = WithGuests(c.hosts[0], 1, {2, 1024});
         c.hosts[1].state = HostState::kBooting;
         c.hosts[1].is_protected = true;
       }},
      // What is draining already needs a place, too.
      {"guests",
       [](PlanCase& c) {
         c.hosts[0] = WithGuests(c.hosts[0], 2, {2, 1024});
         c.hosts.push_back(
             WithGuests(OnRung("cloud", "leaving", HostState::kDraining), 3, {2, 1024}));
         c.hosts.back().goal = HostGoal::kRetire;
       }},
  };
  for (const Case& expected : kCases) {
    PlanCase c;
    c.hosts = {OnRung("cloud", "h1"), OnRung("rack", "h2")};
    c.Wants(1);
    expected.change(c);
    const Plan plan = c.Make();
    EXPECT_EQ(CodeOf(plan.hosts, "h1"), expected.code);
    EXPECT_EQ(!plan.give_back.empty() && plan.give_back[0].host == "h1", expected.code == "chosen");
  }
}

TEST(Shrinking, GivesBackTheNextWhenTheFirstMustStay) {
  PlanCase c;
  c.hosts = {OnRung("cloud", "h1"), OnRung("cloud", "h2")};
  c.hosts[0].price_per_hour = Money::FromDouble(2);
  c.hosts[0].is_protected = true;
  EXPECT_THAT(GivenBack(c.Wants(1).Make()), ElementsAre("h2"));
}

TEST(Shrinking, GivesBackStartingHostsWhateverTheirAge) {
  PlanCase c;
  c.hosts = {OnRung("cloud", "ready"), OnRung("cloud", "starting", HostState::kEnrolling),
             OnRung("cloud", "asked", HostState::kRequested)};
  EXPECT_THAT(GivenBack(c.Wants(1).Make()), ElementsAre("asked", "starting"));
}

TEST(Shrinking, GivesNothingBackWhileSomethingIsUnknown) {
  PlanCase c;
  c.hosts = {AHost("h1")};
  c.decision.may_shrink = false;
  EXPECT_EQ(c.Wants(0).Make(), Plan{});
}

TEST(Shrinking, NeverGoesTogetherWithGrowing) {
  PlanCase c;
  c.hosts = {AHost("h1"), AHost("h2"), AHost("h3")};
  c.decision.wanted = {8, 4 * kHostSize.memory_mib};  // vCPU to spare, memory missing
  const Plan plan = c.Make();
  EXPECT_THAT(Taken(plan), ElementsAre("rack:r*1"));
  EXPECT_THAT(plan.give_back, IsEmpty());
}

TEST(Shrinking, ExplainsAVictimWithItsFigures) {
  PlanCase c;
  c.hosts = {WithGuests(OnRung("cloud", "h1"), 0, {}), OnRung("rack", "h2")};
  const Plan plan = c.Wants(1).Make();
  ASSERT_EQ(plan.give_back.size(), 1u);
  EXPECT_THAT(
      plan.give_back[0].reason.facts,
      ::testing::IsSupersetOf({Fact{"rung", std::int64_t{1}}, Fact{"guests", std::int64_t{0}},
                               Fact{"price_per_hour", 0.5}, Fact{"age_seconds", 3600.0}}));
}

}  // namespace
}  // namespace spillway
