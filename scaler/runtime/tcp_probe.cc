#include "scaler/runtime/tcp_probe.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>

namespace spillway {
namespace {

using Instant = std::chrono::steady_clock::time_point;

constexpr std::size_t kLongestLine = 255;

class Socket {
 public:
  explicit Socket(const addrinfo& to)
      : fd_(socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, to.ai_protocol)) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

std::string SystemText(int error) { return std::generic_category().message(error); }

// Waits until `fd` is ready for `events`. False: the deadline is past.
bool WaitFor(int fd, short events, Instant deadline) {
  while (true) {
    const auto left = std::chrono::ceil<Duration>(deadline - std::chrono::steady_clock::now());
    pollfd entry{fd, events, 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::max<Duration::rep>(0, left.count())));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

// Empty when connected, else why not.
std::string Connect(const Socket& socket, const addrinfo& to, Instant deadline) {
  if (connect(socket.fd(), to.ai_addr, to.ai_addrlen) == 0) return "";
  if (errno != EINPROGRESS) return SystemText(errno);
  if (!WaitFor(socket.fd(), POLLOUT, deadline)) return "no connection in time";
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? "" : SystemText(error);
}

struct Line {
  std::string text;
  std::string failure;  // empty: `text` is the line
};

Line ReadLine(const Socket& socket, Instant deadline) {
  Line line;
  while (line.text.size() < kLongestLine) {
    char byte = 0;
    const ssize_t n = recv(socket.fd(), &byte, 1, 0);
    if (n == 0) return {"", "the connection closed before a whole line came"};
    if (n < 0 && errno != EAGAIN && errno != EINTR) return {"", SystemText(errno)};
    if (n < 0) {
      if (!WaitFor(socket.fd(), POLLIN, deadline)) return {"", "connected, but no line in time"};
      continue;
    }
    if (byte == '\n') break;
    line.text += byte;
  }
  if (line.text.ends_with('\r')) line.text.pop_back();
  return line;
}

Line Probe(const addrinfo& to, Instant deadline) {
  const Socket socket(to);
  if (socket.fd() < 0) return {"", SystemText(errno)};
  std::string failure = Connect(socket, to, deadline);
  if (!failure.empty()) return {"", std::move(failure)};
  return ReadLine(socket, deadline);
}

}  // namespace

Result<std::string> ReadBanner(const std::string& host, int port, Duration timeout) {
  const Instant end = std::chrono::steady_clock::now() + timeout;
  Error error{ErrorKind::kTransient, "tcp " + host + ":" + std::to_string(port), "", ""};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (status != 0) {
    error.text = gai_strerror(status);
    return error;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  int left = 0;
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) ++left;
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next, --left) {
    // Each address gets its share of the time, so that a dead one does not use it up.
    const Instant now = std::chrono::steady_clock::now();
    Line line = Probe(*a, now + std::max(end - now, Instant::duration(0)) / left);
    if (line.failure.empty()) return std::move(line.text);
    error.text = std::move(line.failure);
  }
  return error;
}

}  // namespace spillway
