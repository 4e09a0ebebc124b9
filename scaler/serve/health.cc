#include "scaler/serve/resources.h"

namespace spillway {

HttpAnswer GetHealth(const ApiContext& /*context*/, const ApiRequest& /*request*/) {
  return {200, "text/plain", "ok\n"};
}

HttpAnswer GetReadiness(const ApiContext& context, const ApiRequest& /*request*/) {
  if (!context.control.is_healthy()) return {503, "text/plain", "the store cannot be written\n"};
  if (!context.control.is_ready()) {
    return {503, "text/plain", "waiting for the providers' first answer\n"};
  }
  return {200, "text/plain", "ready\n"};
}

HttpAnswer GetMetrics(const ApiContext& context, const ApiRequest& /*request*/) {
  return {200, "text/plain; version=0.0.4; charset=utf-8", context.metrics.Expose()};
}

}  // namespace spillway
