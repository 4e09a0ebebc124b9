// All sources that are asked, with the workers that wait for their answers.
#pragma once

#include <memory>
#include <vector>

#include "bus/adapters/feed.h"
#include "bus/adapters/ingest_config.h"
#include "bus/context.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"

namespace spillway::adapters {

class Pulling {
 public:
  // Begins to ask as soon as the loop runs; other sources than those that are asked are no concern
  // of it. What is passed by reference outlives it. Throws std::runtime_error naming a credential
  // that cannot be had. To be made and destroyed while the loop stands; destroying waits for calls
  // under way.
  Pulling(std::vector<SourceConfig> sources, std::size_t max_bytes, Feed& feed,
          bus::Context& context, EventLoop& loop, Metrics& metrics, Log& log);
  ~Pulling();
  Pulling(const Pulling&) = delete;
  Pulling& operator=(const Pulling&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::adapters
