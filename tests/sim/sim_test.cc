// The whole service in a failing world. A failing seed is in the failure's text; replay it with
//   SPILLWAY_SIM_SEED=<seed> sim --gtest_filter=Sim.KeepsItsPromises*
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <utility>

#include "tests/sim/simulation.h"
#include "tests/sim/world.h"

namespace spillway::sim {
namespace {

using namespace std::chrono_literals;

// A cloud and a dearer one; `faults` goes to everything.
std::string Config(const std::string& faults) {
  return WorldConfig(
      {.rack_faults = faults,
       .clouds = "  near: {type: simulated, profile: aws, quota_vcpu: 40, plans: [m6i.2xlarge, "
                 "m5.large, m6i.large, t3.large], faults: {" +
                 faults + "}}\n  far: {type: simulated, profile: digitalocean, faults: {" + faults +
                 "}}",
       .manager_faults = faults,
       .policies = "      - {name: follow, type: target_tracking, kind: load, target: 1, signal: "
                   "{metric: demand, function: last, window: 60s}}",
       .ladder = "      - {name: near, provider: near, cluster_type: virtual, max_hosts: 12}\n"
                 "      - {name: far, provider: far, cluster_type: virtual, max_hosts: 12}"});
}

// Every fault there is, while the day lasts. The likeliest are those that together leave a machine
// behind: nobody was told that it was made, and it shows only after it was given up. Only the sweep
// finds those.
std::string EveryFault() {
  constexpr std::pair<const char*, double> kFaults[] = {
      {"throttled", 0.08},   {"transient", 0.08},       {"lost_request", 0.08},
      {"lost_answer", 0.2},  {"no_capacity", 0.08},     {"ghost", 0.2},
      {"no_start", 0.08},    {"slow_boot", 0.08},       {"unreachable", 0.08},
      {"invisible", 0.2},    {"partial_list", 0.08},    {"delete_fails", 0.08},
      {"delete_lags", 0.08}, {"slow_evacuation", 0.08}, {"stuck_enrolment", 0.08}};
  std::string spans;
  for (const auto& [fault, chance] : kFaults) {
    spans += fmt::format("{}{{fault: {}, from: 0s, until: 6h, chance: {}}}",
                         spans.empty() ? "" : ", ", fault, chance);
  }
  return "spans: [" + spans + "], ghost_delay: 4m, invisible_for: 8m";
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

// Two peaks, then nothing.
std::optional<double> TwoPeaks(Duration t) {
  const double hour = Hours(t);
  if (hour > 6) return 0.0;
  return 1.0 + 7.0 * std::pow(std::sin(hour * std::numbers::pi / 3.0), 2);
}

std::string Told(const Outcome& outcome) {
  std::string text;
  for (const std::string& violation : outcome.violations) text += "\n  " + violation;
  return text;
}

TEST(Sim, FollowsTwoPeaksAndGivesEverythingBack) {
  const Outcome outcome = Simulate({.config = Config(""), .load = TwoPeaks});
  EXPECT_TRUE(outcome.violations.empty()) << Told(outcome);
  EXPECT_GE(outcome.most_hosts, 8);
  EXPECT_EQ(outcome.crashes, 0);
  EXPECT_GE(outcome.spent, outcome.billed) << "the books must not know of less than is billed";
  EXPECT_LE(outcome.spent.ToDouble(), outcome.billed.ToDouble() * 1.05);
}

TEST(Sim, AMonthThatIsUsedUpBuysNothingMoreAndGivesBackWhatItCannotCarry) {
  const std::string config = Replaced(Config(""), "per_month: 400", "per_month: 4");
  const auto steady = [](Duration t) { return t < 6h ? std::optional(10.0) : std::optional(0.0); };
  const Outcome outcome = Simulate({.config = config, .load = steady});
  EXPECT_TRUE(outcome.violations.empty()) << Told(outcome);
  EXPECT_GT(outcome.spent, Money::FromDouble(2)) << "it was spent, as far as it went";
  EXPECT_TRUE(std::any_of(outcome.decisions.begin(), outcome.decisions.end(), [](const auto& d) {
    const auto& reasons = d.decision.reasons;
    return std::any_of(reasons.begin(), reasons.end(),
                       [](const Reason& r) { return r.code == "envelope_full_month"; });
  }));
}

TEST(Sim, ASilentBusKeepsWhatThereIs) {
  const auto falls_silent = [](Duration t) { return t < 2h ? std::optional(6.0) : std::nullopt; };
  const Outcome outcome = Simulate({.config = Config(""), .load = falls_silent});
  ASSERT_FALSE(outcome.decisions.empty());
  const Decision& last = outcome.decisions.back().decision;
  EXPECT_EQ(last.wanted, (Capacity{48, 6 * 16 * 1024}));
  EXPECT_FALSE(last.may_shrink);
}

// Kills the process at the n-th moment, for every n: before and after each store write and each
// outside call of a small rise and fall.
TEST(Sim, SurvivesAKillAtEveryStep) {
  Options options{.config = Config(""), .load = [](Duration t) {
                    return t > 10s && t < 20min ? std::optional(3.0) : std::optional(0.0);
                  }};
  options.day = 40min;
  options.quiet = 30min;
  const std::int64_t moments = Simulate(options).moments;
  ASSERT_GT(moments, 50);
  for (std::int64_t n = 1; n <= moments; ++n) {
    options.crash_at = n;
    const Outcome outcome = Simulate(options);
    EXPECT_TRUE(outcome.violations.empty()) << "killed at moment " << n << Told(outcome);
    EXPECT_EQ(outcome.crashes, 1) << "moment " << n;
    if (HasFailure()) break;
  }
}

class KeepsItsPromises : public ::testing::TestWithParam<std::uint64_t> {};
using WhenMachinesDie = KeepsItsPromises;

TEST_P(KeepsItsPromises, InAFailingWorldWithKills) {
  const char* replay = std::getenv("SPILLWAY_SIM_SEED");
  const std::uint64_t seed = replay ? std::strtoull(replay, nullptr, 10) : GetParam();
  Options options{.seed = seed, .config = Config(EveryFault()), .load = TwoPeaks};
  options.crash_chance = 0.006;
  const Outcome outcome = Simulate(options);
  EXPECT_TRUE(outcome.violations.empty()) << "seed " << seed << Told(outcome);
  EXPECT_GT(outcome.machines_ever, 3) << "seed " << seed;
}

TEST_P(WhenMachinesDie, KeepsItsPromisesAllTheSame) {
  const std::uint64_t seed = GetParam();
  const std::string faults =
      EveryFault().insert(8, "{fault: dies, from: 0s, until: 6h, chance: 0.15}, ");
  Options options{.seed = seed, .config = Config(faults), .load = TwoPeaks};
  options.crash_chance = 0.002;
  options.machines_die = true;
  const Outcome outcome = Simulate(options);
  EXPECT_TRUE(outcome.violations.empty()) << "seed " << seed << Told(outcome);
}

INSTANTIATE_TEST_SUITE_P(Sim, KeepsItsPromises, ::testing::Range<std::uint64_t>(1, 25));
INSTANTIATE_TEST_SUITE_P(Sim, WhenMachinesDie, ::testing::Range<std::uint64_t>(1, 9));

TEST(Sim, DeterminismTheSameSeedDecidesTheSame) {
  Options options{.seed = 7, .config = Config(EveryFault()), .load = TwoPeaks};
  options.crash_chance = 0.003;
  const Outcome first = Simulate(options);
  const Outcome second = Simulate(options);
  EXPECT_EQ(first.decisions, second.decisions);
  EXPECT_EQ(first.moments, second.moments);
}

}  // namespace
}  // namespace spillway::sim
