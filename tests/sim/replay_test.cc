// What was recorded of the whole service in a failing world comes out the same when it is run
// again.
#include "scaler/record/replay.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "scaler/app/replay_setup.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/recorded_trace.h"
#include "scaler/cli/stored_state.h"
#include "tests/sim/simulation.h"
#include "tests/sim/world.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

// A cloud that fails now and then; a policy of each kind that has a signal.
std::string Config(const std::string& target = "1") {
  return WorldConfig({
      .clouds = R"(
  near:
    type: simulated
    profile: aws
    plans: [m6i.2xlarge, m5.large]
    quota_vcpu: 40
    faults:
      spans:
        - {fault: no_capacity, from: 1h, until: 2h, chance: 0.3}
        - {fault: throttled, from: 0s, until: 3h, chance: 0.1}
        - {fault: no_start, from: 0s, until: 3h, chance: 0.1})",
      .objective = "objective: {signal: {metric: demand, function: last}, kind: load, limit: 1}",
      .policies = "      - {name: follow, type: target_tracking, kind: load, target: " + target +
                  R"(, signal: {metric: demand, function: last, window: 60s}}
      - {name: mean, type: threshold, signal: {metric: demand, function: mean, window: 5m}, steps: [{from: 6, change: {hosts: 1}}]}
      - {name: waiting, type: waiting_guests}
      - {name: evening, type: schedule, cron: "0 2 * * *", duration: 30m, hosts: 6})",
      .ladder = "      - {name: near, provider: near, cluster_type: virtual, max_hosts: 12}",
  });
}

std::optional<double> Peaks(Duration t) {
  const double hour = Hours(t);
  if (hour > 3) return 0.0;
  if (hour > 1.5 && hour < 1.7) return std::nullopt;  // the sender falls silent
  return 1.0 + 7.0 * std::pow(std::sin(hour * std::numbers::pi / 1.5), 2);
}

MakeSetup FromText() {
  return [](const std::string& configuration) { return SetupOf(configuration); };
}

class Replayed : public ::testing::Test {
 protected:
  static void Nobody(Duration /*t*/, ControlLoop& /*control*/) {}
  Outcome Record(double crash_chance = 0, decltype(Options::people) people = Nobody) {
    Options options{.seed = 11, .config = Config(), .load = Peaks, .people = std::move(people)};
    options.day = 3h;
    options.quiet = 1h;
    options.record_to = scratch_.path();
    options.crash_chance = crash_chance;
    return Simulate(options);
  }
  static std::vector<std::string> TextsOf(const Outcome& outcome) {
    std::vector<std::string> texts;
    for (const DecisionRecord& record : outcome.decisions) texts.push_back(DecisionText(record));
    return texts;
  }

  const testing::ScratchDir scratch_;
};

TEST_F(Replayed, EveryDecisionComesOutByteForByte) {
  const Outcome outcome = Record();
  ASSERT_GT(outcome.decisions.size(), 20u);
  Recording recording(scratch_.path());
  const ExactReplay replay = ReplayExactly(recording, FromText());
  EXPECT_EQ(replay.deviations, 0);
  for (const Deviation& d : replay.first) {
    ADD_FAILURE() << "recorded " << d.recorded << "\nreplayed " << d.replayed;
  }
  EXPECT_GT(replay.segments, 3) << "an hour each";
  EXPECT_GT(replay.evaluations, 400);
  EXPECT_THAT(replay.texts, ElementsAreArray(TextsOf(outcome))) << "as the store has them";
}

TEST_F(Replayed, SoDoThoseOfAServiceThatWasKilledAgainAndAgain) {
  const Outcome outcome = Record(0.01);
  ASSERT_GT(outcome.crashes, 3);
  Recording recording(scratch_.path());
  const ExactReplay replay = ReplayExactly(recording, FromText());
  EXPECT_EQ(replay.deviations, 0);
  EXPECT_GT(replay.segments, outcome.crashes);
  const std::set<std::string> replayed(replay.texts.begin(), replay.texts.end());
  for (const std::string& text : TextsOf(outcome)) EXPECT_TRUE(replayed.contains(text)) << text;
}

// A pause in the first peak, a manual scale in the second, and hosts that are drained and kept. Who
// gets no answer, because the process was killed, says it again.
void Anna(Duration t, ControlLoop& control) {
  const PersonsWord word{"anna", "a match", control.now()};
  const ClusterOrders said = control.Clusters().front().state.orders;
  const auto is_minute = [t](Duration minute) { return t >= minute && t < minute + 1min; };
  ClusterOrders orders;
  if (is_minute(40min) && !said.pause) orders.pause = Pause{word, testing::At(1h)};
  if (is_minute(2h) && !said.scale) {
    orders.scale = ManualScale{Capacity{56, 112 * 1024}, 7, word, testing::At(2h + 15min)};
  }
  if (orders != ClusterOrders{}) control.Obey("edge", orders);
  const std::vector<HostRecord> hosts = control.fleet().All();
  for (const HostRecord& host : hosts) {
    if (t == 35min && host.id == hosts.front().id) {
      (void)control.Obey(host, {HostAction::kProtect, word});
    }
    if (t == 1h + 10min && host.id == hosts.back().id) {
      (void)control.Obey(host, {HostAction::kDrain, word});
    }
    if (!is_minute(3h)) continue;
    (void)control.Obey(host, {HostAction::kUndrain, word});
    (void)control.Obey(host, {HostAction::kUnprotect, word});
  }
}

std::int64_t Saying(const Outcome& outcome, const std::string& code) {
  return std::count_if(outcome.decisions.begin(), outcome.decisions.end(), [&](const auto& record) {
    const std::vector<Reason>& reasons = record.decision.reasons;
    return std::any_of(reasons.begin(), reasons.end(),
                       [&](const Reason& reason) { return reason.code == code; });
  });
}

TEST_F(Replayed, SoDoThoseThatPeopleHadAWordIn) {
  const Outcome outcome = Record(0, Anna);
  EXPECT_THAT(outcome.violations, Each(HasSubstr("hosts at the end"))) << "`mean` never shrinks";
  EXPECT_GT(Saying(outcome, "paused"), 0);
  EXPECT_GT(Saying(outcome, "manual_scale"), 0);
  Recording recording(scratch_.path());
  const ExactReplay replay = ReplayExactly(recording, FromText());
  EXPECT_EQ(replay.deviations, 0);
  for (const Deviation& d : replay.first) {
    ADD_FAILURE() << "recorded " << d.recorded << "\nreplayed " << d.replayed;
  }
  EXPECT_THAT(replay.texts, ElementsAreArray(TextsOf(outcome)));
}

TEST_F(Replayed, PausesHoldWhateverIsKilled) {
  const Outcome outcome = Record(0.01, Anna);
  ASSERT_GT(outcome.crashes, 3);
  EXPECT_THAT(outcome.violations, Each(HasSubstr("hosts at the end"))) << "`mean` never shrinks";
  for (const DecisionRecord& record : outcome.decisions) {
    const Duration t = record.decision.time - testing::kStart;
    if (t < 41min || t >= 1h) continue;
    EXPECT_EQ(record.decision.reasons.back().code, "paused") << record.decision.id;
    EXPECT_TRUE(record.plan.IsEmpty()) << record.decision.id;
  }
  EXPECT_GT(Saying(outcome, "paused"), 0);
}

TEST_F(Replayed, ADecisionThatComesOutOtherwiseIsFound) {
  Record();
  const auto other = [](const std::string& configuration) {
    std::string changed = configuration;
    changed.replace(changed.find("in: 3m"), 6, "in: 4m");
    return SetupOf(changed);
  };
  Recording recording(scratch_.path());
  const ExactReplay replay = ReplayExactly(recording, other);
  EXPECT_GT(replay.deviations, 0);
  ASSERT_FALSE(replay.first.empty());
  EXPECT_NE(replay.first[0].recorded, replay.first[0].replayed);
}

TEST_F(Replayed, AStretchAloneIsCompared) {
  Record();
  Recording all(scratch_.path());
  const ExactReplay whole = ReplayExactly(all, FromText());
  Recording again(scratch_.path());
  const ReplaySpan hour{testing::At(1h), testing::At(2h)};
  const ExactReplay stretch = ReplayExactly(again, FromText(), hour);
  EXPECT_EQ(stretch.deviations, 0);
  EXPECT_GT(stretch.evaluations, 0);
  EXPECT_LT(stretch.evaluations, whole.evaluations);
}

TEST_F(Replayed, AnotherConfigurationTellsWhatItWouldHaveDoneAndCost) {
  Record();
  Recording recording(scratch_.path());
  const ComparedReplay compared =
      ReplayWith(recording, FromText(), SetupOf(Config("0.5")));  // twice the hosts for each load
  EXPECT_GT(compared.differences.size(), 5u);
  ASSERT_EQ(compared.scores.size(), 1u);
  const ShadowScore& score = compared.scores[0];
  EXPECT_GT(score.shadow.cost, score.acting.cost);
  EXPECT_LT(score.shadow.violated, score.acting.violated);
  EXPECT_GT(score.acting.violated, 0s);
  EXPECT_GT(score.shadow.launches, 0);
}

TEST_F(Replayed, TheSameConfigurationBesideItselfDoesAboutTheSame) {
  Record();
  Recording recording(scratch_.path());
  const ComparedReplay compared = ReplayWith(recording, FromText(), SetupOf(Config()));
  ASSERT_EQ(compared.scores.size(), 1u);
  const ShadowScore& score = compared.scores[0];
  EXPECT_NEAR(score.shadow.cost.ToDouble() / score.acting.cost.ToDouble(), 1.0, 0.3)
      << "its hosts do not fail, and go at once";
}

TEST_F(Replayed, ItsLoadIsATraceToBacktestOn) {
  Record();
  ASSERT_TRUE(IsRecording(scratch_.path()));
  const Trace trace = ReadRecordedTrace(scratch_.path(), "", "");
  EXPECT_EQ(trace.name, "edge demand");
  EXPECT_GE(trace.load.first_timestamp, testing::At(0s).time_since_epoch()) << "Unix time";
  EXPECT_LT(trace.load.first_timestamp, testing::At(1min).time_since_epoch());
  ASSERT_GT(trace.load.points.size(), 300u);
  for (const double hour : {0.25, 0.75, 1.25, 2.5}) {
    const auto at =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(hour * 3600));
    EXPECT_NEAR(trace.load.At(at), *Peaks(at), 0.5) << hour;
  }
}

TEST_F(Replayed, WhatIsNoLoadOfItIsToldWithWhatIs) {
  Record();
  struct Case {
    std::string cluster;
    std::string signal;
    std::string message;
  };
  const Case kCases[] = {
      {"edge", "supply", "no policy of edge looks at a signal supply; there are: demand (load)"},
      {"core", "", "no cluster core was evaluated; there are: edge"},
  };
  for (const Case& c : kCases) {
    try {
      ReadRecordedTrace(scratch_.path(), c.cluster, c.signal);
      ADD_FAILURE() << c.message;
    } catch (const CommandError& error) {
      EXPECT_EQ(error.code(), kNothingThere);
      EXPECT_THAT(error.what(), HasSubstr(c.message));
    }
  }
}

}  // namespace
}  // namespace spillway::sim
