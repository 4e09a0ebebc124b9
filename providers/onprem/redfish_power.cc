#include "providers/onprem/redfish_power.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "providers/onprem/redfish_session.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string WhereOf(const PowerConfig& config) {
  return "redfish " + config.url.substr(config.url.find("://") + 3);
}

std::unique_ptr<Authorisation> AuthorisationFor(const PowerConfig& config, const Secret& password,
                                                Duration time_limit, HttpClient& http) {
  if (!config.uses_session) {
    const Secret pair(config.user + ":" + password.Reveal());
    return std::make_unique<FixedKey>("Authorization", Secret("Basic " + Base64(pair.Reveal())));
  }
  return std::make_unique<RedfishSession>(
      RedfishLogin{WhereOf(config), config.url, config.user, password, config.tls, time_limit},
      http);
}

RestApi ApiOf(const PowerConfig& config, Duration time_limit) {
  RestApi api;
  api.service = WhereOf(config);
  api.base_url = config.url;
  api.time_limit = time_limit;
  api.tls = config.tls;
  api.rules = RedfishErrors();
  api.read_words = ReadRedfishRefusal;
  api.reads = {.per_second = 5, .burst = 50};
  api.changes = {.per_second = 1, .burst = 10};
  api.paused_until = RedfishPause;
  return api;
}

std::string LastPart(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  if (end == std::string::npos) return "";
  const std::size_t begin = path.rfind('/', end) + 1;
  return path.substr(begin, end + 1 - begin);
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "nothing" : text;
}

bool IsRefusal(const Error& error) {
  return error.kind == ErrorKind::kInvalid || error.kind == ErrorKind::kConflict;
}

bool IsOn(const PowerStatus& power) {
  return power.state == PowerState::kOn || power.state == PowerState::kTurningOn;
}

bool IsOff(const PowerStatus& power) {
  return power.state == PowerState::kOff || power.state == PowerState::kTurningOff;
}

}  // namespace

RedfishPower::RedfishPower(const PowerConfig& config, const Secret& password, Duration time_limit,
                           HttpClient& http, const Clock& clock)
    : where_(WhereOf(config)),
      chosen_system_(config.system),
      password_(password),
      authorisation_(AuthorisationFor(config, password_, time_limit, http)),
      client_(ApiOf(config, time_limit), *authorisation_, http, clock) {}

Result<PowerStatus> RedfishPower::Look() {
  const Result<RedfishSystem> system = System();
  if (!system) return system.error();
  return system->power;
}

Result<Done> RedfishPower::On() {
  const Result<RedfishSystem> system = System();
  if (!system) return system.error();
  if (IsOn(system->power)) return Done{};
  const Result<std::vector<std::string>> allowed = AllowedResets(*system);
  if (!allowed) return allowed.error();
  const auto type = ResetToOn(*allowed);
  if (!type) {
    return Error{ErrorKind::kInvalid, where_, "",
                 "no way to switch it on; it allows " + Listed(*allowed)};
  }
  const Result<Done> done = Reset(*system, *type);
  if (done || !IsRefusal(done.error())) return done;
  // Some refuse to switch on what has come on meanwhile.
  const Result<PowerStatus> power = Look();
  return power && IsOn(*power) ? Done{} : done;
}

Result<Done> RedfishPower::Off(SwitchOff way) {
  const Result<RedfishSystem> system = System();
  if (!system) return system.error();
  if (system->power.state == PowerState::kOff) return Done{};
  const Result<std::vector<std::string>> allowed = AllowedResets(*system);
  if (!allowed) return allowed.error();
  const auto type = ResetToOff(way, *allowed);
  if (!type) {
    return Error{ErrorKind::kInvalid, where_, "",
                 "no way to switch it off; it allows " + Listed(*allowed)};
  }
  const Result<Done> done = Reset(*system, *type);
  if (done || !IsRefusal(done.error())) return done;
  const Result<PowerStatus> power = Look();
  return power && IsOff(*power) ? Done{} : done;
}

template <class Read>
auto RedfishPower::Get(const std::string& what, const std::string& path, Read read) {
  RestCall call;
  call.name = what;
  call.path = path;
  call.headers = {{"OData-Version", "4.0"}};
  auto answer = client_.Ask(call, read);
  using Answer = decltype(answer);
  if (answer) return answer;
  Error error = answer.error();
  error.text = Redact(error.text, password_);
  return Answer(std::move(error));
}

Result<RedfishSystem> RedfishPower::System() {
  const Result<std::string> path = SystemPath();
  if (!path) return path.error();
  Result<RedfishSystem> system = Get("read " + *path, *path, ReadRedfishSystem);
  if (!system) {
    const std::lock_guard lock(mutex_);
    system_path_.clear();  // a new firmware may have another
  }
  return system;
}

Result<std::string> RedfishPower::SystemPath() {
  {
    const std::lock_guard lock(mutex_);
    if (!system_path_.empty()) return system_path_;
  }
  Result<std::string> path = FindSystem();
  if (!path) return path;
  const std::lock_guard lock(mutex_);
  system_path_ = *path;
  return path;
}

Result<std::string> RedfishPower::FindSystem() {
  const Result<RedfishRoot> root = Get("read the root", "/redfish/v1/", ReadRedfishRoot);
  if (!root) return root.error();
  const Result<std::vector<std::string>> systems =
      Get("list systems", root->systems, ReadRedfishMembers);
  if (!systems) return systems.error();
  const auto chosen = std::find_if(systems->begin(), systems->end(), [&](const std::string& path) {
    return chosen_system_.empty() || LastPart(path) == chosen_system_;
  });
  if (chosen == systems->end() || (chosen_system_.empty() && systems->size() > 1)) {
    const std::string wanted = chosen_system_.empty() ? "one system" : "\"" + chosen_system_ + "\"";
    return Error{ErrorKind::kInvalid, where_ + " list systems", "",
                 "expected " + wanted + " (key system), it has " + Listed(*systems)};
  }
  return *chosen;
}

Result<std::vector<std::string>> RedfishPower::AllowedResets(const RedfishSystem& system) {
  if (!system.resets.empty() || system.action_info.empty()) return system.resets;
  return Get("read " + system.action_info, system.action_info, ReadRedfishResets);
}

Result<Done> RedfishPower::Reset(const RedfishSystem& system, std::string_view type) {
  RestCall call;
  call.name = "reset " + std::string(type);
  call.method = "POST";
  call.path = system.reset_path;
  call.body = {{"ResetType", type}};
  call.effect = Effect::kRepeatable;
  call.headers = {{"OData-Version", "4.0"}};
  if (call.path.empty()) {
    return Error{ErrorKind::kInvalid, where_ + " " + call.name, "", "the system cannot be reset"};
  }
  const Result<json> answer = client_.Call(call);
  if (answer) return Done{};
  Error error = answer.error();
  error.text = Redact(error.text, password_);
  return error;
}

}  // namespace spillway
