// Reloads of the configuration, one after the other: the file is read and checked on a worker, and
// then taken in one turn of the loop, or not at all. Each is logged, counted, and told to the
// service manager. Loop thread only.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "scaler/app/config_reading.h"
#include "scaler/control/reload.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"
#include "scaler/runtime/supervisor.h"
#include "scaler/runtime/workers.h"

namespace spillway {

// What is reloaded.
class Reloadable {
 public:
  virtual ~Reloadable() = default;
  virtual const AppConfig& running() const = 0;
  virtual std::vector<ConfigError> ObjectionsTo(const AppConfig& next) const = 0;
  // Throws StoreError before anything has changed, or takes all of it. REQUIRES: there is no
  // objection, and reading.next.
  virtual void Take(ConfigReading reading) = 0;
  // Reads anew what the configuration only names, for whoever connects from now on. Throws
  // std::runtime_error, and then the old ones hold.
  virtual void RenewCertificates() = 0;
  virtual bool is_ready() const = 0;
};

class Reloader {
 public:
  // All outlive it.
  Reloader(Reloadable& service, EventLoop& loop, Workers& workers, Metrics& metrics, Log& log,
           const Supervisor& supervisor);
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  using Done = std::function<void(const ReloadOutcome&)>;
  void Reload(ReloadOrder order, Done done);

 private:
  void Next();
  void OnRead(ConfigReading reading);
  ReloadOutcome Conclude(ConfigReading reading);
  ReloadOutcome Take(ConfigReading reading, ReloadOutcome outcome);
  void Tell(const ReloadOutcome& outcome);
  void Count(const ReloadOutcome& outcome);

  Reloadable& service_;
  EventLoop& loop_;
  Workers& workers_;
  Log& log_;
  const Supervisor& supervisor_;
  std::array<Counter, kReloadResults> totals_;
  Gauge is_last_good_;
  Gauge last_good_at_;
  std::deque<std::pair<ReloadOrder, Done>> waiting_;  // the first is under way
  bool has_said_reloading_ = false;
};

}  // namespace spillway
