// Who serves which policy, which frame goes to whom, and what one that comes in does: the protocol
// without its socket. bus/README.md documents it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bus/router.h"
#include "policies/remote/conversation.h"

namespace spillway {

// Topics of version 1.
inline constexpr std::string_view kHelloTopic = "spillway/1/policy/hello";
inline constexpr std::string_view kWelcomeTopic = "spillway/1/policy/welcome";
inline constexpr std::string_view kHeartbeatTopic = "spillway/1/policy/heartbeat";
inline constexpr std::string_view kSnapshotTopic = "spillway/1/policy/snapshot";
inline constexpr std::string_view kAnswerTopic = "spillway/1/policy/answer";
inline constexpr std::string_view kRefusedTopic = "spillway/1/policy/refused";

// One thread at a time.
class Switchboard {
 public:
  // Gives a frame to the socket; false when the peer is not there.
  using Send = std::function<bool(const bus::PeerMessage&)>;

  explicit Switchboard(Send send) : send_(std::move(send)) {}
  Switchboard(const Switchboard&) = delete;
  Switchboard& operator=(const Switchboard&) = delete;

  // `conversation` outlives its stay.
  void Add(Conversation& conversation) { conversations_.push_back(&conversation); }
  void Remove(Conversation& conversation) { std::erase(conversations_, &conversation); }

  // Sends a question to the worker that the conversation names; false when nobody is there.
  bool Ask(const Conversation& conversation, const nlohmann::json& question) const;

  // Whether somebody serves the policy `worker`.
  bool IsServed(const std::string& worker) const { return workers_.contains(worker); }

  void OnMessage(const bus::PeerMessage& message, Time now);

  // What came of frames, for logs and metrics. An answer that was taken; one that was not, of no
  // conversation when it is not known which; a worker that said hello.
  std::function<void(Conversation&)> on_answer = [](Conversation&) {};
  std::function<void(const Conversation*, const Refused&)> on_refusal = [](const Conversation*,
                                                                           const Refused&) {};
  std::function<void(const std::string& worker)> on_worker = [](const std::string&) {};

 private:
  bool SendTo(const std::string& peer, std::string_view topic, const nlohmann::json& body) const;
  void OnHello(const std::string& peer, const nlohmann::json& body, Time now);
  void OnAnswer(const std::string& peer, const nlohmann::json& body, Time now);
  void Hear(const std::string& peer, Time now);
  void Refuse(const std::string& peer, const nlohmann::json& body, const Conversation* conversation,
              const Refused& refused);
  // The conversation that `body` names, if it is the peer's.
  Conversation* Named(const std::string& peer, const nlohmann::json& body) const;

  const Send send_;
  std::map<std::string, std::string> workers_;  // what is served -> the peer that said so last
  std::vector<Conversation*> conversations_;
};

}  // namespace spillway
