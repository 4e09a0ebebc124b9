// What the bus's sockets of a process share: ZeroMQ's context, and how they prove who they are and
// whom they let in.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <zmq.hpp>

#include "bus/curve.h"

namespace spillway::bus {

struct Security {
  CurveKeys keys;            // ours
  std::string clients_file;  // who may come; curve.h
};

// Who wants to know; called on the gatekeeper's thread.
struct ContextWatcher {
  // Somebody was not let in: the public key, or that there was none, and the address.
  std::function<void(const std::string& who, const std::string& address)> on_refusal =
      [](const std::string&, const std::string&) {};
  // The list of clients cannot be read: the file, the place and why.
  std::function<void(const std::string& why)> on_trouble = [](const std::string&) {};
};

// Sockets may be made in any thread, and are gone before their context.
class Context {
 public:
  // Without security: plain text. With it: CURVE, and a thread that answers ZeroMQ's question
  // whether a key may come in (https://rfc.zeromq.org/spec/27). It reads the file of clients each
  // time: what is changed in it holds for the next connection. While it cannot be read, it holds as
  // it was. Throws std::runtime_error when it cannot be read at first.
  explicit Context(std::optional<Security> security = std::nullopt, ContextWatcher watcher = {});
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  zmq::context_t& zmq();

  // Binds `socket`, for those on the list only if there is one; returns the address really bound.
  // Throws std::runtime_error with the endpoint and ZeroMQ's words.
  std::string Bind(zmq::socket_t& socket, const std::string& endpoint);
  // Connects, which succeeds before anybody is there. `server_key`: the public key that the other
  // side must have; empty: plain text, whoever answers. Throws like Bind.
  // REQUIRES: a server key where there is security, and none where there is none.
  void Connect(zmq::socket_t& socket, const std::string& endpoint,
               const std::string& server_key = {});

 private:
  class Gatekeeper;

  zmq::context_t context_;
  const std::optional<Security> security_;
  std::unique_ptr<Gatekeeper> gatekeeper_;
};

}  // namespace spillway::bus
