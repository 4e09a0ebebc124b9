#include "tests/fakes/ssh_banner.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace spillway::fakes {

SshBanner::SshBanner(std::string line, const std::string& address, int port)
    : line_(std::move(line) + "\r\n") {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &where.sin_addr);
  socklen_t length = sizeof where;
  auto* generic = reinterpret_cast<sockaddr*>(&where);
  if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, generic, &length) != 0) {
    const int code = errno;
    ::close(listener_);
    throw std::system_error(code, std::generic_category(), "listening on " + address);
  }
  port_ = ntohs(where.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

SshBanner::~SshBanner() {
  stops_ = true;
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept
  thread_.join();
  ::close(listener_);
}

void SshBanner::Serve() {
  while (!stops_) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    [[maybe_unused]] const auto sent = ::send(client, line_.data(), line_.size(), MSG_NOSIGNAL);
    ::close(client);
  }
}

}  // namespace spillway::fakes
