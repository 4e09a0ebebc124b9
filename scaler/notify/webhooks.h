// Events to webhooks: each in its order, one at a time, again until it is taken (at least once). A
// receiver that is slow, dead or gone costs a worker's time, and nobody else anything. Loop thread
// only; the calls are made on workers.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scaler/notify/config.h"
#include "scaler/notify/outbox.h"
#include "scaler/runtime/postbox.h"

namespace spillway {

class Webhooks {
 public:
  // Reads secrets and addresses, and goes on where an earlier life of the service was. Throws
  // std::runtime_error when a secret or address is not there, or is none. `outbox` was made for
  // their names and outlives them; the loop runs no task after them.
  Webhooks(std::vector<WebhookConfig> configs, Postbox postbox, Outbox& outbox);
  ~Webhooks();
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  // Call in the turn of what it tells of: it is in the same commit. One that nobody wants is let
  // pass.
  void Tell(const Event& event);

 private:
  struct Hook;

  void OnNews(const Outgoing& outgoing);
  void OnLetGo(const Outgoing& outgoing);
  // Sends the next event that the hook wants, now or when it is time for it.
  void Next(Hook& hook);
  void Send(Hook& hook, const Outgoing& outgoing);
  void OnAnswer(Hook& hook, const Outgoing& sent, const Result<HttpResponse>& answer);
  void OnTaken(Hook& hook, const Outgoing& sent);
  void OnGone(Hook& hook);
  void OnRefused(Hook& hook, const Outgoing& sent, const std::string& why, Duration at_least);
  // The hook will not get what is older than `before`.
  void LetGo(Hook& hook, const char* reason, Time before);
  void CountLost(Hook& hook, const char* reason, std::int64_t events);
  Counter LostOf(const Hook& hook, const std::string& reason);

  const Postbox postbox_;
  Outbox& outbox_;
  std::vector<std::unique_ptr<Hook>> hooks_;  // by pointer: answers come back to them
};

// The names of all, for their outbox.
std::set<std::string> NamesOf(const std::vector<WebhookConfig>& configs);

}  // namespace spillway
