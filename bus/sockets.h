// What both sides of the bus need of ZeroMQ's sockets.
#pragma once

#include <string>
#include <zmq.hpp>

namespace spillway::bus {

// Binds, and returns the address really bound. Throws std::runtime_error with the endpoint and
// ZeroMQ's words.
std::string Bind(zmq::socket_t& socket, const std::string& endpoint);
// Connects, which succeeds before anybody is there. Throws like Bind.
void Connect(zmq::socket_t& socket, const std::string& endpoint);

}  // namespace spillway::bus
