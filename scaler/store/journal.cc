#include "scaler/store/journal.h"

#include <chrono>
#include <utility>

namespace spillway {
namespace {

constexpr Duration kRetryAfter = std::chrono::seconds(2);

template <class Map>
auto TakeValues(Map& map) {
  std::vector<typename Map::mapped_type> values;
  values.reserve(map.size());
  for (auto& [key, value] : map) values.push_back(std::move(value));
  map.clear();
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

void Journal::Put(Note note) {
  notes_.push_back(std::move(note));
  ScheduleFlush(Duration(0));
}

void Journal::AfterCommit(std::function<void()> effect) {
  effects_.push_back(std::move(effect));
  ScheduleFlush(Duration(0));
}

void Journal::ScheduleFlush(Duration delay) {
  if (flush_ == 0) flush_ = loop_.At(loop_.Now() + delay, [this] { Flush(); });
}

// Whole records are moved, not copied: a commit is on the way of every decision.
Changes Journal::TakeWaiting() {
  return {TakeValues(hosts_),    TakeValues(clusters_),        std::exchange(decisions_, {}),
          TakeValues(backoffs_), std::exchange(memories_, {}), std::exchange(notes_, {})};
}

// REQUIRES: nothing was put since TakeWaiting().
void Journal::PutBack(Changes changes) {
  for (HostRecord& host : changes.hosts) hosts_.emplace(host.id, std::move(host));
  for (ClusterState& cluster : changes.clusters) {
    clusters_.emplace(cluster.cluster, std::move(cluster));
  }
  for (OfferBackoff& backoff : changes.backoffs) backoffs_.emplace(backoff.key, std::move(backoff));
  decisions_ = std::move(changes.decisions);
  memories_ = std::move(changes.memories);
  notes_ = std::move(changes.notes);
}

void Journal::Flush() {
  flush_ = 0;
  Changes changes = TakeWaiting();
  try {
    if (!changes.IsEmpty()) store_.Commit(changes);
  } catch (const StoreError& error) {
    PutBack(std::move(changes));
    healthy_ = false;
    log_.Limited(LogLevel::kError, "store.commit_failed",
                 {{"error", error.what()}, {"waiting_effects", effects_.size()}});
    ScheduleFlush(kRetryAfter);
    return;
  }
  if (!healthy_) log_.Info("store.commit_recovered");
  healthy_ = true;
  // An effect may put again: that belongs to the next commit.
  for (const auto& effect : std::exchange(effects_, {})) effect();
}

}  // namespace spillway
