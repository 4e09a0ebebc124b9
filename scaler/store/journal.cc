#include "scaler/store/journal.h"

#include <chrono>
#include <utility>

namespace spillway {
namespace {

constexpr Duration kRetryAfter = std::chrono::seconds(2);

template <class Map>
auto ValuesOf(const Map& map) {
  std::vector<typename Map::mapped_type> values;
  values.reserve(map.size());
  for (const auto& [key, value] : map) values.push_back(value);
  return values;
}

}  // namespace

Journal::Journal(EventLoop& loop, Store& store, Log& log) : loop_(loop), store_(store), log_(log) {}

Journal::~Journal() {
  if (flush_ != 0) loop_.Cancel(flush_);
}

void Journal::Put(const HostRecord& host) {
  hosts_[host.id] = host;
  ScheduleFlush(Duration(0));
}

void Journal::Put(const ClusterState& cluster) {
  clusters_[cluster.cluster] = cluster;
  ScheduleFlush(Duration(0));
}

void Journal::Put(const OfferBackoff& backoff) {
  backoffs_[backoff.key] = backoff;
  ScheduleFlush(Duration(0));
}

void Journal::Put(const DecisionRecord& decision) {
  decisions_.push_back(decision);
  ScheduleFlush(Duration(0));
}

void Journal::Put(PolicyMemory memory) {
  memories_.push_back(std::move(memory));
  ScheduleFlush(Duration(0));
}

void Journal::AfterCommit(std::function<void()> effect) {
  effects_.push_back(std::move(effect));
  ScheduleFlush(Duration(0));
}

void Journal::ScheduleFlush(Duration delay) {
  if (flush_ == 0) flush_ = loop_.At(loop_.Now() + delay, [this] { Flush(); });
}

void Journal::Flush() {
  flush_ = 0;
  const Changes changes{ValuesOf(hosts_), ValuesOf(clusters_), decisions_, ValuesOf(backoffs_),
                        memories_};
  try {
    if (!changes.IsEmpty()) store_.Commit(changes);
  } catch (const StoreError& error) {
    healthy_ = false;
    log_.Limited(LogLevel::kError, "store.commit_failed",
                 {{"error", error.what()}, {"waiting_effects", effects_.size()}});
    ScheduleFlush(kRetryAfter);
    return;
  }
  if (!healthy_) log_.Info("store.commit_recovered");
  healthy_ = true;
  hosts_.clear();
  clusters_.clear();
  backoffs_.clear();
  decisions_.clear();
  memories_.clear();
  // An effect may put again: that belongs to the next commit.
  for (const auto& effect : std::exchange(effects_, {})) effect();
}

}  // namespace spillway
