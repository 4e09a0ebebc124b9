// A datagram adapter at work: listens, and at each interval hands on what came to the bus.
#pragma once

#include <cstdint>
#include <string_view>

#include "bus/adapters/feed.h"
#include "bus/adapters/ingest_config.h"
#include "bus/adapters/tally.h"
#include "scaler/runtime/asio_loop.h"
#include "scaler/runtime/datagram_receiver.h"

namespace spillway::adapters {

// One thread: the loop's.
class DatagramDoor {
 public:
  // Listens at once; throws std::runtime_error naming an address that cannot be had. What is passed
  // by reference outlives this; not to be taken away while the loop runs.
  // REQUIRES: an adapter that gets datagrams.
  DatagramDoor(SourceConfig config, AsioLoop& loop, Feed& feed, Tally tally);

  std::uint16_t port() const { return receiver_.port(); }

 private:
  void Take(std::string_view datagram, bool is_cut);
  void FlushSoon();
  void Flush();

  const SourceConfig config_;
  DatagramAdapter& adapter_;  // of config_
  AsioLoop& loop_;
  Feed& feed_;
  Tally tally_;
  Time flushed_;
  DatagramReceiver receiver_;
};

}  // namespace spillway::adapters
