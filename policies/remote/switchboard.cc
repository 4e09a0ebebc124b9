#include "policies/remote/switchboard.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace spillway {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostWorkers = 1'000;
constexpr std::size_t kLongestName = 200;

// The member as a text; empty when it is none.
std::string Text(const Json& body, const char* name) {
  const auto member = body.find(name);
  return member != body.end() && member->is_string() ? member->get<std::string>() : std::string();
}

}  // namespace

bool Switchboard::Ask(const Conversation& conversation, const Json& question) const {
  const auto worker = workers_.find(conversation.rules().worker);
  return worker != workers_.end() && SendTo(worker->second, kSnapshotTopic, question);
}

bool Switchboard::SendTo(const std::string& peer, std::string_view topic, const Json& body) const {
  return send_(
      {peer, std::string(topic), body.dump(-1, ' ', false, Json::error_handler_t::replace)});
}

void Switchboard::OnMessage(const bus::PeerMessage& message, Time now) {
  const Json body = Json::parse(message.payload, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) {
    return Refuse(message.peer, Json::object(), nullptr,
                  {Refusal::kBadFrame, "expected an object of JSON, which has no NaN"});
  }
  if (message.topic == kHelloTopic) return OnHello(message.peer, body, now);
  Hear(message.peer, now);
  if (message.topic == kHeartbeatTopic) return;
  if (message.topic == kAnswerTopic) return OnAnswer(message.peer, body, now);
  Refuse(message.peer, body, nullptr,
         {Refusal::kUnknownTopic, "expected hello, heartbeat or answer of version 1"});
}

// The last who says so serves a policy: a process that was started again need not wait until its
// forerunner is known to be gone.
void Switchboard::OnHello(const std::string& peer, const Json& body, Time now) {
  const auto policies = body.find("policies");
  if (policies == body.end() || !policies->is_array()) {
    return Refuse(peer, body, nullptr, {Refusal::kBadFrame, "policies: expected a list of names"});
  }
  Json served = Json::array();
  for (const Json& policy : *policies) {
    if (!policy.is_string() || policy.get<std::string>().size() > kLongestName) continue;
    if (workers_.size() >= kMostWorkers && !workers_.contains(policy)) continue;
    workers_[policy] = peer;
    on_worker(policy);
    for (Conversation* conversation : conversations_) {
      if (conversation->rules().worker != policy) continue;
      conversation->Hear(now, /*is_new=*/true);
      served.push_back({{"cluster", conversation->cluster()}, {"policy", conversation->policy()}});
    }
  }
  SendTo(peer, kWelcomeTopic, {{"serves", std::move(served)}});
}

// One who is not known has seen the service start anew, and is asked to say hello again.
void Switchboard::Hear(const std::string& peer, Time now) {
  bool is_known = false;
  for (const auto& [policy, theirs] : workers_) {
    if (theirs != peer) continue;
    is_known = true;
    for (Conversation* conversation : conversations_) {
      if (conversation->rules().worker == policy) conversation->Hear(now, /*is_new=*/false);
    }
  }
  if (!is_known) SendTo(peer, kHelloTopic, Json::object());
}

void Switchboard::OnAnswer(const std::string& peer, const Json& body, Time now) {
  Conversation* conversation = Named(peer, body);
  if (conversation == nullptr) {
    return Refuse(peer, body, nullptr,
                  {Refusal::kNotYours, "this epoch, cluster and policy were not asked of you"});
  }
  if (const auto refused = conversation->Take(body, now)) {
    return Refuse(peer, body, conversation, *refused);
  }
  on_answer(*conversation);
}

Conversation* Switchboard::Named(const std::string& peer, const Json& body) const {
  for (Conversation* conversation : conversations_) {
    if (conversation->epoch() != Text(body, "epoch") ||
        conversation->cluster() != Text(body, "cluster") ||
        conversation->policy() != Text(body, "policy")) {
      continue;
    }
    const auto worker = workers_.find(conversation->rules().worker);
    return worker != workers_.end() && worker->second == peer ? conversation : nullptr;
  }
  return nullptr;
}

void Switchboard::Refuse(const std::string& peer, const Json& body,
                         const Conversation* conversation, const Refused& refused) {
  Json told = {{"reason", std::string(Name(refused.why))}, {"text", refused.text}};
  for (const char* member : {"epoch", "cluster", "policy", "seq"}) {
    if (body.contains(member) && body[member].is_primitive()) told[member] = body[member];
  }
  SendTo(peer, kRefusedTopic, told);
  on_refusal(conversation, refused);
}

}  // namespace spillway
