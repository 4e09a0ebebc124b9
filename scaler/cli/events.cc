#include <nlohmann/json.hpp>

#include "scaler/cli/api_client.h"
#include "scaler/cli/events_view.h"
#include "scaler/cli/interruption.h"
#include "scaler/cli/output.h"
#include "scaler/runtime/clock.h"

namespace spillway {

int FollowEvents(const EventsOptions& options) {
  ApiClient client(ApiOf(options.of.api));
  const SystemClock clock;
  const Interruption interruption;
  const auto print = [&](const ServerSentEvent& event) {
    Print(options.of.output == OutputFormat::kText
              ? Understood(client, [&] { return EventLine(event, clock.Now(), StyleOfStdout()); })
              : InFormat(options.of.output, EventJson(event)));
  };
  const FollowEnd end = client.Follow(ApiPath({"events"}, {{"cluster", options.of.cluster}}),
                                      options.after, print, [&] { return !interruption.came(); });
  if (end == FollowEnd::kNone) {
    throw CommandError(
        kNothingThere,
        client.address() + " has no events" +
            (options.of.cluster.empty() ? "" : " of a cluster " + options.of.cluster));
  }
  return kOk;
}

}  // namespace spillway
