#include "scaler/provision/outside_call.h"

namespace spillway {

void CountCall(Metrics& metrics, const std::string& channel, const std::string& call,
               const Error* error, Duration took) {
  metrics
      .GetCounter("spillway_provision_calls_total",
                  "Calls of providers and cluster managers, by outcome.",
                  {{"channel", channel},
                   {"call", call},
                   {"outcome", error == nullptr ? "ok" : std::string(Name(error->kind))}})
      .Add();
  metrics
      .GetHistogram("spillway_provision_call_seconds",
                    "From a call's question to its answer, waiting for a worker included.",
                    {{"channel", channel}, {"call", call}})
      .Observe(Seconds(took));
}

}  // namespace spillway
