// The socket that sends: decisions, host events, heartbeats. Loop thread only.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bus/context.h"
#include "scaler/runtime/metrics.h"

namespace spillway::bus {

struct PublisherConfig {
  std::vector<std::string> bind;
  std::vector<std::string> connect;
  std::string server_key{};  // that those must have to which it connects; empty: plain text
  int send_high_water_mark = 10'000;  // frames kept for each subscriber; beyond it theirs are lost
};

class Publisher {
 public:
  // Throws std::runtime_error with the endpoint and ZeroMQ's words. `context` outlives it. `epoch`
  // tells subscribers that sequence numbers start anew: another one for each start of the service.
  Publisher(Context& context, const PublisherConfig& config, std::string epoch, Metrics& metrics);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // Sends two frames: `topic`, and `body` (an object) with `seq` (1, 2, … of this topic) and
  // `epoch` added. Never blocks.
  void Publish(const std::string& topic, nlohmann::json body);

  // The last sequence number of each topic, for the heartbeat: a subscriber that missed the last
  // message of a quiet topic sees it there.
  nlohmann::json Sequences() const;

  const std::vector<std::string>& addresses() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::bus
