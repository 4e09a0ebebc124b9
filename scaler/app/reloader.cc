#include "scaler/app/reloader.h"

#include <algorithm>
#include <stdexcept>

#include "scaler/store/store.h"

namespace spillway {
namespace {

// Lines of a log about one reload.
constexpr std::size_t kMostTold = 50;

}  // namespace

Reloader::Reloader(Reloadable& service, EventLoop& loop, Workers& workers, Metrics& metrics,
                   Log& log, const Supervisor& supervisor)
    : service_(service),
      loop_(loop),
      workers_(workers),
      log_(log),
      supervisor_(supervisor),
      is_last_good_(
          metrics.GetGauge("spillway_config_last_reload_successful",
                           "0 when the configuration file was not taken the last time that it was "
                           "read.")),
      last_good_at_(metrics.GetGauge("spillway_config_last_reload_success_timestamp_seconds",
                                     "When the configuration was last taken, since the epoch.")) {
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    totals_[i] = metrics.GetCounter("spillway_config_reloads_total",
                                    "Reloads of the configuration, by what came of them.",
                                    {{"outcome", std::string(Name(static_cast<ReloadResult>(i)))}});
  }
  is_last_good_.Set(1);
  last_good_at_.Set(Seconds(loop.Now().time_since_epoch()));
}

void Reloader::Reload(ReloadOrder order, Done done) {
  waiting_.emplace_back(std::move(order), std::move(done));
  if (waiting_.size() == 1) Next();
}

void Reloader::Next() {
  const AppConfig& running = service_.running();
  // The manager is told of a service that is ready only: it would take the end for that.
  if (!waiting_.front().first.is_dry && service_.is_ready()) {
    has_said_reloading_ = true;
    supervisor_.Reloading();
  }
  if (running.path.empty()) {
    return loop_.Post([this] { OnRead({}); });
  }
  workers_.Run<ConfigReading>(
      Lane::kUp, {"config", 1},
      [path = running.path, text = running.text]() -> ConfigReading {
        try {
          return ReadAnew(path, text);
        } catch (const std::exception& error) {  // whatever it is: the old one goes on
          ConfigReading reading;
          reading.wrong = {{"", 0, error.what()}};
          return reading;
        }
      },
      [this](ConfigReading reading) { OnRead(std::move(reading)); });
}

void Reloader::OnRead(ConfigReading reading) {
  const ReloadOutcome outcome = Conclude(std::move(reading));
  const auto [order, done] = waiting_.front();
  if (!order.is_dry) {
    Tell(outcome);
    Count(outcome);
  }
  if (has_said_reloading_) supervisor_.Ready();
  has_said_reloading_ = false;
  done(outcome);
  waiting_.pop_front();
  if (!waiting_.empty()) Next();
}

ReloadOutcome Reloader::Conclude(ConfigReading reading) {
  if (service_.running().path.empty()) {
    return {ReloadResult::kImpossible, {}, {{"", 0, "it was not read from a file"}}};
  }
  ReloadOutcome outcome;
  outcome.changes = reading.changes;
  if (!reading.wrong.empty()) {
    outcome.result = ReloadResult::kWrong;
    outcome.errors = std::move(reading.wrong);
    return outcome;
  }
  outcome.errors = std::move(reading.too_early);
  if (reading.next) outcome.errors = service_.ObjectionsTo(*reading.next);
  if (!outcome.errors.empty()) {
    outcome.result = ReloadResult::kRefused;
    return outcome;
  }
  if (waiting_.front().first.is_dry) return outcome;
  return Take(std::move(reading), std::move(outcome));
}

// What may be refused for a file's sake goes first.
ReloadOutcome Reloader::Take(ConfigReading reading, ReloadOutcome outcome) {
  try {
    service_.RenewCertificates();
    if (reading.changes_at_once()) service_.Take(std::move(reading));
  } catch (const StoreError& error) {
    outcome.result = ReloadResult::kFailed;
    outcome.errors = {{"", 0, error.what()}};
  } catch (const std::runtime_error& error) {
    outcome.result = ReloadResult::kWrong;
    outcome.errors = {{"serve", 0, error.what()}};
  }
  return outcome;
}

void Reloader::Tell(const ReloadOutcome& outcome) {
  const ReloadOrder& order = waiting_.front().first;
  const std::string& file = service_.running().path;
  if (outcome.result != ReloadResult::kApplied) {
    const std::size_t told = std::min(outcome.errors.size(), kMostTold);
    for (std::size_t i = 0; i < told; ++i) {
      const ConfigError& error = outcome.errors[i];
      log_.Error(
          "config.reload_" + std::string(Name(outcome.result)),
          {{"file", file}, {"path", error.path}, {"line", error.line}, {"error", error.message}});
    }
    log_.Error("config.unchanged", {{"by", order.by}, {"errors", outcome.errors.size()}});
    return;
  }
  const std::size_t told = std::min(outcome.changes.size(), kMostTold);
  for (std::size_t i = 0; i < told; ++i) {
    const ConfigChange& change = outcome.changes[i];
    log_.Info(
        change.needs_restart ? "config.needs_restart" : "config.changed",
        {{"path", change.path}, {"before", change.before.dump()}, {"after", change.after.dump()}});
  }
  log_.Info("config.reloaded", {{"by", order.by},
                                {"reason", order.reason},
                                {"changes", outcome.changes.size()},
                                {"needs_restart", outcome.needs_restart()}});
}

void Reloader::Count(const ReloadOutcome& outcome) {
  const bool is_good = outcome.result == ReloadResult::kApplied;
  totals_[static_cast<std::size_t>(outcome.result)].Add();
  is_last_good_.Set(is_good ? 1 : 0);
  if (is_good) last_good_at_.Set(Seconds(loop_.Now().time_since_epoch()));
}

}  // namespace spillway
