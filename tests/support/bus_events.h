// A subscriber of the bus, as a dashboard would be: keeps every event that came.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace spillway::testing {

struct BusEvent {
  std::string topic;
  std::string payload;
  nlohmann::json body;
};

// One thread.
class BusEvents {
 public:
  // Subscribes to all topics of version 1 at `address`.
  explicit BusEvents(const std::string& address);
  ~BusEvents();
  BusEvents(const BusEvents&) = delete;
  BusEvents& operator=(const BusEvents&) = delete;

  // Takes what has come; never waits.
  void Take();

  const std::vector<BusEvent>& all() const { return events_; }
  // The bodies under this topic, oldest first.
  std::vector<nlohmann::json> Of(const std::string& topic) const;
  // What was lost between the first and the last of each topic, in words; empty: nothing.
  std::string Gaps() const;

 private:
  struct Socket;
  std::unique_ptr<Socket> socket_;
  std::vector<BusEvent> events_;
};

}  // namespace spillway::testing
