// An answer over HTTP that goes on, read as it comes. Blocking.
#pragma once

#include <functional>
#include <string_view>

#include "scaler/runtime/http_client.h"

namespace spillway {

struct HttpStreamReader {
  // The body of an answer with status 200, piece by piece.
  std::function<void(std::string_view piece)> on_piece;
  // Asked at least once a second, and at once after a signal; false ends the exchange.
  std::function<bool()> may_go_on;
};

// Returns when the other side ends the answer, when nothing came for `request.timeout`, or when the
// reader wants no more. The response has no body when its status is 200. Errors as
// HttpClient::Send; an answer that either side broke off is one. `request.max_response_bytes` does
// not hold. What the reader throws ends the exchange and is thrown on. It may send other requests.
Result<HttpResponse> ReadHttpStream(const HttpRequest& request, const HttpStreamReader& reader);

}  // namespace spillway
