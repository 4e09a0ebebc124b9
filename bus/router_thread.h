// A router with a thread of its own: what comes is handed to the loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/router.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/metrics.h"

namespace spillway::bus {

class RouterThread {
 public:
  using OnMessage = std::function<void(const PeerMessage&)>;

  // Binds at once; throws like RouterSocket. `on_message` runs on the loop, which outlives this, as
  // does the context.
  RouterThread(Context& context, const RouterConfig& config, EventLoop& loop, Metrics& metrics,
               OnMessage on_message);
  // Stops the thread; no message is handed over afterwards.
  ~RouterThread();
  RouterThread(const RouterThread&) = delete;
  RouterThread& operator=(const RouterThread&) = delete;

  // Loop thread. Never blocks; what the peer does not take is lost. False when too much waits.
  bool Send(PeerMessage message);

  const std::vector<std::string>& addresses() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::bus
