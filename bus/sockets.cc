#include "bus/sockets.h"

#include <stdexcept>

namespace spillway::bus {

namespace {

[[noreturn]] void Fail(const char* verb, const std::string& endpoint, const zmq::error_t& error) {
  throw std::runtime_error(std::string("bus: cannot ") + verb + " \"" + endpoint +
                           "\": " + error.what() + " (expected tcp://HOST:PORT or ipc://PATH)");
}

}  // namespace

std::string Bind(zmq::socket_t& socket, const std::string& endpoint) {
  try {
    socket.bind(endpoint);
  } catch (const zmq::error_t& error) {
    Fail("bind", endpoint, error);
  }
  return socket.get(zmq::sockopt::last_endpoint);
}

void Connect(zmq::socket_t& socket, const std::string& endpoint) {
  try {
    socket.connect(endpoint);
  } catch (const zmq::error_t& error) {
    Fail("connect", endpoint, error);
  }
}

}  // namespace spillway::bus
