// One table: path -> what answers it.
#pragma once

#include "scaler/control/control_loop.h"
#include "scaler/runtime/http_server.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

//   /metrics  everything, in Prometheus' text format
//   /healthz  200 while the loop turns
//   /readyz   200 when every cluster is being decided on and the store works, else 503 with why
// Only GET and HEAD. Both arguments outlive the router.
HttpServer::Router MakeRouter(const ControlLoop& control, const Metrics& metrics);

}  // namespace spillway
