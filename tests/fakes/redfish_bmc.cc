#include "tests/fakes/redfish_bmc.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/runtime/http_client.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr const char* kRoot = "/redfish/v1";
constexpr const char* kSystems = "/redfish/v1/Systems";
constexpr const char* kService = "/redfish/v1/SessionService";
constexpr const char* kSessions = "/redfish/v1/SessionService/Sessions";

std::string PathOf(const Request& request) {
  std::string path = request.target.substr(0, request.target.find('?'));
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string Header(const Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

Response Document(const json& body, int status = 200) {
  return {.status = status,
          .body = body.dump(),
          .content_type = "application/json",
          .headers = {{"OData-Version", "4.0"}}};
}

Response Nothing() {
  return {.status = 204, .body = "", .content_type = "application/json", .headers = {}};
}

json Link(const std::string& path) { return {{"@odata.id", path}}; }

json Collection(const std::string& path, const std::string& type, const std::string& name,
                const std::vector<std::string>& members) {
  json links = json::array();
  for (const std::string& member : members) links.push_back(Link(member));
  return {{"@odata.id", path},
          {"@odata.type", "#" + type + "." + type},
          {"Name", name},
          {"Members@odata.count", members.size()},
          {"Members", links}};
}

}  // namespace

Response RedfishRefusal(int status, const std::string& code, const std::string& message) {
  const json info = {{"@odata.type", "#Message.v1_1_1.Message"},
                     {"MessageId", "Base.1.8." + code},
                     {"Message", message},
                     {"MessageSeverity", "Critical"},
                     {"Resolution", "None."}};
  return Document({{"error",
                    {{"code", "Base.1.8.GeneralError"},
                     {"message", "A general error has occurred. See ExtendedInfo."},
                     {"@Message.ExtendedInfo", json::array({info})}}}},
                  status);
}

std::string RedfishBmc::KindOf(const Request& request) const {
  const std::string path = PathOf(request);
  const std::string system = kSystems + ("/" + options_.system);
  if (path == kRoot) return "root";
  if (path == kSessions && request.method == "POST") return "login";
  if (path == kSystems) return "systems";
  if (path == system) return "system";
  if (path == system + "/ResetActionInfo") return "action info";
  if (path == system + "/Actions/ComputerSystem.Reset") return "reset";
  return path;
}

Response RedfishBmc::Answer(const Request& request, Time now) {
  const std::string kind = KindOf(request);
  const std::string path = PathOf(request);
  if (path == "/redfish") return Document({{"v1", "/redfish/v1/"}});
  if (kind == "root") return Document(Root());
  if (kind == "login" && options_.has_sessions) return LogIn(request);
  if (!IsLetIn(request)) {
    Response refusal = RedfishRefusal(401, "NoValidSession", "There is no valid session.");
    refusal.headers["WWW-Authenticate"] = "Basic realm=\"BMC\"";
    return refusal;
  }
  if (kind == "systems") return Document(Systems());
  if (kind == "system") return Document(System(now));
  if (kind == "action info") return Document(ActionInfo());
  if (kind == "reset") {
    if (request.method == "POST") return Reset(request, now);
    return RedfishRefusal(405, "OperationNotAllowed", "Resets are posted.");
  }
  const std::string session = std::string(kSessions) + "/";
  if (options_.has_sessions && path.starts_with(session)) {
    if (request.method == "DELETE") return LogOut(path.substr(session.size()));
    return Document({{"@odata.id", path}, {"Id", path.substr(session.size())}});
  }
  if (options_.has_sessions && path == kService) {
    return Document({{"@odata.id", kService}, {"Sessions", Link(kSessions)}});
  }
  return RedfishRefusal(404, "ResourceMissingAtURI", "There is nothing at " + path + ".");
}

bool RedfishBmc::IsLetIn(const Request& request) const {
  const std::string pair = options_.user + ":" + options_.password;
  if (Header(request, "authorization") == "Basic " + Base64(pair)) return true;
  const std::string token = Header(request, "x-auth-token");
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [&](const auto& session) { return session.second == token; });
}

Response RedfishBmc::LogIn(const Request& request) {
  const json body = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return RedfishRefusal(400, "MalformedJSON", "The body is not JSON.");
  if (body.value("UserName", "") != options_.user ||
      body.value("Password", "") != options_.password) {
    return RedfishRefusal(401, "ResourceAtUriUnauthorized", "The login was refused.");
  }
  if (sessions() >= options_.most_sessions) {
    return RedfishRefusal(503, "SessionLimitExceeded", "There are too many sessions.");
  }
  const std::string id = std::to_string(++logins_);
  const std::string path = std::string(kSessions) + "/" + id;
  sessions_[id] = fmt::format("session-token-{}-{}", number_, id);
  Response response = Document({{"@odata.id", path}, {"Id", id}}, 201);
  response.headers["X-Auth-Token"] = sessions_[id];
  response.headers["Location"] = path;
  return response;
}

Response RedfishBmc::LogOut(const std::string& session) {
  if (sessions_.erase(session) == 1) return Nothing();
  return RedfishRefusal(404, "ResourceMissingAtURI", "There is no such session.");
}

Response RedfishBmc::Reset(const Request& request, Time now) {
  const json body = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains("ResetType")) {
    return RedfishRefusal(400, "ActionParameterMissing", "ResetType is missing.");
  }
  const std::string type = body.at("ResetType");
  if (std::find(options_.resets.begin(), options_.resets.end(), type) == options_.resets.end()) {
    return RedfishRefusal(400, "ActionParameterValueNotInList", type + " is not in the list.");
  }
  const std::string power = Power(now);
  const bool is_on = power == "On" || power == "PoweringOn";
  const bool wants_on = type == "On" || type == "ForceOn" || (type == "PushPowerButton" && !is_on);
  const bool wants_shutdown = type == "GracefulShutdown" || (type == "PushPowerButton" && is_on);
  const bool is_so =
      (wants_on && is_on) || ((wants_shutdown || type == "ForceOff") && power == "Off");
  if (is_so && options_.refuses_what_is) {
    return RedfishRefusal(409, "ResourceInUse", "The machine is in that state already.");
  }
  resets_.push_back(type);
  if (is_so) return Nothing();
  if (wants_on) Turn("PoweringOn", "On", options_.on_time, now);
  if (wants_shutdown && !ignores_shutdown_) {
    Turn("PoweringOff", "Off", options_.shutdown_time, now);
  }
  if (type == "ForceOff") Turn("PoweringOff", "Off", options_.off_time, now);
  return Nothing();
}

void RedfishBmc::Turn(const std::string& through, const std::string& to, Duration time, Time now) {
  power_ = through;
  next_power_ = {now + time, to};
}

std::string RedfishBmc::Power(Time now) {
  if (next_power_ && now >= next_power_->first) {
    power_ = next_power_->second;
    next_power_.reset();
  }
  return power_;
}

void RedfishBmc::SetPower(const std::string& state) {
  power_ = state;
  next_power_.reset();
}

json RedfishBmc::Root() const {
  json root = {{"@odata.id", "/redfish/v1/"}, {"@odata.type", "#ServiceRoot.v1_9_0.ServiceRoot"},
               {"Id", "RootService"},         {"Name", "Root Service"},
               {"RedfishVersion", "1.11.0"},  {"Systems", Link(kSystems)}};
  if (options_.has_sessions) {
    root["SessionService"] = Link(kService);
    root["Links"] = {{"Sessions", Link(kSessions)}};
  }
  return root;
}

json RedfishBmc::Systems() const {
  return Collection(kSystems, "ComputerSystemCollection", "Systems",
                    {kSystems + ("/" + options_.system)});
}

json RedfishBmc::System(Time now) {
  const std::string path = kSystems + ("/" + options_.system);
  json reset = {{"target", path + "/Actions/ComputerSystem.Reset"}};
  if (options_.tells_resets_elsewhere) {
    reset["@Redfish.ActionInfo"] = path + "/ResetActionInfo";
  } else {
    reset["ResetType@Redfish.AllowableValues"] = options_.resets;
  }
  return {{"@odata.id", path},
          {"@odata.type", "#ComputerSystem.v1_14_0.ComputerSystem"},
          {"Id", options_.system},
          {"Name", fmt::format("machine {}", number_)},
          {"SystemType", "Physical"},
          {"PowerState", Power(now)},
          {"Status", {{"State", "Enabled"}, {"Health", health_}}},
          {"ProcessorSummary", {{"Count", 2}}},
          {"MemorySummary", {{"TotalSystemMemoryGiB", 64}}},
          {"Actions", {{"#ComputerSystem.Reset", reset}}}};
}

json RedfishBmc::ActionInfo() const {
  const json parameter = {{"Name", "ResetType"},
                          {"Required", true},
                          {"DataType", "String"},
                          {"AllowableValues", options_.resets}};
  return {{"@odata.id", kSystems + ("/" + options_.system) + "/ResetActionInfo"},
          {"@odata.type", "#ActionInfo.v1_1_2.ActionInfo"},
          {"Id", "ResetActionInfo"},
          {"Name", "Reset Action Info"},
          {"Parameters", json::array({parameter})}};
}

}  // namespace spillway::fakes
