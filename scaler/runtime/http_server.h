// HTTP into Spillway: read, limits, hand to the router, answer. The door for Beast. Runs on the
// loop it is given; connections are coroutines on it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

// A body that goes on for as long as both sides like: events. Loop thread only.
class HttpStream {
 public:
  virtual ~HttpStream() = default;
  // What is to be sent next; empty: nothing yet.
  virtual std::string Take() = 0;
  // Nothing comes any more: the connection closes after what was taken.
  virtual bool has_ended() const = 0;
  // The stream calls it when one of the two above may say something else; the server sets it.
  std::function<void()> on_news = [] {};
};

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
  HttpHeaders headers{};
  // Set: the answer is the one that this hands to `deliver`, once, on the loop, now or later, but
  // within HttpLimits::request; the other members are passed over.
  std::function<void(std::function<void(HttpAnswer)> deliver)> later{};
  // Set: the body is what this gives, and the connection ends with it.
  std::shared_ptr<HttpStream> stream{};
};

// PEM files: the server's certificate, followed by those between it and the authority, and its key.
struct TlsFiles {
  std::string certificate;
  std::string key;

  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

// Where a server listens.
struct HttpPlace {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;         // 0: a free one
  std::optional<TlsFiles> tls{};  // nothing: plain text; else nothing but TLS, 1.2 and later
};

// A request that could not be read.
struct HttpRefusal {
  std::string target;  // as far as it was read
  int status = 400;
  std::string what;
};
HttpAnswer RefusedInText(const HttpRefusal& refusal);

struct HttpLimits {
  int connections = 64;  // further ones are closed at once
  std::uint32_t header_bytes = 8 * 1024;
  std::uint64_t body_bytes = 64 * 1024;
  // For a request to come in, for its answer to be found and for that to leave; for a piece of a
  // stream to leave; a connection that says nothing, too.
  Duration request = std::chrono::seconds(10);
};

class HttpServer {
 public:
  // Runs on the loop for each request; must not block. What it throws is answered with 500, without
  // the words, which go to `on_error`.
  using Router = std::function<HttpAnswer(const HttpQuestion&)>;
  using OnError = std::function<void(const HttpQuestion&, const std::string& what)>;
  // Answers what never comes to the router, being too large or no HTTP.
  using Refuse = std::function<HttpAnswer(const HttpRefusal&)>;

  // Listens at once; throws std::runtime_error with address, or file, and cause.
  HttpServer(AsioLoop& loop, HttpPlace place, Router router, OnError on_error,
             HttpLimits limits = {}, Refuse refuse = RefusedInText);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

  // Reads certificate and key anew, for the connections that come from now on. Throws
  // std::runtime_error, and then the old ones hold. Does nothing without TLS.
  void RenewCertificate();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the connections that outlive a Stop by a moment
};

}  // namespace spillway
