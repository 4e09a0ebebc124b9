// The last step of the adapters: samples as frames of the bus, given to the bus thread as any other
// sender gives them, so that its limits, reasons and counters hold for them too.
#pragma once

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "bus/adapters/reading.h"
#include "bus/context.h"
#include "scaler/runtime/event_loop.h"

namespace spillway::adapters {

// Where the subscriber of the same process has a PULL socket for the adapters.
inline constexpr const char* kFeedAddress = "inproc://adapters";

// Payloads of the bus (bus/README.md), each of at most `max_bytes` unless a single sample is
// longer. Bytes that are not UTF-8 are replaced. Pure.
std::vector<std::string> ToFrames(std::span<const MappedSample> samples, std::size_t max_bytes);

// One thread: the loop's.
class Feed {
 public:
  // `is_behind`: whether the bus has more than enough to do. What is passed by reference outlives
  // the feed. Throws zmq::error_t.
  Feed(bus::Context& context, EventLoop& loop, std::size_t max_frame_bytes,
       std::function<bool()> is_behind);

  // While it is busy nothing should be taken from senders: they are told to come again.
  bool IsBusy();
  // What the bus does not take at once is kept and offered again.
  void Give(std::span<const MappedSample> samples);

 private:
  void Send();
  void SendSoon();

  EventLoop& loop_;
  const std::size_t max_frame_bytes_;
  const std::function<bool()> is_behind_;
  zmq::socket_t socket_;
  std::deque<std::string> kept_;
  bool is_waiting_ = false;
};

}  // namespace spillway::adapters
