// The seam of the adapters that get datagrams, which nobody answers: a dialect is read, and what
// came is added up until it is time to hand it on. Rules, the way to the bus and all counting are
// the same for all and stand elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bus/adapters/reading.h"
#include "scaler/runtime/config_node.h"

namespace spillway::adapters {

// Where and how an adapter listens.
struct DatagramDoorConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: a free one, named in the log
  std::size_t max_datagram_bytes = 8192;
  Duration flush_interval = std::chrono::seconds(10);
};

// Reads the keys `address`, `port`, `plain_text`, `max_datagram_bytes` and `flush_interval`.
// Refuses addresses that others can reach unless `plain_text: true` says that it is meant.
DatagramDoorConfig ParseDatagramDoor(const ConfigNode& node, DatagramDoorConfig otherwise);

// One thread.
class DatagramAdapter {
 public:
  virtual ~DatagramAdapter() = default;

  virtual const DatagramDoorConfig& door() const = 0;
  // Any bytes may come. Adds to `lost` what was not taken of them.
  virtual void Take(std::string_view datagram, std::vector<Lost>& lost) = 0;
  // What came since the call before, `elapsed` ago; begins anew.
  virtual std::vector<Reading> Flush(Duration elapsed) = 0;
};

}  // namespace spillway::adapters
