// Spillway's own HTTP: read, limits, hand to the router, answer. The door for Beast. Runs on the
// loop; connections are coroutines on it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "scaler/runtime/asio_loop.h"

namespace spillway {

struct HttpQuestion {
  std::string method;
  std::string path;  // without the query
};

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

class HttpServer {
 public:
  // Runs on the loop for each request; must not block.
  using Router = std::function<HttpAnswer(const HttpQuestion&)>;

  // Listens at once; throws std::runtime_error with address and cause. Port 0 takes a free one.
  // At most 64 connections at a time, 8 KiB of headers, 64 KiB of body, 10 s for a request.
  HttpServer(AsioLoop& loop, const std::string& address, std::uint16_t port, Router router);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the connections that outlive a Stop by a moment
};

}  // namespace spillway
