// Events that wait for receivers, kept in the store. An event is written with the commit of what it
// tells of; it is seen here once it is durable, and taken away when every receiver has it. Beyond a
// bound the oldest are let go. Loop thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "scaler/notify/event.h"
#include "scaler/store/journal.h"

namespace spillway {

struct OutboxLimits {
  std::size_t events = 10'000;
  std::size_t bytes = 32 << 20;
};

// An event and its place in the row.
struct Outgoing {
  std::uint64_t number = 0;  // rises
  CloudEvent event;
};

// How far a receiver is.
struct Progress {
  std::uint64_t done = 0;     // it is done with all events up to this number
  std::int64_t attempts = 0;  // failed in a row
  Time next_try{};            // not before it

  friend bool operator==(const Progress&, const Progress&) = default;
};

class Outbox {
 public:
  // Takes up what is stored for `receivers`; one that is new begins with what comes next, and what
  // is stored of others is taken away. `life` is another word in each life of the service: ids are
  // made of it. All outlive it. May throw StoreError.
  Outbox(Store& store, Journal& journal, const std::set<std::string>& receivers, std::string life,
         OutboxLimits limits = {});
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Called for each event that has come behind the others.
  std::function<void(const Outgoing&)> on_news = [](const Outgoing&) {};
  // Called before an event is let go because there are too many.
  std::function<void(const Outgoing&)> on_let_go = [](const Outgoing&) {};

  // Goes into the commit that is due.
  void Add(const Event& event);

  // The first event behind this number; null: none. Valid until the loop's next turn.
  const Outgoing* Behind(std::uint64_t number) const;
  const Progress& Of(const std::string& receiver) const { return progress_.at(receiver); }
  // Stored with the next commit; events that all receivers are done with are taken away with it.
  void Set(const std::string& receiver, const Progress& progress);
  // It does not want the event of this number. Not stored: after a restart it does not want it
  // again.
  void Skip(const std::string& receiver, std::uint64_t number);

 private:
  bool IsFullFor(const Outgoing& outgoing) const;
  void Keep(Outgoing outgoing);
  void DropDone();
  void DropFirst();

  Journal& journal_;
  const std::string source_;
  const std::string life_;
  const OutboxLimits limits_;
  std::uint64_t last_ = 0;
  std::uint64_t made_ = 0;  // in this life
  std::deque<Outgoing> waiting_;
  std::size_t bytes_ = 0;
  std::map<std::string, Progress> progress_;  // by receiver
};

}  // namespace spillway
