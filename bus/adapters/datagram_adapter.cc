#include "bus/adapters/datagram_adapter.h"

#include "scaler/runtime/http_server.h"

namespace spillway::adapters {

DatagramDoorConfig ParseDatagramDoor(const ConfigNode& node, DatagramDoorConfig otherwise) {
  constexpr std::int64_t kMostBytes = 65'507;  // of UDP over IPv4
  DatagramDoorConfig config = std::move(otherwise);
  config.address = node.String("address").Or(config.address);
  config.port = node.Integer("port").Between(0, 65535).Or(config.port);
  config.max_datagram_bytes =
      node.Integer("max_datagram_bytes").Between(64, kMostBytes).Or(config.max_datagram_bytes);
  config.flush_interval = node.DurationOf("flush_interval")
                              .Between(std::chrono::milliseconds(100), std::chrono::minutes(10))
                              .Or(config.flush_interval);
  if (!node.Boolean("plain_text").Or(false) && !IsOwnAddress(config.address)) {
    node["address"].Fail(config.address + " can be reached from elsewhere, and datagrams are " +
                         "neither encrypted nor is it known who sends them: expected 127.0.0.1, " +
                         "or plain_text: true");
  }
  return config;
}

}  // namespace spillway::adapters
