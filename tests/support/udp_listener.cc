#include "tests/support/udp_listener.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace spillway::testing {

UdpListener::UdpListener() : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* generic = reinterpret_cast<sockaddr*>(&at);
  if (bind(fd_, generic, size) != 0 || getsockname(fd_, generic, &size) != 0) {
    const int code = errno;
    close(fd_);
    throw std::system_error(code, std::generic_category(), "listening on UDP");
  }
  port_ = ntohs(at.sin_port);
}

UdpListener::~UdpListener() { close(fd_); }

std::string UdpListener::Next() {
  constexpr int kPatienceMs = 10'000;
  pollfd entry{fd_, POLLIN, 0};
  if (poll(&entry, 1, kPatienceMs) != 1) return "";
  std::string packet(2048, '\0');
  const ssize_t size = recv(fd_, packet.data(), packet.size(), 0);
  packet.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return packet;
}

}  // namespace spillway::testing
