#include "scaler/serve/router.h"

#include <string_view>

namespace spillway {
namespace {

HttpAnswer Ready(const ControlLoop& control) {
  if (!control.is_healthy()) return {503, "text/plain", "the store cannot be written\n"};
  if (!control.is_ready()) return {503, "text/plain", "waiting for the providers' first answer\n"};
  return {200, "text/plain", "ready\n"};
}

}  // namespace

HttpServer::Router MakeRouter(const ControlLoop& control, const Metrics& metrics) {
  return [&control, &metrics](const HttpQuestion& question) -> HttpAnswer {
    if (question.method != "GET" && question.method != "HEAD") {
      return {405, "text/plain", "only GET is allowed here\n"};
    }
    if (question.path == "/healthz") return {200, "text/plain", "ok\n"};
    if (question.path == "/readyz") return Ready(control);
    if (question.path == "/metrics") {
      return {200, "text/plain; version=0.0.4; charset=utf-8", metrics.Expose()};
    }
    return {404, "text/plain", "there are /metrics, /healthz and /readyz\n"};
  };
}

}  // namespace spillway
