// The link of the running service: questions of remote policies go out over the bus, and answers
// make their clusters due. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/router_thread.h"
#include "policies/remote/conversation.h"
#include "policies/remote/switchboard.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

class RemoteLink {
 public:
  using OnAnswer = std::function<void(const std::string& cluster)>;

  // Binds at once; throws std::runtime_error with the address and ZeroMQ's words. `epoch` is
  // another one for each start. Everything passed by reference outlives the link.
  RemoteLink(bus::Context& context, const bus::RouterConfig& config, Conversations conversations,
             const std::string& epoch, EventLoop& loop, Metrics& metrics, Log& log,
             OnAnswer on_answer);
  ~RemoteLink();
  RemoteLink(const RemoteLink&) = delete;
  RemoteLink& operator=(const RemoteLink&) = delete;

  // Policies have come and gone. Takes those of `conversations` that a policy holds, and lets go of
  // all that none holds any more.
  void Reconfigure(Conversations conversations);

  // Where it really listens; none when no policy is remote.
  const std::vector<std::string>& addresses() const { return router_.addresses(); }

 private:
  void Link(std::shared_ptr<Conversation> conversation);
  void OnRefusal(const Conversation* conversation, const Refused& refused);

  EventLoop& loop_;
  Metrics& metrics_;
  Log& log_;
  const std::string epoch_;
  Conversations conversations_;  // with their policies
  Switchboard switchboard_;
  bus::RouterThread router_;
};

}  // namespace spillway
