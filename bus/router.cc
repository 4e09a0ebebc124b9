#include "bus/router.h"

#include <cstdint>

namespace spillway::bus {

struct RouterSocket::Impl {
  Impl(Context& context, const RouterConfig& config)
      : socket(context.zmq(), zmq::socket_type::router),
        bed(context.zmq(), zmq::socket_type::pair),
        bell(context.zmq(), zmq::socket_type::pair) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::sndhwm, config.high_water_mark);
    socket.set(zmq::sockopt::rcvhwm, config.high_water_mark);
    socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(config.max_frame_bytes));
    socket.set(zmq::sockopt::tcp_keepalive, 1);
    // To be told that nobody is there, in place of losing the message silently.
    socket.set(zmq::sockopt::router_mandatory, true);
    for (const std::string& endpoint : config.bind) {
      addresses.push_back(context.Bind(socket, endpoint));
    }
    bed.bind("inproc://router.wake");
    bell.connect("inproc://router.wake");
  }

  bool Wait(std::chrono::milliseconds at_most);
  std::optional<PeerMessage> Take();

  zmq::socket_t socket;
  zmq::socket_t bed;
  zmq::socket_t bell;  // of the thread that wakes
  std::vector<std::string> addresses;
};

// Whether there is something to take.
bool RouterSocket::Impl::Wait(std::chrono::milliseconds at_most) {
  std::vector<zmq::pollitem_t> items = {{socket.handle(), 0, ZMQ_POLLIN, 0},
                                        {bed.handle(), 0, ZMQ_POLLIN, 0}};
  try {
    zmq::poll(items, at_most);
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
    return false;
  }
  zmq::message_t ring;
  while (items[1].revents != 0 && bed.recv(ring, zmq::recv_flags::dontwait)) continue;
  return items[0].revents != 0;
}

std::optional<PeerMessage> RouterSocket::Impl::Take() {
  std::vector<std::string> frames;
  zmq::message_t frame;
  do {
    // All frames of a message arrive at once.
    if (!socket.recv(frame, zmq::recv_flags::dontwait)) return std::nullopt;
    frames.push_back(frame.to_string());
  } while (frame.more());
  if (frames.size() != 3) return std::nullopt;
  return PeerMessage{std::move(frames[0]), std::move(frames[1]), std::move(frames[2])};
}

RouterSocket::RouterSocket(Context& context, const RouterConfig& config)
    : impl_(std::make_unique<Impl>(context, config)) {}
RouterSocket::~RouterSocket() = default;

bool RouterSocket::Send(const PeerMessage& message) {
  const auto flags = zmq::send_flags::dontwait;
  try {
    return impl_->socket.send(zmq::buffer(message.peer), flags | zmq::send_flags::sndmore) &&
           impl_->socket.send(zmq::buffer(message.topic), flags | zmq::send_flags::sndmore) &&
           impl_->socket.send(zmq::buffer(message.payload), flags);
  } catch (const zmq::error_t& error) {
    if (error.num() != EHOSTUNREACH) throw;
    return false;
  }
}

std::optional<PeerMessage> RouterSocket::Receive(std::chrono::milliseconds at_most) {
  return impl_->Wait(at_most) ? impl_->Take() : std::nullopt;
}

void RouterSocket::Wake() { impl_->bell.send(zmq::message_t(), zmq::send_flags::dontwait); }

const std::vector<std::string>& RouterSocket::addresses() const { return impl_->addresses; }

}  // namespace spillway::bus
