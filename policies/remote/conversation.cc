#include "policies/remote/conversation.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "policies/text.h"

namespace spillway {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargestMemory = 64 * 1024;
constexpr std::size_t kLongestError = 400;
// Questions without an answer that are remembered.
constexpr std::size_t kMostOpen = 64;

std::string MemberText(const Json& body, const char* name) {
  const auto member = body.find(name);
  return member != body.end() && member->is_string() ? member->get<std::string>() : std::string();
}

}  // namespace

std::string_view Name(Refusal refusal) {
  switch (refusal) {
    case Refusal::kBadFrame: return "bad_frame";
    case Refusal::kUnknownTopic: return "unknown_topic";
    case Refusal::kNotYours: return "not_yours";
    case Refusal::kNotAsked: return "not_asked";
    case Refusal::kReplayed: return "replayed";
    case Refusal::kLate: return "late";
    case Refusal::kBadAnswer: return "bad_answer";
    case Refusal::kFailed: return "failed";
  }
  return "";
}

Conversation::Conversation(std::string cluster, std::string policy, const Capacity& host_size,
                           RemoteRules rules)
    : cluster_(std::move(cluster)),
      policy_(std::move(policy)),
      host_size_(host_size),
      rules_(std::move(rules)) {}

void Conversation::LinkTo(std::string epoch, Send send) {
  epoch_ = std::move(epoch);
  send_ = std::move(send);
}

void Conversation::Hear(Time now, bool is_new) {
  heard_ = now;
  if (is_new) is_memory_due_ = true;
}

void Conversation::Remember(Json memory) {
  memory_ = std::move(memory);
  is_memory_due_ = true;
}

void Conversation::Ask(const PolicyInput& input) {
  began_ = std::min(began_, input.now);
  if (!send_ || (seq_ > 0 && input.now < asked_at_ + rules_.ask_every)) return;
  while (!open_.empty() &&
         (open_.front().asked_at + rules_.deadline < input.now || open_.size() >= kMostOpen)) {
    open_.pop_front();
  }
  asked_at_ = input.now;
  open_.push_back({++seq_, input.now, {input.signals.begin(), input.signals.end()}});
  if (send_(*this, QuestionBody(input))) is_memory_due_ = false;
}

Json Conversation::QuestionBody(const PolicyInput& input) const {
  Json body = {{"epoch", epoch_},
               {"policy", policy_},
               {"worker", rules_.worker},
               {"seq", seq_},
               {"deadline_ms", rules_.deadline.count()},
               {"cluster", ClusterJson(input)},
               {"signals", SignalsJson(input.signals)}};
  if (is_memory_due_ && !memory_.is_null()) body["memory"] = memory_;
  return body;
}

std::optional<Refused> Conversation::Take(const Json& body, Time now) {
  if (auto refused = Check(body, now)) {
    return Refuse(refused->why, std::move(refused->text));
  }
  const std::int64_t seq = body["seq"].get<std::int64_t>();
  const auto question =
      std::find_if(open_.begin(), open_.end(), [&](const Question& q) { return q.seq == seq; });
  const Question asked = std::move(*question);
  open_.erase(open_.begin(), question + 1);
  answered_ = seq;
  return Accept(asked, body);
}

// Whether the body is an answer to a question that is open.
std::optional<Refused> Conversation::Check(const Json& body, Time now) const {
  const auto number = body.find("seq");
  if (number == body.end() || !number->is_number_integer()) {
    return Refused{Refusal::kBadFrame, "seq: expected the number of the question"};
  }
  const std::int64_t seq = number->get<std::int64_t>();
  if (seq < 1 || seq > seq_) {
    return Refused{Refusal::kNotAsked,
                   fmt::format("{} was never asked; the last was {}", seq, seq_)};
  }
  if (seq <= answered_) {
    return Refused{Refusal::kReplayed,
                   fmt::format("{} is over; the newest answer is to {}", seq, answered_)};
  }
  const auto question =
      std::find_if(open_.begin(), open_.end(), [&](const Question& q) { return q.seq == seq; });
  if (question == open_.end() || now > question->asked_at + rules_.deadline) {
    return Refused{Refusal::kLate,
                   fmt::format("{} was to be answered within {} ms", seq, rules_.deadline.count())};
  }
  return std::nullopt;
}

std::optional<Refused> Conversation::Accept(const Question& question, const Json& body) {
  const std::string error = MemberText(body, "error");
  if (!error.empty()) return Refuse(Refusal::kFailed, error.substr(0, kLongestError));
  if (!body.contains("advice")) return Refuse(Refusal::kBadFrame, "expected advice or error");
  Answer answer{std::nullopt, question.asked_at};
  if (!body["advice"].is_null()) {
    Result<Recommendation> advice = ReadAdvice(
        body["advice"], {rules_.worker, host_size_, rules_.most_hosts}, question.asked_at);
    if (!advice) return Refuse(Refusal::kBadAnswer, "advice: " + advice.error().text);
    answer.says =
        BoundBySignals(std::move(*advice), question.signals, rules_.signals, question.asked_at);
    answer.says->valid_until =
        std::min(answer.says->valid_until, question.asked_at + rules_.valid_for);
  }
  if (const auto memory = body.find("memory"); memory != body.end()) {
    if (memory->dump(-1, ' ', false, Json::error_handler_t::replace).size() > kLargestMemory) {
      return Refuse(Refusal::kBadAnswer, "memory: expected at most 64 KiB");
    }
    memory_ = *memory;
  }
  answer_ = std::move(answer);
  trouble_.clear();
  return std::nullopt;
}

Refused Conversation::Refuse(Refusal why, std::string text) {
  trouble_ = std::string(Name(why)) + ": " + text;
  return {why, std::move(text)};
}

bool Conversation::IsSilent(Time now) const { return heard_ && *heard_ + rules_.silence < now; }

const Recommendation* Conversation::Holding(Time now) const {
  if (!answer_ || !answer_->says || IsSilent(now) || now >= answer_->says->valid_until) {
    return nullptr;
  }
  return &*answer_->says;
}

Reason Conversation::WhyNot(Time now) const {
  const std::string& worker = rules_.worker;
  const std::string with = trouble_.empty() ? "" : " (" + trouble_ + ")";
  if (!send_) return {"remote_not_linked", worker + " cannot be asked here", {}};
  if (!heard_) return {"remote_absent", "nobody serves " + worker + " yet" + with, {}};
  if (IsSilent(now)) {
    return {"remote_silent", worker + " has been silent for " + SpanText(now - *heard_) + with, {}};
  }
  if (!answer_) return {"remote_unanswered", worker + " has not answered in time" + with, {}};
  if (!answer_->says) return {"remote_says_nothing", worker + " says nothing" + with, {}};
  return {"remote_expired",
          fmt::format("the newest answer of {} is to a question of {} ago{}", worker,
                      SpanText(now - answer_->asked_at), with),
          {}};
}

bool Conversation::IsBeginning(Time now) const {
  return send_ && !answer_ && trouble_.empty() && now < began_ + rules_.deadline;
}

}  // namespace spillway
