// HTTP into Spillway: read, limits, hand to the router, answer. The door for Beast. Runs on the
// loop it is given; connections are coroutines on it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaler/model/time.h"
#include "scaler/runtime/asio_loop.h"

namespace spillway {

// Names in lower case, in the order in which they came.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpQuestion {
  std::string method;
  std::string path;   // as it came, without the query
  std::string query;  // as it came, without the question mark
  HttpHeaders headers;
  std::string body;
  std::string peer;  // the address of who asks, without the port

  // The first header of this name (lower case); empty when there is none.
  std::string_view Header(std::string_view name) const;
};

// What stands behind `scheme` ("bearer", in small letters) in the header Authorization, the scheme
// in any letters (RFC 9110, 11.1); empty when it is another.
std::string_view CredentialsIn(std::string_view authorization, std::string_view scheme);

// Whether nobody outside this machine reaches what listens there.
bool IsOwnAddress(std::string_view address);

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  HttpHeaders headers{};
};

struct HttpLimits {
  int connections = 64;  // further ones are closed at once
  std::uint32_t header_bytes = 8 * 1024;
  std::uint64_t body_bytes = 64 * 1024;
  // For a request to come in and its answer to leave; a connection that says nothing, too.
  Duration request = std::chrono::seconds(10);
};

class HttpServer {
 public:
  // Runs on the loop for each request; must not block. What it throws is answered with 500, without
  // the words, which go to `on_error`.
  using Router = std::function<HttpAnswer(const HttpQuestion&)>;
  using OnError = std::function<void(const HttpQuestion&, const std::string& what)>;
  // Hears of requests that never came to the router, being too large or no HTTP: what they were
  // for, as far as it was read, and the status that they were answered with.
  using OnRefused = std::function<void(const std::string& target, int status)>;

  // Listens at once; throws std::runtime_error with address and cause. Port 0 takes a free one.
  HttpServer(AsioLoop& loop, const std::string& address, std::uint16_t port, Router router,
             OnError on_error, HttpLimits limits = {}, OnRefused on_refused = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the connections that outlive a Stop by a moment
};

}  // namespace spillway
