// What Spillway and another process have to say to each other about one policy of one cluster:
// questions go out, answers come in and are judged. No socket, no clock, no thread: a link carries
// the frames and says what time it is. bus/README.md documents them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/advice.h"
#include "policies/policy.h"

namespace spillway {

struct RemoteRules {
  std::string worker;  // the name under which the other process serves the policy
  std::vector<SignalSpec> signals;
  Duration ask_every = std::chrono::seconds(1);
  Duration deadline = std::chrono::seconds(2);    // from question to answer
  Duration valid_for = std::chrono::seconds(30);  // from the question on, at most
  Duration silence = std::chrono::seconds(10);    // a worker that says nothing so long is gone
  std::int64_t most_hosts = 10'000;
};

// Why an answer is not taken. The Name() is the `reason` of the frame that says so to the worker,
// and of spillway_policies_remote_refused_total.
enum class Refusal {
  kBadFrame,      // no JSON object, or a member of it is of another type
  kUnknownTopic,  // not one of version 1
  kNotYours,      // another cluster's, another policy's, or of another start of the service
  kNotAsked,      // a sequence number that was never sent
  kReplayed,      // one that was answered already, or of before the newest answer
  kLate,          // after the deadline
  kBadAnswer,     // makes no sense: NaN, negative, absurd, unknown members
  kFailed,        // the policy itself raised an error
};
inline constexpr int kRefusals = 8;
std::string_view Name(Refusal refusal);

struct Refused {
  Refusal why = Refusal::kBadFrame;
  std::string text;
};

// One thread at a time.
class Conversation {
 public:
  // Carries a question away; the answer comes by Take(), now or later. False: nobody is there.
  using Send = std::function<bool(Conversation&, const nlohmann::json& question)>;

  Conversation(std::string cluster, std::string policy, const Capacity& host_size,
               RemoteRules rules);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  const std::string& cluster() const { return cluster_; }
  const std::string& policy() const { return policy_; }
  const std::string& epoch() const { return epoch_; }
  const RemoteRules& rules() const { return rules_; }

  // For the link. `epoch` is another one for each start: answers to another's questions are told
  // apart by it.
  void LinkTo(std::string epoch, Send send);
  // The worker is there; `is_new`: one that has not been told what was remembered.
  void Hear(Time now, bool is_new);
  // Judges the body of an answer. Nothing: it was taken.
  std::optional<Refused> Take(const nlohmann::json& body, Time now);

  // For the policy. Asks, unless that was done a moment ago.
  void Ask(const PolicyInput& input);
  // What the newest answer recommends, while it holds; null when there is none.
  const Recommendation* Holding(Time now) const;
  // Why there is none: the code and the sentence.
  Reason WhyNot(Time now) const;
  // Whether an answer may still come to the very first question.
  bool IsBeginning(Time now) const;
  Time asked_at() const { return asked_at_; }
  // Whether the newest question was, well or not.
  bool IsAnswered() const { return answered_ == seq_; }

  // What the worker wants to have back after a restart; null: nothing.
  const nlohmann::json& memory() const { return memory_; }
  void Remember(nlohmann::json memory);

 private:
  struct Question {
    std::int64_t seq = 0;
    Time asked_at;
    std::vector<Signal> signals;
  };
  // In an answer: the recommendation, or nothing when the worker has nothing to say.
  struct Answer {
    std::optional<Recommendation> says;
    Time asked_at;
  };

  nlohmann::json QuestionBody(const PolicyInput& input) const;
  bool IsSilent(Time now) const;
  std::optional<Refused> Check(const nlohmann::json& body, Time now) const;
  std::optional<Refused> Accept(const Question& question, const nlohmann::json& body);
  Refused Refuse(Refusal why, std::string text);

  const std::string cluster_;
  const std::string policy_;
  const Capacity host_size_;
  const RemoteRules rules_;
  std::string epoch_;
  Send send_;

  std::int64_t seq_ = 0;         // of the last question
  std::int64_t answered_ = 0;    // the newest that was
  std::deque<Question> open_;    // not answered, and not too late; oldest first
  Time began_ = kDistantFuture;  // when the first was asked
  Time asked_at_ = kDistantPast;
  std::optional<Time> heard_;     // of the worker, last
  std::optional<Answer> answer_;  // the newest
  std::string trouble_;           // with what came since
  nlohmann::json memory_;
  bool is_memory_due_ = true;  // the next question carries it
};

}  // namespace spillway
