// The socket over which Spillway and other processes talk both ways: a ROUTER, to which they
// connect with DEALER sockets.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/context.h"

namespace spillway::bus {

// From or to one peer. `peer` is ZeroMQ's name of its connection: bytes.
struct PeerMessage {
  std::string peer;
  std::string topic;
  std::string payload;

  friend bool operator==(const PeerMessage&, const PeerMessage&) = default;
};

struct RouterConfig {
  std::vector<std::string> bind;
  int high_water_mark = 1'000;            // messages kept for each peer, each way
  std::size_t max_frame_bytes = 1 << 20;  // the connection of who sends more is closed
};

// One thread at a time, but for Wake().
class RouterSocket {
 public:
  // Throws std::runtime_error with the endpoint and ZeroMQ's words. `context` outlives it.
  RouterSocket(Context& context, const RouterConfig& config);
  ~RouterSocket();
  RouterSocket(const RouterSocket&) = delete;
  RouterSocket& operator=(const RouterSocket&) = delete;

  // Never blocks. False when the peer is not connected, or takes nothing more.
  bool Send(const PeerMessage& message);
  // Waits at most so long, and not when woken. A message that is not two frames is left out.
  std::optional<PeerMessage> Receive(std::chrono::milliseconds at_most);
  // One other thread: ends the waiting, now or the next.
  void Wake();

  // Where it really listens.
  const std::vector<std::string>& addresses() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::bus
