#include "scaler/runtime/datagram.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "scaler/runtime/file_descriptor.h"

namespace spillway {

Result<Done> SendDatagram(const std::string& host, int port, std::string_view bytes) {
  const std::string service = std::to_string(port);
  Error error{ErrorKind::kTransient, "udp " + host + ":" + service, "", ""};
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), service.c_str(), &hints, &found);
  if (status != 0) {
    error.text = gai_strerror(status);
    return error;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> to(found, freeaddrinfo);
  const FileDescriptor udp(socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!udp.is_open() || setsockopt(udp.number(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on) != 0 ||
      sendto(udp.number(), bytes.data(), bytes.size(), 0, to->ai_addr, to->ai_addrlen) < 0) {
    error.text = std::generic_category().message(errno);
    return error;
  }
  return Done{};
}

}  // namespace spillway
