// One table: method and path -> who may ask, and what answers.
#pragma once

#include <span>

#include "scaler/serve/route.h"

namespace spillway {

// The whole API; openapi.yaml says what each row takes and gives. Besides /v1:
//   /metrics  everything, in Prometheus' text format
//   /healthz  200 while the loop turns
//   /         the page (page.h)
//   /readyz   200 when every cluster is being decided on and the store works, else 503 with why
std::span<const Route> Routes();

// HEAD is answered as GET. Errors of requests are problem details (RFC 9457).
HttpServer::Router MakeRouter(ApiContext context);

// To what the server could not read.
HttpAnswer AnswerRefusal(const HttpRefusal& refusal);

}  // namespace spillway
