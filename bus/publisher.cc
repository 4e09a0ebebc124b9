#include "bus/publisher.h"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace spillway::bus {

namespace {

// At the end of the process, what was sent last may still leave within this.
constexpr int kLingerMilliseconds = 500;

}  // namespace

struct Publisher::Impl {
  Impl(Context& context, const PublisherConfig& config, std::string the_epoch, Metrics& metrics)
      : epoch(std::move(the_epoch)),
        published_total(
            metrics.GetCounter("spillway_bus_published_total", "Messages given to subscribers.")),
        socket(context.zmq(), zmq::socket_type::pub) {
    socket.set(zmq::sockopt::linger, kLingerMilliseconds);
    socket.set(zmq::sockopt::sndhwm, config.send_high_water_mark);
    socket.set(zmq::sockopt::tcp_keepalive, 1);
    for (const std::string& endpoint : config.bind) {
      addresses.push_back(context.Bind(socket, endpoint));
    }
    for (const std::string& endpoint : config.connect) {
      context.Connect(socket, endpoint, config.server_key);
    }
  }

  const std::string epoch;
  Counter published_total;
  zmq::socket_t socket;
  std::vector<std::string> addresses;
  std::map<std::string, std::uint64_t> sequences;  // the last of each topic
};

Publisher::Publisher(Context& context, const PublisherConfig& config, std::string epoch,
                     Metrics& metrics)
    : impl_(std::make_unique<Impl>(context, config, std::move(epoch), metrics)) {}
Publisher::~Publisher() = default;

void Publisher::Publish(const std::string& topic, nlohmann::json body) {
  body["seq"] = ++impl_->sequences[topic];
  body["epoch"] = impl_->epoch;
  // Texts of others (a provider's error) may not be UTF-8; that must not stop a decision.
  const std::string payload = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  impl_->socket.send(zmq::buffer(topic), zmq::send_flags::sndmore);
  impl_->socket.send(zmq::buffer(payload), zmq::send_flags::none);
  impl_->published_total.Add();
}

nlohmann::json Publisher::Sequences() const {
  nlohmann::json sequences = nlohmann::json::object();
  for (const auto& [topic, sequence] : impl_->sequences) sequences[topic] = sequence;
  return sequences;
}

const std::vector<std::string>& Publisher::addresses() const { return impl_->addresses; }

}  // namespace spillway::bus
