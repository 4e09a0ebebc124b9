#include "tests/fakes/opennebula_events.h"

#include <chrono>
#include <optional>

#include "scaler/runtime/http_client.h"

namespace spillway::fakes {

OneEventSocket::OneEventSocket(const std::string& address) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.bind(address);
}

std::string OneEventSocket::endpoint() const {
  const std::lock_guard lock(mutex_);
  return socket_.get(zmq::sockopt::last_endpoint);
}

void OneEventSocket::Publish(const std::string& topic, const std::string& xml) {
  PublishFrames({topic, Base64(xml)});
}

// With a blank at the end of the topics, as a real one has.
void OneEventSocket::PublishState(const std::string& object, const std::string& state,
                                  const std::string& lcm_state, int id) {
  const std::string number = std::to_string(id);
  const std::string xml = "<HOOK_MESSAGE><HOOK_TYPE>STATE</HOOK_TYPE><HOOK_OBJECT>" + object +
                          "</HOOK_OBJECT><STATE>" + state + "</STATE><LCM_STATE>" + lcm_state +
                          "</LCM_STATE><RESOURCE_ID>" + number + "</RESOURCE_ID></HOOK_MESSAGE>";
  Publish("EVENT " + object + " " + number + "/" + state + "/" + lcm_state + " ", xml);
  Publish("EVENT STATE " + object + "/" + state + "/" + lcm_state + "/" + number + " ", xml);
}

void OneEventSocket::PublishFrames(const std::vector<std::string>& frames) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool is_last = i + 1 == frames.size();
    socket_.send(zmq::buffer(frames[i]),
                 is_last ? zmq::send_flags::none : zmq::send_flags::sndmore);
  }
}

bool OneEventSocket::WaitForSubscriptions(std::size_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  const std::lock_guard lock(mutex_);
  socket_.set(zmq::sockopt::rcvtimeo, 100);
  while (subscriptions_.size() < count) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    zmq::message_t message;
    if (!socket_.recv(message) || message.empty()) continue;
    const std::string text = message.to_string();
    if (text.front() == '\1') subscriptions_.insert(text.substr(1));
    if (text.front() == '\0') subscriptions_.erase(text.substr(1));
  }
  return true;
}

}  // namespace spillway::fakes
