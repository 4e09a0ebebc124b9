#include "policies/backlog/backlog.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cmath>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

SignalSpec Spec(const std::string& metric) {
  SignalSpec spec;
  spec.name = spec.metric = metric;
  return spec;
}

// A host works off two items a second; ten minutes to drain.
BacklogConfig TwoASecond() {
  BacklogConfig config;
  config.queue = Spec("waiting");
  config.service_rate = 2;
  config.drain_within = 10min;
  return config;
}

BacklogConfig WithArrivals() {
  BacklogConfig config = TwoASecond();
  config.arrivals = Spec("submitted");
  return config;
}

Signal Lost() {
  Signal signal = ASignal(0);
  signal.state = SignalState::kMissing;
  return signal;
}

TEST(Backlog, AsksForWhatDrainsTheQueueInTime) {
  struct Case {
    std::string what;
    double queue, arrivals;
    std::int64_t ready, coming;
    double hosts;
    std::string code;
  };
  // One host takes 1200 items in ten minutes.
  const std::vector<Case> cases = {
      {"from zero hosts", 3600, 0, 0, 0, 3, "backlog_grow"},
      {"whatever is ready", 3600, 0, 2, 0, 3, "backlog_grow"},
      {"does not compound", 3600, 0, 1, 2, 3, "backlog_hold"},
      {"what comes in meanwhile counts", 3600, 4, 1, 0, 5, "backlog_grow"},
      {"without a queue what comes in is enough", 0, 4, 3, 0, 2, "backlog_shrink"},
      {"nothing to do", 0, 0, 3, 0, 0, "backlog_shrink"},
      {"a part of a host", 600, 0, 0, 0, 0.5, "backlog_grow"},
  };
  for (const Case& c : cases) {
    BacklogPolicy policy("b", WithArrivals());
    const auto r =
        Evaluate(policy, AView(c.ready, c.coming), {ASignal(c.queue), ASignal(c.arrivals)});
    EXPECT_EQ(r.kind, RecommendationKind::kTarget) << c.what;
    EXPECT_EQ(r.wanted, Scaled(kHostSize, c.hosts)) << c.what;
    EXPECT_EQ(r.reason.code, c.code) << c.what << ": " << r.reason.text;
  }
}

TEST(Backlog, SaysTheFigures) {
  BacklogPolicy policy("b", TwoASecond());
  EXPECT_EQ(Evaluate(policy, AView(1), {ASignal(3600)}).reason.text,
            "3600 items wait, a host works off 2 a second: 24 vCPU, 96 GiB to drain them within "
            "10 min, 8 vCPU, 32 GiB are ready or coming");
}

TEST(Backlog, KeepsItsAnswerUntilTheQueueIsAtRest) {
  BacklogConfig config = TwoASecond();
  config.rest = 10;
  BacklogPolicy policy("b", config);
  const auto at = [&](Duration t, double queue, std::int64_t ready, std::int64_t coming = 0) {
    return Evaluate(policy, AView(ready, coming), {ASignal(queue)}, At(t));
  };
  EXPECT_EQ(at(0s, 3600, 0).wanted, kHostSize * 3);
  EXPECT_EQ(at(5min, 3600, 0, 3).wanted, kHostSize * 3);
  const auto draining = at(8min, 1800, 3);
  EXPECT_EQ(draining.wanted, kHostSize * 3);
  EXPECT_EQ(draining.reason.code, "backlog_drain");
  EXPECT_EQ(at(14min, 12, 3).wanted, kHostSize * 3);
  EXPECT_EQ(at(15min - 1s, 10, 3).wanted, Capacity{});
}

TEST(Backlog, AnswersANewWhenTheTimeIsOver) {
  BacklogPolicy policy("b", TwoASecond());
  const auto at = [&](Duration t, double queue) {
    return Evaluate(policy, AView(3), {ASignal(queue)}, At(t));
  };
  EXPECT_EQ(at(0s, 3600).wanted, kHostSize * 3);
  EXPECT_EQ(at(10min - 1s, 1200).wanted, kHostSize * 3);
  const auto anew = at(10min, 1200);
  EXPECT_EQ(anew.wanted, kHostSize);
  EXPECT_EQ(at(11min, 3600).wanted, kHostSize * 3);  // more at once
}

TEST(Backlog, AsksForAFirstHostToLearnFrom) {
  BacklogConfig config = TwoASecond();
  config.service_rate.reset();
  config.served = Spec("done");
  BacklogPolicy policy("b", config);
  const auto r = Evaluate(policy, AView(0), {ASignal(50), Lost()});
  EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(r.reason.code, "service_rate_unknown");
  EXPECT_EQ(r.wanted, kHostSize);
  EXPECT_TRUE(Evaluate(policy, AView(0), {ASignal(0), Lost()}).wanted.IsZero());
}

// Three hosts are busy and work off five items a second each.
TEST(Backlog, LearnsWhatAHostWorksOffWhileAllAreBusy) {
  BacklogConfig config = TwoASecond();
  config.service_rate.reset();
  config.served = Spec("done");
  config.served->window = 60s;
  BacklogPolicy policy("b", config);
  const auto at = [&](Duration t, double queue, double served, std::int64_t ready = 3) {
    return Evaluate(policy, AView(ready), {ASignal(queue), ASignal(served)}, At(t)).reason.code;
  };
  EXPECT_EQ(at(0s, 500, 15), "service_rate_unknown");
  EXPECT_EQ(at(59s, 500, 15), "service_rate_unknown");
  EXPECT_NE(at(60s, 500, 15), "service_rate_unknown");
  EXPECT_THAT(policy.Memory(), HasSubstr("\"service_rate\":5.0"));

  for (Duration t = 70s; t < 20min; t += 10s) at(t, 0, 1);  // idle hosts tell nothing
  EXPECT_THAT(policy.Memory(), HasSubstr("\"service_rate\":5.0"));
  for (Duration t = 20min; t < 21min; t += 10s) at(t, 500, 15, 4);  // nor does a new one at first
  EXPECT_THAT(policy.Memory(), HasSubstr("\"service_rate\":5.0"));
  for (Duration t = 21min; t < 4h; t += 10s) at(t, 500, 4, 4);  // the work became harder
  const auto r = Evaluate(policy, AView(4), {ASignal(600), ASignal(4)}, At(4h));
  EXPECT_THAT(r.reason.facts, Contains(Fact{"is_learned", true}));
  EXPECT_NEAR(std::get<double>(r.reason.facts[2].value), 1.0, 0.02) << r.reason.facts[2].name;
}

TEST(Backlog, DoesNotShrinkWhenItCannotSeeWhatComesIn) {
  BacklogPolicy policy("b", WithArrivals());
  const auto r = Evaluate(policy, AView(3), {ASignal(0), Lost()});
  EXPECT_FALSE(r.may_shrink);
  EXPECT_EQ(r.kind, RecommendationKind::kTarget);
}

TEST(Backlog, CannotTellWithoutAQueue) {
  BacklogPolicy policy("b", WithArrivals());
  const auto lost = Evaluate(policy, AView(3), {Lost(), ASignal(5)});
  EXPECT_EQ(lost.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(lost.reason.code, "signal_missing");
  const auto nonsense = Evaluate(policy, AView(3), {ASignal(-1), ASignal(5)});
  EXPECT_EQ(nonsense.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(nonsense.reason.code, "signal_negative");
}

TEST(Backlog, GoesOnAfterARestart) {
  BacklogPolicy before("b", TwoASecond());
  Evaluate(before, AView(0), {ASignal(3600)});
  BacklogPolicy after("b", TwoASecond());
  ASSERT_TRUE(after.Recall(before.Memory()));
  EXPECT_EQ(Evaluate(after, AView(3), {ASignal(1000)}, At(1min)).wanted, kHostSize * 3);
  for (const std::string memory :
       {"", "x", "[]", R"({"service_rate":-1})", R"({"answer":{"hosts":1}})",
        R"({"answer":{"hosts":"many","since":1}})"}) {
    EXPECT_FALSE(BacklogPolicy("b", TwoASecond()).Recall(memory)) << memory;
  }
}

// A queue that is worked off as the model says, by hosts that take their time to come.
struct Yard {
  BacklogConfig config;
  double arrivals, queue;
  Duration boot;
  BacklogPolicy policy{"b", config};
  std::vector<Duration> ready_at = {};  // of each host

  // Returns when the queue was at rest for the first time.
  Duration Run(Duration longest) {
    for (Duration t = 0s; t < longest; t += 5s) {
      const auto ready =
          std::count_if(ready_at.begin(), ready_at.end(), [t](Duration r) { return r <= t; });
      const auto coming = static_cast<std::int64_t>(ready_at.size()) - ready;
      queue = std::max(0.0, queue + 5 * (arrivals - 2.0 * static_cast<double>(ready)));
      if (queue <= config.rest) return t;
      const auto r =
          Evaluate(policy, AView(ready, coming), {ASignal(queue), ASignal(arrivals)}, At(t));
      const auto hosts = static_cast<std::size_t>(HostsFor(r.wanted, kHostSize));
      while (ready_at.size() < hosts) ready_at.push_back(t + boot);
      while (ready_at.size() > hosts) ready_at.pop_back();
    }
    return longest;
  }
};

TEST(Backlog, DrainsAQueueInTheTimeAfterItsHostsAreReady) {
  EXPECT_TRUE(rc::check("in time", [] {
    BacklogConfig config = WithArrivals();
    config.drain_within = std::chrono::seconds(*rc::gen::inRange(60, 3600));
    const double arrivals = *rc::gen::inRange(0, 100);
    const double queue = *rc::gen::inRange(1, 100'000);
    const Duration boot = std::chrono::seconds(*rc::gen::inRange(0, 900));
    Yard yard{config, arrivals, queue, boot};
    // While the first hosts boot the queue grows, and asks for a few more: two boots.
    const Duration end = yard.Run(24h);
    RC_ASSERT(end <= 2 * boot + config.drain_within + 15s);
  }));
}

TEST(Backlog, ALongerQueueNeverAsksForLess) {
  EXPECT_TRUE(rc::check("monotone in queue and arrivals", [] {
    const ClusterView view = AView(*rc::gen::inRange(0, 40), *rc::gen::inRange(0, 10));
    const double queue = *rc::gen::inRange(0, 100'000);
    const double arrivals = *rc::gen::inRange(0, 1000);
    const auto wanted = [&](double q, double a) {
      BacklogPolicy policy("b", WithArrivals());
      return Evaluate(policy, view, {ASignal(q), ASignal(a)}).wanted;
    };
    RC_ASSERT(wanted(queue + 100, arrivals).Covers(wanted(queue, arrivals)));
    RC_ASSERT(wanted(queue, arrivals + 10).Covers(wanted(queue, arrivals)));
  }));
}

TEST(Backlog, ReadsEveryKey) {
  const auto parsed = ParsePolicy("backlog", R"(
queue: {metric: jobs_waiting, function: last, across: sum}
arrivals: {metric: jobs_submitted, function: rate, across: sum}
served: {metric: jobs_done, function: rate, across: sum}
service_rate: 4
drain_within: 10m
rest: 20
on_unknown: {add_hosts: 1}
)");
  ASSERT_THAT(parsed.errors, IsEmpty());
  ASSERT_EQ(parsed.policy->signals().size(), 3u);
  // (1 + 2400/600) / 4
  EXPECT_EQ(Evaluate(*parsed.policy, AView(0), {ASignal(2400), ASignal(1), Lost()}).wanted,
            Scaled(kHostSize, 1.25));
  EXPECT_EQ(Evaluate(*parsed.policy, AView(0), {ASignal(20), ASignal(2), Lost()}).wanted,
            Scaled(kHostSize, 0.5));
  EXPECT_EQ(Evaluate(*parsed.policy, AView(2), {Lost(), Lost(), Lost()}).wanted, kHostSize * 3);
}

TEST(Backlog, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{drain_within: 1m}", "expected service_rate: items a second and host, or served"},
      {"{service_rate: 0, drain_within: 1m}", "service_rate: expected a number above 0"},
      {"{service_rate: 1}", "drain_within: is required"},
      {"{service_rate: 1, drain_within: 1m, rest: -1}", "rest: expected a number of 0.0 or more"},
  };
  for (const auto& [rest, expected] : cases) {
    const auto parsed = ParsePolicy("backlog", "{queue: {metric: q}, " + rest.substr(1));
    EXPECT_THAT(parsed.errors, Contains(HasSubstr(expected))) << rest;
  }
}

}  // namespace
}  // namespace spillway
