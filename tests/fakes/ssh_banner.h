// Something that answers like an SSH server: it says its first line and hangs up.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace spillway::fakes {

class SshBanner {
 public:
  // Listens at once; port 0 takes a free one. On "0.0.0.0" it answers for every 127.x.y.z.
  explicit SshBanner(std::string line = "SSH-2.0-Fake", const std::string& address = "127.0.0.1",
                     int port = 0);
  ~SshBanner();
  SshBanner(const SshBanner&) = delete;
  SshBanner& operator=(const SshBanner&) = delete;

  int port() const { return port_; }

 private:
  void Serve();

  const std::string line_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stops_ = false;
  std::thread thread_;
};

}  // namespace spillway::fakes
