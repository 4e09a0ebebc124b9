// What happened, as others are told: CloudEvents 1.0 in structured JSON
// (https://github.com/cloudevents/spec, v1.0.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scaler/model/plan.h"

namespace spillway {

// Kinds: "decision.grow", "decision.hold", "decision.shrink"; "host." and the state that the host
// is in now; "host.turned": it goes on in the other direction.
struct Event {
  std::string kind;
  std::string cluster;
  std::string subject;  // the id of the decision or host
  Time time;
  std::string data;  // JSON, as the HTTP API has it, without what is nobody else's business
};

// Without the offers and hosts that were passed over: there may be hundreds.
Event EventOf(const DecisionRecord& record);
// Without its creation token, its login and what was looked at on it. `before` is null for a new
// one.
Event EventOf(const HostRecord* before, const HostRecord& after);

// A kind, or the first part of some ("host").
bool IsEventKind(std::string_view text);
std::string EventKindsInWords();

// An event on its way out: what is stored of it is its text alone.
struct CloudEvent {
  std::string id;  // the same each time that it is sent
  std::string kind;
  std::string cluster;
  Time time;
  std::string text;
};

// `source`: of which deployment, a URI reference.
CloudEvent MakeCloudEvent(const Event& event, std::string id, const std::string& source);
// Nothing for what is none of ours.
std::optional<CloudEvent> CloudEventFrom(std::string text);

}  // namespace spillway
