#include "scaler/trace/journeys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/driven_service.h"
#include "tests/support/records.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kDeployment = "test";

SpanValue Attribute(const Span& span, const std::string& name) {
  for (const auto& [key, value] : span.attributes) {
    if (key == name) return value;
  }
  return std::string("(there is none)");
}

class JourneysTest : public ::testing::Test, protected DrivenService {
 protected:
  // A microsecond passes with each look at the watch.
  std::unique_ptr<Journeys> Begin(double share = 1.0) {
    return std::make_unique<Journeys>(
        kDeployment, share, [this](Span span) { spans_.push_back(std::move(span)); },
        [this] { return watch_ += std::chrono::microseconds(1); });
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const Span& span : spans_) names.push_back(span.name);
    return names;
  }
  const Span& Named(const std::string& name) const {
    for (const Span& span : spans_) {
      if (span.name == name) return span;
    }
    throw std::runtime_error("there is no span " + name);
  }
  // From state to state, ten seconds in each.
  static HostRecord After(HostRecord host, HostState state) {
    host.state = state;
    host.state_since += 10s;
    if (state == HostState::kCreating) host.paid_from = host.state_since;
    if (state == HostState::kReady) host.ready_at = host.state_since;
    return host;
  }
  static HostRecord Requested() {
    HostRecord host = AHost("edge-a1", HostState::kRequested);
    host.created_at = host.state_since = At(0s);
    host.decision = "edge-7";
    return host;
  }

  SpanTime watch_{};
  std::vector<Span> spans_;
};

TEST_F(JourneysTest, ASampleIsFollowedThroughDecisionAndPlan) {
  std::vector<PolicyList> policies(1);
  policies[0].push_back(FollowLoad());
  ControlLoop control(Context(), store_, std::move(policies), {}, nobody_);
  const auto journeys = Begin();
  control.Watch(*journeys);
  control.Start();
  control.OnSamples({.retired = {},
                     .announced = {{0, {"edge", "load", {}}}},
                     .samples = {{0, 1000, loop_.Now()}}});
  loop_.RunFor(1ms);
  EXPECT_THAT(Names(), ElementsAre("receive", "decide", "plan"));
  const Span& receive = Named("receive");
  const Span& decide = Named("decide");
  const Span& plan = Named("plan");
  EXPECT_EQ(receive.trace, TraceOf(kDeployment, "edge-1"));
  EXPECT_EQ(decide.trace, receive.trace);
  EXPECT_EQ(plan.trace, receive.trace);
  EXPECT_EQ(receive.parent, "");
  EXPECT_EQ(decide.parent, receive.id);
  EXPECT_EQ(plan.parent, decide.id);
  EXPECT_LE(receive.start, receive.end);
  EXPECT_EQ(receive.end, decide.start);
  EXPECT_EQ(decide.end - decide.start, std::chrono::microseconds(1));
  EXPECT_EQ(plan.start, decide.end);
  EXPECT_EQ(plan.end - plan.start, std::chrono::microseconds(1));
  EXPECT_EQ(plan.end, SpanTimeOf(At(0s))) << "when its hosts begin";
  EXPECT_EQ(Attribute(decide, "spillway.decision"), SpanValue(std::string("edge-1")));
  EXPECT_EQ(Attribute(decide, "spillway.verdict"), SpanValue(std::string("grow")));
}

TEST_F(JourneysTest, ADecisionThatTimeBroughtAboutIsTheFirstOfItsTrace) {
  std::vector<PolicyList> policies(1);
  policies[0].push_back(FollowLoad());
  ControlLoop control(Context(), store_, std::move(policies), {}, nobody_);
  const auto journeys = Begin();
  control.Watch(*journeys);
  control.Start();
  loop_.RunFor(1s);
  EXPECT_THAT(Names(), ElementsAre("decide")) << "it holds, for nothing is known";
  EXPECT_EQ(Named("decide").parent, "");
}

TEST_F(JourneysTest, AHostsStepsFollowEachOtherBelowItsDecisionAlsoAfterARestart) {
  auto journeys = Begin();
  HostRecord host = Requested();
  journeys->OnHost(nullptr, host);
  for (const HostState state : {HostState::kCreating, HostState::kBooting, HostState::kConfiguring,
                                HostState::kEnrolling, HostState::kReady}) {
    if (state == HostState::kConfiguring) journeys = Begin();  // another life of the service
    const HostRecord before = host;
    host = After(host, state);
    journeys->OnHost(&before, host);
  }
  EXPECT_THAT(Names(), ElementsAre("create", "boot", "configure", "enrol", "host"));
  const std::string trace = TraceOf(kDeployment, "edge-7");
  const Span& whole = Named("host");
  EXPECT_EQ(whole.parent, SpanIdOf(trace, "plan"));
  EXPECT_EQ(whole.start, SpanTimeOf(At(0s)));
  EXPECT_EQ(whole.end, SpanTimeOf(At(50s)));
  SpanTime begins = SpanTimeOf(At(10s));
  for (const char* name : {"create", "boot", "configure", "enrol"}) {
    const Span& step = Named(name);
    EXPECT_EQ(step.trace, trace);
    EXPECT_EQ(step.parent, whole.id) << name;
    EXPECT_EQ(step.start, begins) << name;
    begins = step.end;
    EXPECT_EQ(step.error, "");
    EXPECT_EQ(Attribute(step, "spillway.host"), SpanValue(std::string("edge-a1")));
  }
  EXPECT_EQ(begins, whole.end);

  spans_.clear();  // what comes after is another story
  HostRecord before = host;
  host = After(host, HostState::kEnrolling);
  journeys->OnHost(&before, host);
  before = host;
  journeys->OnHost(&before, After(host, HostState::kReady));
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(JourneysTest, AnUnknownOutcomeIsPartOfTheCreation) {
  const auto journeys = Begin();
  HostRecord lost = After(Requested(), HostState::kCreating);
  lost.state_since = At(5min);  // it was looked for since then
  journeys->OnHost(&lost, After(lost, HostState::kBooting));
  EXPECT_EQ(Named("create").start, SpanTimeOf(At(10s)));
  EXPECT_EQ(Named("create").end, SpanTimeOf(At(5min + 10s)));
}

TEST_F(JourneysTest, AHostThatIsNotReadyInTheEndSaysWhy) {
  const auto journeys = Begin();
  const HostRecord booting = After(After(Requested(), HostState::kCreating), HostState::kBooting);
  HostRecord failed = After(booting, HostState::kFailed);
  failed.failure = "it did not run";
  journeys->OnHost(&booting, failed);
  EXPECT_THAT(Names(), ElementsAre("boot", "host"));
  EXPECT_EQ(Named("boot").error, "it did not run");
  EXPECT_EQ(Named("host").error, "it did not run");
  spans_.clear();
  HostRecord given_back = After(booting, HostState::kRemoving);
  journeys->OnHost(&booting, given_back);
  EXPECT_EQ(Named("boot").error, "");
  EXPECT_EQ(Named("host").error, "given back before it was ready");
}

TEST_F(JourneysTest, OfAShareOfDecisionsAreWholeOrNotThere) {
  const auto journeys = Begin(0.5);
  int whole = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string id = "edge-" + std::to_string(i);
    spans_.clear();
    journeys->OnStage(EvaluationStage::kDecide);
    journeys->OnStage(EvaluationStage::kPlan);
    journeys->OnDecision(ADecision(id, At(0s)));
    HostRecord host = Requested();
    host.decision = id;
    const HostRecord creating = After(host, HostState::kCreating);
    journeys->OnHost(&creating, After(creating, HostState::kBooting));
    EXPECT_TRUE(spans_.empty() || spans_.size() == 3) << id;
    whole += spans_.empty() ? 0 : 1;
  }
  EXPECT_GT(whole, 25);
  EXPECT_LT(whole, 75);
}

}  // namespace
}  // namespace spillway
