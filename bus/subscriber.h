// The one thread that owns the sockets that receive. It decodes what comes and hands batches to
// the loop through a bounded queue.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bus/context.h"
#include "bus/frame.h"
#include "scaler/model/sample.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"

namespace spillway::bus {

enum class SocketKind { kSub, kPull };

struct Endpoint {
  SocketKind kind = SocketKind::kPull;
  bool bind = true;  // false: connect
  std::string address;
  std::vector<std::string> topics;  // SUB: prefixes; empty: the samples topic
  std::string server_key{};         // that the other side must have, when it connects
};

struct SubscriberConfig {
  std::vector<Endpoint> inbound;
  int receive_high_water_mark = 10'000;   // frames that ZeroMQ keeps for each peer
  std::size_t queue_samples = 1'000'000;  // between bus thread and loop; beyond it the newest go
  DecodeLimits limits;
};

class Subscriber {
 public:
  using OnBatch = std::function<void(const SampleBatch&)>;

  // Binds and connects at once; throws std::runtime_error with the endpoint and ZeroMQ's words.
  // `on_batch` runs on the loop. Everything passed by reference outlives the subscriber.
  Subscriber(Context& context, const SubscriberConfig& config,
             const std::set<std::string>& clusters, const Clock& clock, EventLoop& loop,
             Metrics& metrics, Log& log, OnBatch on_batch);
  // Stops the thread; no batch is handed over afterwards.
  ~Subscriber();
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  // Decoder::SetClusters, by the next frame or soon after. Loop thread only.
  void SetClusters(const std::set<std::string>& clusters);

  // The addresses really bound ("tcp://127.0.0.1:40123" for port *), in the order of `inbound`.
  const std::vector<std::string>& addresses() const;
  // Any thread: so much waits for the loop that samples will soon be lost. Who can make senders
  // wait should.
  bool IsBehind() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::bus
