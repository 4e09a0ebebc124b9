#include "scaler/runtime/supervisor.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "scaler/runtime/file_descriptor.h"

namespace spillway {

Supervisor Supervisor::FromEnvironment() {
  const char* address = std::getenv("NOTIFY_SOCKET");
  return Supervisor(address == nullptr ? "" : address);
}

// The manager compares this with its own reading of the same clock.
void Supervisor::Reloading() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  Tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(micros));
}

void Supervisor::Tell(std::string_view lines) const {
  sockaddr_un to{};
  if (address_.empty() || address_.size() >= sizeof to.sun_path) return;
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';  // a name that is no file
  const FileDescriptor unix_socket(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!unix_socket.is_open()) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  sendto(unix_socket.number(), lines.data(), lines.size(), MSG_NOSIGNAL,
         reinterpret_cast<const sockaddr*>(&to), length);
}

}  // namespace spillway
