// The seam of the adapters that are sent to over HTTP: a dialect is read, nothing else. Unpacking,
// tokens, rules, the way to the bus and all counting are the same for all and stand elsewhere.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bus/adapters/reading.h"
#include "scaler/runtime/http_server.h"

namespace spillway::adapters {

// Where a protocol is spoken, below the adapter's name: "/write" of http://…/telegraf/write.
struct HttpRoute {
  std::string_view method;
  std::string_view path;
};

// All views are valid during the call only.
struct AdapterRequest {
  std::string_view method;
  std::string_view path;   // one of the routes'
  std::string_view query;  // as it came
  std::string_view content_type;
  std::string_view body;  // unpacked
  Time now;
};

struct Decoded {
  std::vector<Reading> readings;
  std::vector<Lost> lost;
  // What the sender is told when the readings were handed on, in the protocol's form. What the
  // rules then leave out is no fault of the sender's.
  HttpAnswer answer;
};

// Has no state and no side effects. Any thread.
class HttpAdapter {
 public:
  virtual ~HttpAdapter() = default;

  // The first is that of samples, to which `spillway adapters test` sends. Lives as long as this.
  virtual std::span<const HttpRoute> routes() const = 0;
  // Any bytes may come. REQUIRES: the request is of one of the routes.
  virtual Decoded Decode(const AdapterRequest& request) const = 0;
  // The answer, in the protocol's form, to a request of which nothing was read: 401 no token, 404
  // no such path, 413 too large, 415 packed in an unknown way, 400 packed wrongly, 503 come again.
  // The request is of any path, and has no body.
  virtual HttpAnswer Refusal(int status, const AdapterRequest& request,
                             const std::string& text) const = 0;
};

}  // namespace spillway::adapters
