// A small HTTP/1.1 server for fakes: real sockets on 127.0.0.1, port zero, a thread per
// connection, and the ways in which real servers let their clients down.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace spillway::fakes {

struct Request {
  std::string method;
  std::string target;                          // "/RPC2?x=y"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

enum class Delivery {
  kNormal,
  // The connection closes without an answer. The two differ in what the handler did: nothing, or
  // all of it, and nobody was told.
  kCutBefore,
  kCutAfter,
  kCutWithin,  // as kCutAfter, but half of the answer comes first
  kHang,       // as kCutAfter, but the connection stays open until the server stops
};

struct Response {
  int status = 200;
  std::string body = {};
  std::string content_type = "text/xml";
  std::map<std::string, std::string> headers = {};
  Delivery delivery = Delivery::kNormal;
};

class HttpServer {
 public:
  // May be called from several threads at once. Throwing gives a 500 with the text.
  using Handler = std::function<Response(const Request&)>;

  // Listens at once on `address`; port 0 takes a free one.
  explicit HttpServer(Handler handler, const std::string& address = "127.0.0.1", int port = 0);
  // Closes all connections and joins all threads.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  std::string url() const;  // "http://127.0.0.1:PORT"

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// "a=b&c=d%20e" -> {{"a","b"},{"c","d e"}}
std::map<std::string, std::string> ParseForm(const std::string& body);

}  // namespace spillway::fakes
