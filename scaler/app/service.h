// The whole service, wired: what `spillway run` and `spillway demo` start.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scaler/app/app_config.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/log.h"

namespace spillway {

class EventLoop;
class Fleet;
class SimulatedWorld;

class Service {
 public:
  // Opens the store, binds the sockets, starts the threads; throws std::runtime_error (StoreError
  // among them) naming what could not be had. `clock` and `log` outlive the service.
  Service(AppConfig config, const SystemClock& clock, Log& log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Runs until Stop() or a stop signal. Machines stay as they are: the next start goes on.
  void Run();
  // Any thread.
  void Stop();

  EventLoop& loop();
  // Loop thread only.
  const Fleet& fleet() const;
  // Where its simulated providers and registrars live; empty when there are none.
  SimulatedWorld& world();
  // Called on the loop for each decision and host event, after it is published.
  std::function<void(const DecisionRecord&)> on_decision = [](const DecisionRecord&) {};
  std::function<void(const HostRecord&)> on_host = [](const HostRecord&) {};

  // Where it really listens.
  const std::vector<std::string>& inbound_addresses() const;
  const std::vector<std::string>& outbound_addresses() const;
  const std::vector<std::string>& policy_addresses() const;
  std::uint16_t http_port() const;
  // Where the adapters listen; nothing when none is sent to.
  std::optional<std::uint16_t> adapters_port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Secrets are in this process: no core file, no other process of the same user looking in. And a
// write that fails is an error, not a signal that ends the process. Call before the first thread.
void ProtectProcess();

}  // namespace spillway
