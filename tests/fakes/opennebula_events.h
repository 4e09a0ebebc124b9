// What OpenNebula's hook manager publishes: two frames over ZeroMQ, the topic and an XML text in
// base64; nothing is repeated for those who come later.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>
#include <zmq.hpp>

namespace spillway::fakes {

class OneEventSocket {
 public:
  explicit OneEventSocket(const std::string& address = "tcp://127.0.0.1:*");

  std::string endpoint() const;
  void Publish(const std::string& topic, const std::string& xml);
  // "PENDING", "LCM_INIT", 7: under both of its topics. Hosts have no `lcm_state`.
  void PublishState(const std::string& object, const std::string& state,
                    const std::string& lcm_state, int id);
  // Anything at all.
  void PublishFrames(const std::vector<std::string>& frames);
  // Waits until so many beginnings of topics are asked for; false after half a minute.
  bool WaitForSubscriptions(std::size_t count);

 private:
  mutable std::mutex mutex_;
  zmq::context_t context_;
  zmq::socket_t socket_{context_, zmq::socket_type::xpub};
  std::set<std::string> subscriptions_;
};

}  // namespace spillway::fakes
