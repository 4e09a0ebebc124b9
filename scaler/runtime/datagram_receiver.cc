#include "scaler/runtime/datagram_receiver.h"

#include <sys/socket.h>

#include <boost/asio/ip/udp.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

namespace spillway {
namespace {

using boost::asio::ip::udp;

// So that a burst of datagrams does not keep the loop from others.
constexpr int kAtATime = 64;
// Asked for: what comes while the loop does something else waits there.
constexpr int kRoomBytes = 4 << 20;

// What the system says beside a datagram: how many were dropped since the socket is there.
std::uint32_t OverflowOf(msghdr& message, std::uint32_t otherwise) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL) continue;
    std::memcpy(&otherwise, CMSG_DATA(c), sizeof otherwise);
  }
  return otherwise;
}

}  // namespace

struct DatagramReceiver::Impl {
  Impl(AsioLoop& loop, const udp::endpoint& endpoint, std::size_t max_bytes, DatagramWatcher w)
      : watcher(std::move(w)), socket(loop.context(), endpoint), bytes(max_bytes) {
    socket.non_blocking(true);
    boost::system::error_code ignored;  // less room is less room
    socket.set_option(boost::asio::socket_base::receive_buffer_size(kRoomBytes), ignored);
    const int on = 1;
    setsockopt(socket.native_handle(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    Wait();
  }

  void Wait() {
    socket.async_wait(udp::socket::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      for (int i = 0; i < kAtATime && Receive(); ++i) continue;
      Wait();
    });
  }

  // False when nothing waits any more. By recvmsg, since Asio tells neither of what is cut off nor
  // of what was dropped.
  bool Receive() {
    iovec place{bytes.data(), bytes.size()};
    alignas(cmsghdr) char aside[CMSG_SPACE(sizeof(std::uint32_t))];
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = aside;
    message.msg_controllen = sizeof aside;
    const ssize_t size = recvmsg(socket.native_handle(), &message, 0);
    // An error that is not of waiting is that of an earlier datagram of ours; there are none.
    if (size < 0) return false;
    const std::uint32_t all = OverflowOf(message, overflow);
    const std::uint32_t more = all - std::exchange(overflow, all);
    if (more > 0) watcher.on_overflow(more);
    watcher.on_datagram({bytes.data(), static_cast<std::size_t>(size)},
                        (message.msg_flags & MSG_TRUNC) != 0);
    return true;
  }

  const DatagramWatcher watcher;
  udp::socket socket;
  std::vector<char> bytes;
  std::uint32_t overflow = 0;
};

DatagramReceiver::DatagramReceiver(AsioLoop& loop, const std::string& address, std::uint16_t port,
                                   std::size_t max_bytes, DatagramWatcher watcher) {
  try {
    const udp::endpoint endpoint(boost::asio::ip::make_address(address), port);
    impl_ = std::make_unique<Impl>(loop, endpoint, max_bytes, std::move(watcher));
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("udp: cannot listen on " + address + ":" + std::to_string(port) +
                             ": " + error.code().message());
  }
}

DatagramReceiver::~DatagramReceiver() = default;

std::uint16_t DatagramReceiver::port() const { return impl_->socket.local_endpoint().port(); }

}  // namespace spillway
