// A socket that hears UDP packets, for tests of what sends them.
#pragma once

#include <string>

namespace spillway::testing {

// Listens at once on a free port of 127.0.0.1.
class UdpListener {
 public:
  UdpListener();
  ~UdpListener();
  UdpListener(const UdpListener&) = delete;
  UdpListener& operator=(const UdpListener&) = delete;

  int port() const { return port_; }
  // The next packet; waits for it, and gives "" when none comes in ten seconds.
  std::string Next();

 private:
  int fd_ = -1;
  int port_ = 0;
};

}  // namespace spillway::testing
