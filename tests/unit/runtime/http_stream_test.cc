#include "scaler/runtime/http_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/fakes/http_server.h"

namespace spillway {
namespace {

using fakes::Delivery;
using fakes::Request;
using fakes::Response;
using namespace std::chrono_literals;

class HttpStreamTest : public ::testing::Test {
 protected:
  Result<HttpResponse> Read(const HttpStreamReader& reader, Duration silence = 30s) {
    HttpRequest request;
    request.url = server_.url() + "/events";
    request.timeout = silence;
    request.where = "events";
    return ReadHttpStream(request, reader);
  }
  HttpStreamReader Keep() {
    return {.on_piece = [this](std::string_view piece) { read_ += piece; },
            .may_go_on = [] { return true; }};
  }

  Response answer_{.body = std::string(200'000, 'x')};
  fakes::HttpServer server_{[this](const Request&) { return answer_; }};
  std::string read_;
};

TEST_F(HttpStreamTest, HandsTheBodyOverAsItComes) {
  const auto end = Read(Keep());
  ASSERT_TRUE(end) << Describe(end.error());
  EXPECT_EQ(end->status, 200);
  EXPECT_EQ(end->body, "");
  EXPECT_EQ(read_, answer_.body);
}

TEST_F(HttpStreamTest, KeepsTheBodyOfARefusal) {
  answer_.status = 403;
  answer_.body = "no";
  const auto end = Read(Keep());
  ASSERT_TRUE(end);
  EXPECT_EQ(end->status, 403);
  EXPECT_EQ(end->body, "no");
  EXPECT_EQ(read_, "");
}

TEST_F(HttpStreamTest, EndsWhenTheReaderWantsNoMore) {
  answer_.delivery = Delivery::kHang;
  int asked = 0;
  HttpStreamReader reader = Keep();
  reader.may_go_on = [&] { return ++asked < 3; };
  const auto end = Read(reader);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().text, "it was broken off");
  EXPECT_GE(asked, 3);
}

TEST_F(HttpStreamTest, EndsWhenNothingComes) {
  answer_.delivery = Delivery::kHang;
  const auto end = Read(Keep(), 10ms);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().text, "it was broken off");
}

TEST_F(HttpStreamTest, ThrowsOnWhatTheReaderThrows) {
  HttpStreamReader reader = Keep();
  reader.on_piece = [](std::string_view) { throw std::runtime_error("of the reader"); };
  EXPECT_THROW(static_cast<void>(Read(reader)), std::runtime_error);
  reader.on_piece = [](std::string_view) {};
  reader.may_go_on = []() -> bool { throw std::logic_error("of the reader"); };
  EXPECT_THROW(static_cast<void>(Read(reader)), std::logic_error);
}

}  // namespace
}  // namespace spillway
