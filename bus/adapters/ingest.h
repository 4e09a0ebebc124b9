// The adapters at work: a thread of their own that listens, asks and decodes, so that large bodies
// and floods of datagrams never hold up the control loop. What comes goes to the bus (feed.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bus/adapters/ingest_config.h"
#include "bus/context.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"

namespace spillway::adapters {

// How the bus is reached.
struct BusSide {
  bus::Context& context;
  std::size_t max_frame_bytes = 1 << 20;
  std::function<bool()> is_behind;  // any thread
};

class Ingest {
 public:
  // Listens and asks at once; throws std::runtime_error naming an address or token that cannot be
  // had. Everything passed by reference, and the bus's socket for the adapters, outlives this.
  Ingest(IngestConfig config, BusSide bus, const SystemClock& clock, Metrics& metrics, Log& log);
  ~Ingest();
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  // Nothing: no adapter is sent to over HTTP, so nobody listens.
  std::optional<std::uint16_t> port() const;
  // Where the adapter `name` gets datagrams; 0 when it gets none.
  std::uint16_t datagram_port(const std::string& name) const;

  // Reads certificate and key anew, soon, for who connects then; what fails is in the log, and the
  // old ones hold.
  void RenewCertificate();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::adapters
