#include "tests/support/bus_events.h"

#include <cstdint>
#include <map>
#include <zmq.hpp>

namespace spillway::testing {

struct BusEvents::Socket {
  zmq::context_t context;
  zmq::socket_t socket{context, zmq::socket_type::sub};
};

BusEvents::BusEvents(const std::string& address) : socket_(std::make_unique<Socket>()) {
  socket_->socket.set(zmq::sockopt::linger, 0);
  socket_->socket.set(zmq::sockopt::subscribe, "spillway/1/");
  socket_->socket.connect(address);
}

BusEvents::~BusEvents() = default;

void BusEvents::Take() {
  zmq::message_t topic;
  zmq::message_t payload;
  while (socket_->socket.recv(topic, zmq::recv_flags::dontwait)) {
    // All frames of a message arrive at once.
    if (!topic.more() || !socket_->socket.recv(payload)) continue;
    BusEvent event{topic.to_string(), payload.to_string(), {}};
    event.body = nlohmann::json::parse(event.payload);
    events_.push_back(std::move(event));
  }
}

std::vector<nlohmann::json> BusEvents::Of(const std::string& topic) const {
  std::vector<nlohmann::json> bodies;
  for (const BusEvent& event : events_) {
    if (event.topic == topic) bodies.push_back(event.body);
  }
  return bodies;
}

std::string BusEvents::Gaps() const {
  std::string gaps;
  std::map<std::string, std::int64_t> last;
  for (const BusEvent& event : events_) {
    const std::int64_t seq = event.body.at("seq");
    const auto [known, is_first] = last.try_emplace(event.topic, seq);
    if (!is_first && seq != known->second + 1) {
      gaps += event.topic + ": " + std::to_string(seq) + " after " + std::to_string(known->second) +
              "\n";
    }
    known->second = seq;
  }
  return gaps;
}

}  // namespace spillway::testing
