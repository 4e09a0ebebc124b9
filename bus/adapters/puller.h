// One source that is asked, at work: when it is asked, and what becomes of its answers. Loop thread
// only; it is asked on a worker.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "bus/adapters/mapping.h"
#include "bus/adapters/pulled_source.h"
#include "bus/adapters/tally.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"
#include "scaler/runtime/random.h"
#include "scaler/runtime/workers.h"

namespace spillway::adapters {

// Where samples go (feed.h).
struct Outlet {
  std::function<bool()> is_busy;
  std::function<void(std::span<const MappedSample>)> give;
};

// How long a source is left alone after so many failures in a row: the interval, doubled with each
// up to eight times or two minutes, whichever is less; and of that, by `chance` from 0 to 1, at
// least a half, so that many do not come back at once. REQUIRES: failures >= 1.
Duration BackOff(Duration every, int failures, double chance);

// Asks at the interval, from the beginning of one question to that of the next, and never twice at
// a time. News make it ask at once, but not more than once a second, and not while it waits after a
// failure. While the bus is behind nothing is asked.
class Puller {
 public:
  struct Setup {
    std::string name;
    Duration every;
    std::unique_ptr<PulledSource> source;
    Mapping mapping;
    Outlet outlet;
    std::uint64_t seed;  // of the jitter
  };
  // What is passed by reference outlives it; the workers are gone before it is.
  Puller(Setup setup, EventLoop& loop, Workers& workers, Metrics& metrics, Log& log);
  Puller(const Puller&) = delete;
  Puller& operator=(const Puller&) = delete;

  // Asks for the first time.
  void Start() { Ask(); }
  void OnNews();
  // Something that came besides the answers was not taken. Any thread.
  void Refuse(Lost lost);

 private:
  void Ask();
  void Take(Pulled pulled);
  void Count(const Pulled& pulled);
  void AskAt(Time when);
  Time NextTime(const Pulled& pulled);

  const std::string name_;
  const Duration every_;
  const std::unique_ptr<PulledSource> source_;
  const Mapping mapping_;
  const Outlet outlet_;
  EventLoop& loop_;
  Workers& workers_;
  Log& log_;
  Tally tally_;
  Counter done_;
  Counter failed_;
  Gauge last_success_;
  Random random_;

  EventLoop::TimerId timer_ = 0;
  Time asked_at_ = kDistantPast;
  bool is_asking_ = false;
  bool has_news_ = false;
  int failures_ = 0;  // in a row
  std::set<std::string> told_warnings_;
};

}  // namespace spillway::adapters
