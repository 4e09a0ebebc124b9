// Between what the loop thinks and what the world sees: records that changed are collected and
// committed together on the loop's next turn; what must not happen before they are durable (a
// create call, a published event) waits for that commit. When it fails (disk full) nothing gets
// out, and the commit is tried again with the same content until it works.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/log.h"
#include "scaler/store/store.h"

namespace spillway {

// Loop thread only.
class Journal {
 public:
  // All outlive the journal.
  Journal(EventLoop& loop, Store& store, Log& log);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // The last record of an id that was put before the commit is the one that is written.
  void Put(const HostRecord& host);
  void Put(const ClusterState& cluster);
  void Put(const OfferBackoff& backoff);
  void Put(const DecisionRecord& decision);
  void Put(PolicyMemory memory);
  void Put(Note note);

  // Runs `effect` after everything that was put up to now is durable: on the next turn, in order.
  void AfterCommit(std::function<void()> effect);

  // False from a failed commit until the next that works: no new decisions are made meanwhile.
  bool is_healthy() const { return healthy_; }

 private:
  void ScheduleFlush(Duration delay);
  void Flush();
  Changes TakeWaiting();
  void PutBack(Changes changes);

  EventLoop& loop_;
  Store& store_;
  Log& log_;
  std::map<std::string, HostRecord> hosts_;
  std::map<std::string, ClusterState> clusters_;
  std::map<std::string, OfferBackoff> backoffs_;
  std::vector<DecisionRecord> decisions_;
  std::vector<PolicyMemory> memories_;
  std::vector<Note> notes_;
  std::vector<std::function<void()>> effects_;
  EventLoop::TimerId flush_ = 0;
  bool healthy_ = true;
};

}  // namespace spillway
