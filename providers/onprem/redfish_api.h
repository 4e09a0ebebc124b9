// What a BMC says over Redfish, and what is said to it. Pure. Readers throw
// nlohmann::json::exception when a member that must be there is not, or is of another type.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "providers/onprem/power.h"
#include "providers/rest/error_rules.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// Paths are those of this BMC: of a whole address only the path is taken, so that nothing is ever
// sent to another server.
struct RedfishRoot {
  std::string systems;
  std::string sessions;  // where one logs in; empty: this BMC has no sessions
};
RedfishRoot ReadRedfishRoot(const nlohmann::json& body);

// Paths of the members of a collection.
std::vector<std::string> ReadRedfishMembers(const nlohmann::json& body);

struct RedfishSystem {
  PowerStatus power;
  std::string reset_path;           // where to ask for another state; empty: it cannot be asked
  std::vector<std::string> resets;  // the ways that it allows; empty: it does not say here
  std::string action_info;          // where it says them instead; empty: nowhere
};
RedfishSystem ReadRedfishSystem(const nlohmann::json& body);

// The ways of an ActionInfo document.
std::vector<std::string> ReadRedfishResets(const nlohmann::json& body);

// The first way to get there among those that are allowed, or among all when `allowed` is empty;
// nothing when there is none. Where an orderly way off is not to be had the power is cut.
std::optional<std::string_view> ResetToOn(std::span<const std::string> allowed);
std::optional<std::string_view> ResetToOff(SwitchOff way, std::span<const std::string> allowed);

// Errors: the table of registry messages, and how one is read.
std::span<const ErrorRule> RedfishErrors();
RefusalWords ReadRedfishRefusal(const nlohmann::json& body);

// Until when a BMC that is busy says not to ask again.
std::optional<Time> RedfishPause(const HttpResponse& response, Time now);

// "/redfish/v1/x" of itself or of "https://bmc/redfish/v1/x"; empty for what is neither.
std::string RedfishPath(std::string_view reference);

}  // namespace spillway
