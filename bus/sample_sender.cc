#include "bus/sample_sender.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <zmq.hpp>

namespace spillway::bus {

struct SampleSender::Impl {
  zmq::context_t context;
  zmq::socket_t socket{context, zmq::socket_type::push};
};

SampleSender::SampleSender(const std::string& address) : impl_(std::make_unique<Impl>()) {
  try {
    impl_->socket.set(zmq::sockopt::linger, 0);
    impl_->socket.connect(address);
  } catch (const zmq::error_t& error) {
    throw std::runtime_error("bus: cannot connect to " + address + ": " + error.what());
  }
}

SampleSender::~SampleSender() = default;

bool SampleSender::Send(const SeriesKey& key, double value) {
  nlohmann::json sample = {{"cluster", key.cluster}, {"metric", key.metric}, {"value", value}};
  for (const auto& [name, label] : key.labels) sample["labels"][name] = label;
  return SendRaw(sample.dump());
}

bool SampleSender::SendRaw(std::string_view payload) {
  return impl_->socket.send(zmq::buffer(payload), zmq::send_flags::dontwait).has_value();
}

}  // namespace spillway::bus
