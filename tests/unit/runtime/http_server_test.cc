#include "scaler/runtime/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>
#include <utility>
#include <vector>

namespace spillway {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Gives two pieces, each at a turn of its own.
class TwoPieces final : public HttpStream {
 public:
  explicit TwoPieces(EventLoop& loop) { Offer(loop, {"one", "two"}); }

  std::string Take() override { return std::exchange(piece_, ""); }
  bool has_ended() const override { return has_ended_; }

 private:
  void Offer(EventLoop& loop, std::vector<std::string> pieces) {
    loop.At(loop.Now() + std::chrono::milliseconds(1), [this, &loop, pieces] {
      if (pieces.empty()) {
        has_ended_ = true;
      } else {
        piece_ = pieces.front();
        Offer(loop, {pieces.begin() + 1, pieces.end()});
      }
      on_news();
    });
  }

  std::string piece_;
  bool has_ended_ = false;
};

// A server on a loop of its own, and what it says to raw bytes.
class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() : runs_([this] { loop_.Run(); }) {}
  ~HttpServerTest() override {
    loop_.Stop();
    runs_.join();
  }

  // Everything until the server closes.
  std::string Say(const std::string& bytes) const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(server_.port());
    EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
    std::string answer;
    char buffer[4096];
    for (ssize_t n = 0; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
    close(fd);
    return answer;
  }

  HttpAnswer Answer(const HttpQuestion& question) {
    if (question.path == "/broken") throw std::runtime_error("secret words");
    if (question.path == "/later") {
      return {.later = [this](auto deliver) {
        loop_.At(loop_.Now() + std::chrono::milliseconds(1), [deliver] {
          deliver({202, "text/plain", "in the end"});
        });
      }};
    }
    if (question.path == "/never") return {.later = [](const auto& /*deliver*/) {}};
    if (question.path == "/stream") return {.stream = std::make_shared<TwoPieces>(loop_)};
    return {200, "text/plain", question.method + " from " + question.peer};
  }

  const SystemClock clock_;
  AsioLoop loop_{clock_};
  HttpServer server_{loop_,
                     {},
                     [this](const HttpQuestion& question) { return Answer(question); },
                     [](const HttpQuestion&, const std::string&) {},
                     {.header_bytes = 1024, .body_bytes = 100, .request = std::chrono::seconds(1)}};
  std::thread runs_;
};

TEST_F(HttpServerTest, HeadIsToldTheLengthAndGetsNoBody) {
  const std::string answer = Say("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 19\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, AConnectionGoesOnAfterHead) {
  const std::string answer = Say(
      "HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, EndsWith("\r\n\r\nGET from 127.0.0.1"));
}

TEST_F(HttpServerTest, ALargeBodyOrHeaderIsRefused) {
  EXPECT_THAT(Say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Say("GET / HTTP/1.1\r\nX: " + std::string(1100, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Say("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, AnAnswerMayBeGivenLater) {
  EXPECT_THAT(Say("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 202 "), EndsWith("\r\n\r\nin the end")));
}

TEST_F(HttpServerTest, WhoeverIsPromisedAnAnswerAndGetsNoneIsTold) {
  const std::string answer = Say("GET /never HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, AStreamGoesOnInChunksUntilItEnds) {
  const std::string answer = Say("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"));
  EXPECT_THAT(Say("GET /stream HTTP/1.0\r\n\r\n"), EndsWith("\r\n\r\nonetwo"));
}

TEST_F(HttpServerTest, HeadOfAStreamEndsAtOnce) {
  const std::string answer = Say("HEAD /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\n")));
}

TEST_F(HttpServerTest, WhatAHandlerThrowsIsNotTold) {
  const std::string answer = Say("GET /broken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, ::testing::Not(HasSubstr("secret")));
}

TEST(IsOwnAddress, IsALoopbackByItsNumberAndNoNameThatLooksLikeOne) {
  for (const char* own : {"127.0.0.1", "127.8.9.10", "::1"}) EXPECT_TRUE(IsOwnAddress(own)) << own;
  for (const char* other : {"", "0.0.0.0", "::", "192.0.2.1", "128.0.0.1", "localhost",
                            "127.example.org", "127.0.0.1.example.org", "::1.example.org"}) {
    EXPECT_FALSE(IsOwnAddress(other)) << other;
  }
}

}  // namespace
}  // namespace spillway
