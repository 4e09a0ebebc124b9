#include "scaler/runtime/tcp_probe.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace spillway {
namespace {

using namespace std::chrono_literals;

// Takes one connection, says `greeting`, and keeps the connection open until it is destroyed.
class Greeter {
 public:
  explicit Greeter(std::string greeting, bool closes = false)
      : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    bind(listener_, reinterpret_cast<sockaddr*>(&at), size);
    listen(listener_, 1);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this, text = std::move(greeting), closes] {
      const int fd = accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      char byte = 0;
      if (!closes) static_cast<void>(recv(fd, &byte, 1, 0));  // until the other side closes
      close(fd);
    });
  }
  ~Greeter() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  int port() const { return port_; }

 private:
  const int listener_;
  int port_ = 0;
  std::thread thread_;
};

TEST(ReadBanner, GivesTheFirstLineWithoutItsEnd) {
  std::string long_line(300, 'x');
  long_line += '\n';
  const std::pair<std::string, std::string> table[] = {
      {"SSH-2.0-OpenSSH_9.2p1 Debian\r\nmore", "SSH-2.0-OpenSSH_9.2p1 Debian"},
      {"220 ready\n", "220 ready"},
      {"\n", ""},
      {long_line, std::string(255, 'x')},
  };
  for (const auto& [greeting, line] : table) {
    const Greeter greeter(greeting);
    const auto banner = ReadBanner("127.0.0.1", greeter.port(), 5s);
    ASSERT_TRUE(banner.ok()) << Describe(banner.error());
    EXPECT_EQ(*banner, line);
  }
}

TEST(ReadBanner, SaysWhyThereIsNoLine) {
  const Greeter silent("no end of line");
  const Greeter closing("no end of line", true);
  int closed = 0;
  {
    const Greeter gone("");
    closed = gone.port();
  }
  const std::pair<int, std::string> table[] = {
      {silent.port(), "connected, but no line in time"},
      {closing.port(), "the connection closed before a whole line came"},
      {closed, "Connection refused"},
  };
  for (const auto& [port, text] : table) {
    const auto banner = ReadBanner("127.0.0.1", port, 100ms);
    ASSERT_FALSE(banner.ok()) << *banner;
    EXPECT_EQ(banner.error(),
              (Error{ErrorKind::kTransient, "tcp 127.0.0.1:" + std::to_string(port), "", text}));
  }
}

TEST(ReadBanner, SaysWhenTheNameIsUnknown) {
  const auto banner = ReadBanner("no such name", 22, 1s);
  ASSERT_FALSE(banner.ok());
  EXPECT_EQ(banner.error().kind, ErrorKind::kTransient);
  EXPECT_EQ(banner.error().where, "tcp no such name:22");
}

}  // namespace
}  // namespace spillway
