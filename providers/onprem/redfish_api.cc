#include "providers/onprem/redfish_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace spillway {
namespace {

using nlohmann::json;
using std::pair;
using Word = std::string_view;

constexpr std::array kStates = {
    pair{Word("On"), PowerState::kOn},
    pair{Word("Off"), PowerState::kOff},
    pair{Word("PoweringOn"), PowerState::kTurningOn},
    pair{Word("PoweringOff"), PowerState::kTurningOff},
};

// In the order of preference. A button does the opposite of what is: it serves where the state was
// looked at before and nothing else is allowed.
constexpr std::array kOn = {Word("On"), Word("ForceOn"), Word("PushPowerButton")};
constexpr std::array kOrderlyOff = {Word("GracefulShutdown"), Word("PushPowerButton"),
                                    Word("ForceOff")};
constexpr std::array kOffAtOnce = {Word("ForceOff")};

// Registry messages whose status alone does not say what to do. Some BMCs send 400 or 500 for all.
constexpr ErrorRule kErrors[] = {
    {.code = "InsufficientPrivilege", .kind = ErrorKind::kDenied},
    {.code = "NoValidSession", .kind = ErrorKind::kDenied},
    {.code = "AccessDenied", .kind = ErrorKind::kDenied},
    {.code = "ResourceAtUriUnauthorized", .kind = ErrorKind::kDenied},
    {.code = "PasswordChangeRequired", .kind = ErrorKind::kDenied},
    {.code = "SessionLimitExceeded", .kind = ErrorKind::kThrottled},
    {.code = "CreateLimitReachedForResource", .kind = ErrorKind::kThrottled},
    {.code = "ServiceTemporarilyUnavailable", .kind = ErrorKind::kTransient},
    {.code = "ServiceShuttingDown", .kind = ErrorKind::kTransient},
    {.code = "ServiceInUnknownState", .kind = ErrorKind::kTransient},
    {.code = "ResourceExhaustion", .kind = ErrorKind::kTransient},
    {.code = "ResourceInStandby", .kind = ErrorKind::kTransient},
    {.code = "ResourceInUse", .kind = ErrorKind::kConflict},
    {.code = "ResourceMissingAtURI", .kind = ErrorKind::kNotFound},
    {.code = "ActionNotSupported", .kind = ErrorKind::kInvalid},
    {.code = "ActionParameterNotSupported", .kind = ErrorKind::kInvalid},
    {.code = "ActionParameterValueNotInList", .kind = ErrorKind::kInvalid},
    {.status = 412, .kind = ErrorKind::kConflict},
    {.status = 428, .kind = ErrorKind::kInvalid},
    {.status = 501, .kind = ErrorKind::kInvalid},
};

std::string PathIn(const json& link) {
  return RedfishPath(link.at("@odata.id").get_ref<const std::string&>());
}

std::string PathAt(const json& body, const char* member) {
  const auto link = body.find(member);
  return link == body.end() || !link->is_object() ? "" : PathIn(*link);
}

PowerStatus ReadPowerState(const json& body) {
  // A BMC that is just starting has none, or null.
  const auto state = body.find("PowerState");
  if (state == body.end() || state->is_null()) return {PowerState::kUnknown, "not said"};
  const auto& word = state->get_ref<const std::string&>();
  const auto known =
      std::find_if(kStates.begin(), kStates.end(), [&](const auto& s) { return s.first == word; });
  return {known == kStates.end() ? PowerState::kUnknown : known->second, word};
}

// Empty unless it is as bad as can be: many a rack lives with a warning.
std::string FaultIn(const json& body) {
  const auto status = body.find("Status");
  if (status == body.end() || !status->is_object()) return "";
  const auto health = status->find("Health");
  return health != status->end() && *health == "Critical" ? "its health is Critical" : "";
}

std::vector<std::string> WordsAt(const json& body, const char* member) {
  const auto words = body.find(member);
  if (words == body.end()) return {};
  return words->get<std::vector<std::string>>();
}

template <std::size_t n>
std::optional<Word> FirstOf(const std::array<Word, n>& wanted,
                            std::span<const std::string> allowed) {
  if (allowed.empty()) return wanted.front();
  const auto found = std::find_if(wanted.begin(), wanted.end(), [&](Word word) {
    return std::find(allowed.begin(), allowed.end(), word) != allowed.end();
  });
  if (found == wanted.end()) return std::nullopt;
  return *found;
}

// "Base.1.8.1.NoValidSession" -> "NoValidSession".
std::string MessageName(const std::string& id) { return id.substr(id.rfind('.') + 1); }

}  // namespace

RedfishRoot ReadRedfishRoot(const json& body) {
  RedfishRoot root;
  root.systems = PathIn(body.at("Systems"));
  if (body.contains("Links")) root.sessions = PathAt(body.at("Links"), "Sessions");
  return root;
}

std::vector<std::string> ReadRedfishMembers(const json& body) {
  std::vector<std::string> paths;
  for (const json& member : body.at("Members")) paths.push_back(PathIn(member));
  return paths;
}

RedfishSystem ReadRedfishSystem(const json& body) {
  RedfishSystem system;
  static_cast<void>(body.at("@odata.id"));  // every resource has one; what has none is no system
  system.power = ReadPowerState(body);
  system.power.fault = FaultIn(body);
  const auto actions = body.find("Actions");
  if (actions == body.end()) return system;
  const auto reset = actions->find("#ComputerSystem.Reset");
  if (reset == actions->end()) return system;
  system.reset_path = RedfishPath(reset->at("target").get_ref<const std::string&>());
  system.resets = WordsAt(*reset, "ResetType@Redfish.AllowableValues");
  const auto info = reset->find("@Redfish.ActionInfo");
  if (info != reset->end()) system.action_info = RedfishPath(info->get_ref<const std::string&>());
  return system;
}

std::vector<std::string> ReadRedfishResets(const json& body) {
  for (const json& parameter : body.at("Parameters")) {
    if (parameter.at("Name") == "ResetType") return WordsAt(parameter, "AllowableValues");
  }
  return {};
}

std::optional<Word> ResetToOn(std::span<const std::string> allowed) {
  return FirstOf(kOn, allowed);
}

std::optional<Word> ResetToOff(SwitchOff way, std::span<const std::string> allowed) {
  return way == SwitchOff::kOrderly ? FirstOf(kOrderlyOff, allowed) : FirstOf(kOffAtOnce, allowed);
}

std::span<const ErrorRule> RedfishErrors() { return kErrors; }

RefusalWords ReadRedfishRefusal(const json& body) {
  const json& error = body.at("error");
  RefusalWords words{MessageName(error.value("code", "")), error.value("message", "")};
  // The outer message is often no more than "see the extended ones".
  const auto extended = error.find("@Message.ExtendedInfo");
  if (extended == error.end()) return words;
  const json& first = extended->is_array() ? extended->at(0) : *extended;
  if (first.contains("MessageId")) words.code = MessageName(first.at("MessageId"));
  if (first.contains("Message")) words.text = first.at("Message");
  return words;
}

std::optional<Time> RedfishPause(const HttpResponse& response, Time now) {
  const auto header = response.headers.find("retry-after");
  if (response.status < 400 || header == response.headers.end()) return std::nullopt;
  int seconds = 0;
  const std::string& text = header->second;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem != std::errc() || end != text.data() + text.size() || seconds < 0) {
    return std::nullopt;
  }
  constexpr int kLongest = 600;
  return now + std::chrono::seconds(std::min(seconds, kLongest));
}

std::string RedfishPath(std::string_view reference) {
  const std::size_t scheme = reference.find("://");
  if (scheme != reference.npos) {
    const std::size_t path = reference.find('/', scheme + 3);
    reference = path == reference.npos ? "" : reference.substr(path);
  }
  const bool is_path = reference.starts_with('/') && !reference.starts_with("//");
  return is_path ? std::string(reference) : "";
}

}  // namespace spillway
