#include "policies/remote/remote.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "policies/remote/switchboard.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = nlohmann::json;

constexpr const char* kPolicy = R"({
  worker: forecaster, signals: [{metric: cpu}],
  fallback: {name: reserve, type: manual, kind: target, hosts: 7}
  })";

// A remote policy of the cluster `edge`, the protocol, and processes at its other end, on simulated
// time.
class Office {
 public:
  explicit Office(const std::string& yaml = kPolicy) {
    ConfigText text(yaml);
    const PolicyContext context{"edge", kHostSize, Hypervisor::kKvm, &conversations_};
    policy_ = ParseRemote("remote", text.document.Root(), context);
    EXPECT_THAT(text.Errors(), IsEmpty());
    switchboard_.on_refusal = [this](const Conversation*, const Refused& refused) {
      refusals.push_back(std::string(Name(refused.why)));
    };
    switchboard_.Add(*conversations_.at(0));
    conversations_[0]->LinkTo("epoch-1", [this](Conversation& asking, const Json& question) {
      return switchboard_.Ask(asking, question);
    });
  }

  void Say(const std::string& peer, std::string_view topic, const Json& body) {
    SayRaw(peer, topic, body.dump());
  }
  void SayRaw(const std::string& peer, std::string_view topic, const std::string& payload) {
    switchboard_.OnMessage({peer, std::string(topic), payload}, loop.Now());
  }
  void Hello(const std::string& peer = "peer-1") {
    Say(peer, kHelloTopic, {{"policies", {"forecaster"}}});
  }
  // The answer to the last question.
  Json Answer(const Json& advice) const {
    return {{"epoch", questions.back()["epoch"]},
            {"cluster", questions.back()["cluster"]["name"]},
            {"policy", questions.back()["policy"]},
            {"seq", questions.back()["seq"]},
            {"advice", advice}};
  }
  void SayAnswer(const Json& advice, const std::string& peer = "peer-1") {
    Say(peer, kAnswerTopic, Answer(advice));
  }

  Recommendation Ask(const Signal& signal = ASignal(0.5)) {
    return Evaluate(*policy_, AView(2, 1), {signal}, loop.Now());
  }
  // Asked twice: the second time with the answer of a process that gives `advice` at once.
  Recommendation AskAnswered(const Json& advice) {
    Ask();
    SayAnswer(advice);
    return Ask();
  }
  Policy& policy() { return *policy_; }

  SimulatedLoop loop{At(0s)};
  std::vector<Json> questions;
  std::vector<bus::PeerMessage> sent;  // everything else
  std::vector<std::string> refusals;
  std::function<void()> on_question = [] {};

 private:
  bool Deliver(const bus::PeerMessage& message) {
    if (message.topic != kSnapshotTopic) {
      sent.push_back(message);
      return true;
    }
    questions.push_back(Json::parse(message.payload));
    on_question();
    return true;
  }

  Switchboard switchboard_{[this](const bus::PeerMessage& message) { return Deliver(message); }};
  Conversations conversations_;
  std::unique_ptr<Policy> policy_;
};

std::string Because(const Recommendation& r) {
  for (const Fact& fact : r.reason.facts) {
    if (fact.name == "because") return std::get<std::string>(fact.value);
  }
  return "no fact";
}

TEST(Remote, ShowsClusterAndSignalsAndSaysWhatTheProcessAnswers) {
  Office office;
  office.Hello();
  const auto first = office.Ask();
  EXPECT_EQ(first.kind, RecommendationKind::kUnknown) << "nothing is taken away before an answer";
  EXPECT_EQ(first.valid_until, At(2s));
  ASSERT_EQ(office.questions.size(), 1u);
  const Json& question = office.questions[0];
  EXPECT_EQ(question["seq"], 1);
  EXPECT_EQ(question["worker"], "forecaster");
  EXPECT_EQ(question["cluster"]["ready_hosts"], 2);
  EXPECT_EQ(question["signals"]["cpu"]["value"], 0.5);

  office.loop.RunFor(300ms);
  office.SayAnswer({{"hosts", 4}, {"reason", "I see more coming"}});
  const auto r = office.Ask();
  EXPECT_EQ(r.kind, RecommendationKind::kTarget);
  EXPECT_EQ(r.wanted, kHostSize * 4);
  EXPECT_EQ(r.reason.text, "I see more coming");
  EXPECT_EQ(r.valid_until, At(15s)) << "in time to ask again";
  EXPECT_THAT(office.refusals, IsEmpty());
}

TEST(Remote, AsksNoMoreOftenThanToldAndAgainWhenThatIsOver) {
  Office office;
  office.Hello();
  for (int i = 0; i < 30; ++i) {
    office.Ask(ASignal(i));
    office.loop.RunFor(100ms);
  }
  ASSERT_EQ(office.questions.size(), 3u);
  EXPECT_EQ(office.questions[2]["seq"], 3);
  EXPECT_EQ(office.questions[2]["signals"]["cpu"]["value"], 20);
}

TEST(Remote, FallsBackWhenNobodyServesIt) {
  Office office;
  EXPECT_EQ(office.Ask().kind, RecommendationKind::kUnknown);
  office.loop.RunFor(2s);
  const auto r = office.Ask();
  EXPECT_EQ(r.wanted, kHostSize * 7);
  EXPECT_EQ(r.reason.code, "remote_fallback");
  EXPECT_EQ(Because(r), "remote_absent");
  EXPECT_THAT(r.reason.text,
              AllOf(HasSubstr("nobody serves forecaster"), HasSubstr("reserve instead: "
                                                                     "target of")));
}

TEST(Remote, WithoutALinkTheFallbackSpeaks) {
  ConfigText text(kPolicy);
  const auto policy = ParseRemote("remote", text.document.Root(), {"edge", kHostSize});
  const auto r = Evaluate(*policy, AView(2), {ASignal(1)});
  EXPECT_EQ(r.wanted, kHostSize * 7);
  EXPECT_EQ(Because(r), "remote_not_linked");
}

TEST(Remote, AnAnswerHoldsForItsTimeAndThenTheFallbackSpeaksUntilTheNext) {
  Office office;
  office.Hello();
  EXPECT_EQ(office.AskAnswered(3).wanted, kHostSize * 3);
  office.loop.RunUntil(At(29s));
  office.Hello();
  EXPECT_EQ(office.Ask().wanted, kHostSize * 3);
  office.loop.RunUntil(At(30s));
  const auto r = office.Ask();
  EXPECT_EQ(r.wanted, kHostSize * 7);
  EXPECT_EQ(Because(r), "remote_expired");
  EXPECT_THAT(r.reason.text, HasSubstr("to a question of 30 s ago"));
  office.SayAnswer(5);
  EXPECT_EQ(office.Ask().wanted, kHostSize * 5);
}

TEST(Remote, AnAnswerMayHoldShorter) {
  Office office;
  office.Hello();
  EXPECT_EQ(office.AskAnswered({{"hosts", 3}, {"valid_for_ms", 4000}}).valid_until, At(4s));
  office.loop.RunUntil(At(4s));
  EXPECT_EQ(Because(office.Ask()), "remote_expired");
}

TEST(Remote, AProcessThatIsSilentIsGone) {
  Office office;
  office.Hello();
  EXPECT_EQ(office.AskAnswered(3).wanted, kHostSize * 3);
  office.loop.RunUntil(At(9s));
  office.Say("peer-1", kHeartbeatTopic, Json::object());
  office.loop.RunUntil(At(19s));
  EXPECT_EQ(office.Ask().wanted, kHostSize * 3);
  office.loop.RunFor(1ms);
  EXPECT_EQ(Because(office.Ask()), "remote_silent");
  office.Say("peer-1", kHeartbeatTopic, Json::object());
  EXPECT_EQ(office.Ask().wanted, kHostSize * 3);
}

TEST(Remote, NothingToSayIsTheFallbacksTurn) {
  Office office;
  office.Hello();
  const auto r = office.AskAnswered(nullptr);
  EXPECT_EQ(r.wanted, kHostSize * 7);
  EXPECT_EQ(Because(r), "remote_says_nothing");
  EXPECT_THAT(office.refusals, IsEmpty());
}

TEST(Remote, IsNotAskedWhileASignalHasNoValue) {
  Office office;
  office.Hello();
  Signal missing;
  missing.name = "cpu";
  const auto r = office.Ask(missing);
  EXPECT_EQ(r.wanted, kHostSize * 7);
  EXPECT_EQ(Because(r), "signal_missing");
  EXPECT_FALSE(r.may_shrink);
  EXPECT_THAT(office.questions, IsEmpty());
}

TEST(Remote, WhatWasSaidOfAPartialSignalOnlyGrows) {
  Office office;
  office.Hello();
  Signal partial = ASignal(0.5);
  partial.state = SignalState::kPartial;
  office.Ask(partial);
  office.SayAnswer(1);
  EXPECT_FALSE(office.Ask().may_shrink) << "although the signal is fresh by now";
}

struct Lie {
  const char* name;
  const char* refusal;
  std::function<void(Office&)> tell;
};

Json With(Json answer, const char* member, const Json& value) {
  answer[member] = value;
  return answer;
}

const std::vector<Lie> kLies = {
    {"Late", "late",
     [](Office& o) {
       o.loop.RunFor(2001ms);
       o.SayAnswer(1);
     }},
    {"VeryLate", "late",
     [](Office& o) {
       const Json answer = o.Answer(1);
       o.loop.RunFor(20s);
       o.Ask();
       o.Say("peer-1", kAnswerTopic, answer);
     }},
    {"Negative", "bad_answer", [](Office& o) { o.SayAnswer(-1); }},
    {"Absurd", "bad_answer", [](Office& o) { o.SayAnswer(1e12); }},
    {"NotANumber", "bad_frame",
     [](Office& o) {
       std::string text = o.Answer(12345).dump();
       text.replace(text.find("12345"), 5, "NaN");
       o.SayRaw("peer-1", kAnswerTopic, text);
     }},
    {"TooLargeForADouble", "bad_frame",
     [](Office& o) {
       std::string text = o.Answer(12345).dump();
       text.replace(text.find("12345"), 5, "1e999");
       o.SayRaw("peer-1", kAnswerTopic, text);
     }},
    {"AnotherMember", "bad_answer",
     [](Office& o) {
       o.SayAnswer({{"hostz", 1}});
     }},
    {"AWord", "bad_answer", [](Office& o) { o.SayAnswer("many"); }},
    {"NoAdvice", "bad_frame",
     [](Office& o) {
       Json answer = o.Answer(1);
       answer.erase("advice");
       o.Say("peer-1", kAnswerTopic, answer);
     }},
    {"NoNumber", "bad_frame",
     [](Office& o) { o.Say("peer-1", kAnswerTopic, With(o.Answer(1), "seq", "one")); }},
    {"NeverAsked", "not_asked",
     [](Office& o) { o.Say("peer-1", kAnswerTopic, With(o.Answer(1), "seq", 3)); }},
    {"AskedOfNobody", "not_asked",
     [](Office& o) { o.Say("peer-1", kAnswerTopic, With(o.Answer(1), "seq", -1)); }},
    {"AnotherClusters", "not_yours",
     [](Office& o) { o.Say("peer-1", kAnswerTopic, With(o.Answer(1), "cluster", "core")); }},
    {"AnotherPolicys", "not_yours",
     [](Office& o) { o.Say("peer-1", kAnswerTopic, With(o.Answer(1), "policy", "other")); }},
    {"OfAnEarlierStart", "not_yours",
     [](Office& o) { o.Say("peer-1", kAnswerTopic, With(o.Answer(1), "epoch", "epoch-0")); }},
    {"OfAStranger", "not_yours", [](Office& o) { o.SayAnswer(1, "stranger"); }},
    {"OfTheForerunner", "not_yours",
     [](Office& o) {
       o.Hello("peer-2");
       o.SayAnswer(1, "peer-1");
     }},
    {"AnError", "failed",
     [](Office& o) {
       Json answer = o.Answer(1);
       answer["error"] = "ValueError: out of order (p.py:12)";
       o.Say("peer-1", kAnswerTopic, answer);
     }},
    {"TooMuchMemory", "bad_answer",
     [](Office& o) {
       o.Say("peer-1", kAnswerTopic, With(o.Answer(1), "memory", std::string(70'000, 'x')));
     }},
    {"NoJson", "bad_frame", [](Office& o) { o.SayRaw("peer-1", kAnswerTopic, "{{{"); }},
    {"NoObject", "bad_frame", [](Office& o) { o.SayRaw("peer-1", kAnswerTopic, "[]"); }},
    {"DeepJson", "bad_frame",
     [](Office& o) { o.SayRaw("peer-1", kAnswerTopic, std::string(100'000, '[')); }},
    {"AnotherVersion", "unknown_topic",
     [](Office& o) { o.Say("peer-1", "spillway/2/policy/answer", o.Answer(1)); }},
};

class Lies : public ::testing::TestWithParam<Lie> {};
INSTANTIATE_TEST_SUITE_P(Each, Lies, ::testing::ValuesIn(kLies),
                         [](const auto& lie) { return std::string(lie.param.name); });

TEST_P(Lies, IsRefusedWithAReasonAndTheFallbackSpeaks) {
  Office office;
  office.Hello();
  office.Ask();
  GetParam().tell(office);
  EXPECT_THAT(office.refusals, ElementsAre(GetParam().refusal));
  bool is_told = false;
  for (const bus::PeerMessage& message : office.sent) {
    if (message.topic != kRefusedTopic) continue;
    is_told = Json::parse(message.payload)["reason"] == GetParam().refusal;
  }
  EXPECT_TRUE(is_told) << "the process does not learn of it";
  office.loop.RunFor(2s);
  const auto r = office.Ask();
  EXPECT_EQ(r.wanted, kHostSize * 7);
  EXPECT_EQ(r.reason.code, "remote_fallback");
}

TEST_P(Lies, DoesNotTouchTheLastGoodAnswer) {
  Office office;
  office.Hello();
  office.AskAnswered(3);
  office.loop.RunFor(1s);
  office.Ask();
  GetParam().tell(office);
  office.Say("peer-1", kHeartbeatTopic, Json::object());
  office.Hello("peer-1");
  EXPECT_EQ(office.Ask().wanted, kHostSize * 3);
}

TEST(Remote, AReplayedOrOvertakenAnswerIsRefused) {
  Office office;
  office.Hello();
  office.Ask();
  const Json first = office.Answer(1);
  office.loop.RunFor(1s);
  office.Ask();
  office.SayAnswer(5);
  office.Say("peer-1", kAnswerTopic, first);
  office.SayAnswer(6);
  EXPECT_THAT(office.refusals, ElementsAre("replayed", "replayed"));
  EXPECT_EQ(office.Ask().wanted, kHostSize * 5);
}

TEST(Remote, AProcessThatWasStartedAgainTakesOver) {
  Office office;
  office.Hello("peer-1");
  office.AskAnswered(3);
  office.Hello("peer-2");
  office.loop.RunFor(1s);
  office.Ask();
  office.SayAnswer(4, "peer-2");
  EXPECT_EQ(office.Ask().wanted, kHostSize * 4);
  EXPECT_THAT(office.refusals, IsEmpty());
}

TEST(Remote, WhoIsNotKnownIsAskedWhoItIs) {
  Office office;
  office.Say("stranger", kHeartbeatTopic, Json::object());
  ASSERT_EQ(office.sent.size(), 1u);
  EXPECT_EQ(office.sent[0].peer, "stranger");
  EXPECT_EQ(office.sent[0].topic, kHelloTopic);
  office.Hello("stranger");
  EXPECT_EQ(office.sent[1].topic, kWelcomeTopic);
  const Json expected = {{{"cluster", "edge"}, {"policy", "remote"}}};
  EXPECT_EQ(Json::parse(office.sent[1].payload)["serves"], expected);
}

TEST(Remote, WhatTheProcessRemembersComesBackToItAfterARestartOfEitherSide) {
  Office office;
  office.Hello();
  office.Ask();
  EXPECT_FALSE(office.questions[0].contains("memory"));
  EXPECT_EQ(office.policy().Memory(), "");
  office.Say("peer-1", kAnswerTopic, With(office.Answer(3), "memory", {1, 2}));
  office.loop.RunFor(1s);
  office.Ask();
  EXPECT_FALSE(office.questions[1].contains("memory")) << "it knows";
  office.Hello("peer-2");
  office.loop.RunFor(1s);
  office.Ask();
  EXPECT_EQ(office.questions[2]["memory"], Json({1, 2}));

  Office again;
  EXPECT_TRUE(again.policy().Recall(office.policy().Memory()));
  again.Hello();
  again.Ask();
  EXPECT_EQ(again.questions[0]["memory"], Json({1, 2}));
  EXPECT_FALSE(again.policy().Recall("of something else"));
}

TEST(Remote, TheFallbackHasItsOwnSignalsAndMayBeAnyPolicy) {
  Office office(R"({
    worker: forecaster, signals: [{metric: cpu}],
    fallback: {name: reactive, type: target_tracking, kind: load, target: 10,
               signal: {metric: queue}}})");
  ASSERT_EQ(office.policy().signals().size(), 2u);
  EXPECT_EQ(office.policy().signals()[1].metric, "queue");
  office.loop.RunFor(2s);
  office.Ask();
}

// Answers after a second, on the loop's own time.
std::vector<Recommendation> Course() {
  Office office;
  office.Hello();
  office.on_question = [&office] {
    const Json answer = office.Answer(office.questions.back()["signals"]["cpu"]["value"]);
    office.loop.At(office.loop.Now() + 1s,
                   [&office, answer] { office.Say("peer-1", kAnswerTopic, answer); });
  };
  std::vector<Recommendation> said;
  for (int second = 0; second < 100; ++second) {
    said.push_back(office.Ask(ASignal(second)));
    office.loop.RunFor(1s);
  }
  return said;
}

TEST(Remote, TheSameOnSimulatedTimeIsTheSame) {
  const std::vector<Recommendation> first = Course();
  EXPECT_EQ(first, Course());
  EXPECT_EQ(first[99].wanted, kHostSize * 98);
}

TEST(Remote, ConfigurationErrorsNameTheirPlace) {
  const auto errors = [](const std::string& yaml) { return ParsePolicy("remote", yaml).errors; };
  EXPECT_THAT(errors("{signals: []}"), ElementsAre(HasSubstr("fallback: is required")));
  EXPECT_THAT(errors("{fallback: {name: x, type: nothing}, deadline: 0s, valid_for: 1s}"),
              ::testing::Contains(HasSubstr("fallback.type: expected one of")));
  EXPECT_THAT(errors("{fallback: {name: x, type: manual, hosts: 1}, deadline: 10s, valid_for: 5s}"),
              ElementsAre(HasSubstr("valid_for: expected a duration of 10s or more")));
}

}  // namespace
}  // namespace spillway
