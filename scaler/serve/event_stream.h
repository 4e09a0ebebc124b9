// Events for readers over HTTP: the last ones are kept, so that a reader that lost its connection
// goes on after the last one it saw; and each reader has a queue with a bound, so that a slow one
// costs a known amount of memory and holds nobody up. The form is that of server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html). Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/runtime/http_server.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

struct EventStreamLimits {
  std::size_t kept_events = 10'000;    // for readers that come back
  std::size_t kept_bytes = 8 << 20;    // of them
  std::size_t queued_bytes = 1 << 20;  // of one reader
  std::size_t readers = 32;
};

// One reader's queue. Whoever writes to its connection takes frames from it.
class EventReader final : public HttpStream {
 public:
  // `clusters`: those whose events it gets; nothing: all.
  EventReader(std::optional<std::set<std::string>> clusters, std::size_t most_bytes)
      : clusters_(std::move(clusters)), most_bytes_(most_bytes) {}
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;

  // Asked at each beat: a reader that may not go on is dropped.
  std::function<bool()> may_go_on = [] { return true; };

  // The frames that wait, joined; empty when there are none.
  std::string Take() override;
  // It was too slow, or may not go on. It may come back with the last id that it saw.
  bool is_dropped() const { return is_dropped_; }
  bool has_ended() const override { return is_dropped_; }

 private:
  friend class EventStream;
  bool Wants(const std::string& cluster) const;
  void Push(const std::string& frame);
  void Drop();

  const std::optional<std::set<std::string>> clusters_;
  const std::size_t most_bytes_;
  std::string waiting_;
  bool is_dropped_ = false;
};

class EventStream {
 public:
  // `life` is another word in each life of the service, made of letters and digits: numbers begin
  // anew with it. `metrics` outlives the stream.
  EventStream(std::string life, EventStreamLimits limits, Metrics& metrics);
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  // `kind` is a word; `data` is JSON. Goes to every reader that may see the cluster.
  void Publish(std::string kind, std::string cluster, std::string data);
  // Something of the cluster has changed and is to be read anew: an event `cluster` without an id.
  // It is not kept: a reader that comes back is told once of each cluster that changed meanwhile.
  void Touch(const std::string& cluster);

  // A reader that begins after the event of this id; empty: with what comes next. When what came
  // after that event is not known any more (too long ago, too much, or an earlier life of the
  // service), its first frame is a `gap`: it has to read anew what it goes by. Null when there are
  // as many readers as may be. A reader is forgotten when its last owner lets it go: shared,
  // because its connection ends at a time of its own.
  std::shared_ptr<EventReader> Open(std::optional<std::set<std::string>> clusters,
                                    std::string_view last_id);

  // A comment, which readers pass over: it shows both sides that the connection lives. Readers that
  // may not go on are dropped.
  void Beat();

 private:
  struct Event {
    std::string cluster;
    std::string frame;
  };

  std::string IdOf(std::uint64_t number) const;
  std::optional<std::uint64_t> NumberOf(std::string_view id) const;
  void Keep(Event event);
  void Resume(EventReader& reader, std::string_view last_id);
  // Hands the frame to each reader that `wants` it, and counts those it was too much for.
  void Send(const std::string& frame, const std::function<bool(const EventReader&)>& wants);
  std::vector<std::shared_ptr<EventReader>> Readers();

  const std::string life_;
  const EventStreamLimits limits_;
  std::deque<Event> kept_;  // the last is of number `last_`
  std::size_t kept_bytes_ = 0;
  std::uint64_t last_ = 0;                        // 0: none yet
  std::map<std::string, std::uint64_t> touched_;  // by cluster: what was the last event then
  std::vector<std::weak_ptr<EventReader>> readers_;
  Gauge reader_count_;
  Counter dropped_;
};

}  // namespace spillway
