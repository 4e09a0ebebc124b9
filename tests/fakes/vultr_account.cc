#include "tests/fakes/vultr_account.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "scaler/runtime/http_client.h"
#include "tests/fakes/ec2_answers.h"
#include "tests/fakes/vultr_answers.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr Duration kLongestHidden = std::chrono::minutes(10);

const char* OneOf(ClusterType type) {
  return type == ClusterType::kMetal ? "bare_metal" : "instance";
}
const char* ManyOf(ClusterType type) {
  return type == ClusterType::kMetal ? "bare_metals" : "instances";
}

// The two products say it in different ways.
Response Unknown(ClusterType type) {
  if (type == ClusterType::kMetal) return VultrRefusal(400, "Invalid server.");
  return VultrRefusal(404, "Instance not found.");
}

const std::set<std::string>& KnownMembers(ClusterType type) {
  static const std::set<std::string> kBoth = {
      "region",           "plan",      "os_id",       "snapshot_id", "label",
      "hostname",         "sshkey_id", "enable_ipv6", "tags",        "user_data",
      "activation_email", "script_id", "app_id",      "image_id",    "user_scheme"};
  static const std::set<std::string> kVirtual = [] {
    std::set<std::string> members = kBoth;
    members.insert({"backups", "firewall_group_id", "ddos_protection"});
    return members;
  }();
  static const std::set<std::string> kMetal = [] {
    std::set<std::string> members = kBoth;
    members.insert({"mdisk_mode", "persistent_pxe"});
    return members;
  }();
  return type == ClusterType::kMetal ? kMetal : kVirtual;
}

std::size_t OffsetOf(const std::map<std::string, std::string>& query) {
  const auto cursor = query.find("cursor");
  if (cursor == query.end() || cursor->second.empty()) return 0;
  const std::string text = DecodeBase64(cursor->second).value_or("next__0");
  return std::stoul(text.substr(text.rfind('_') + 1));
}

}  // namespace

Response VultrAccount::Create(ClusterType type, const std::string& text, Time now) {
  const json body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return VultrRefusal(400, "Invalid JSON.");
  if (const auto refusal = Check(type, body)) return *refusal;
  if (const auto refusal = CheckLimits(type, body["plan"])) return *refusal;

  VultrFakeMachine machine;
  machine.type = type;
  machine.region = body["region"];
  machine.plan = body["plan"];
  machine.label = body.value("label", "");
  machine.status = "pending";
  if (type == ClusterType::kVirtual) {
    machine.power_status = "running";
    machine.server_status = "none";
  }
  machine.tags = body.value("tags", std::vector<std::string>{});
  machine.user_data = DecodeBase64(body.value("user_data", "")).value_or("");
  machine.body = text;
  machine.created_at = now;
  machine.hidden_looks = hidden_looks;
  machine.pending_looks = options_.pending_looks;
  machine.installing_looks = options_.installing_looks;
  machine.booting_looks = options_.installing_looks;
  json answer = VultrMachineAnswer(*Find(Add(std::move(machine))));
  answer["default_password"] = "v5{Fkvb#2ycPGwHs";
  return VultrAnswer(202, {{OneOf(type), answer}});
}

std::optional<Response> VultrAccount::Check(ClusterType type, const json& body) const {
  for (const auto& [member, value] : body.items()) {
    if (!KnownMembers(type).contains(member)) {
      return VultrRefusal(400, "Unknown member " + member + ".");
    }
  }
  const auto is_text = [&body](const char* member) {
    return body.contains(member) && body[member].is_string();
  };
  if (!is_text("region") || !IsVultrFakeRegion(body["region"].get<std::string>())) {
    return VultrRefusal(400, "Invalid region.");
  }
  const VultrFakePlan* plan =
      is_text("plan") ? FindVultrFakePlan(body["plan"].get<std::string>()) : nullptr;
  if (plan == nullptr || plan->is_metal() != (type == ClusterType::kMetal)) {
    return VultrRefusal(400, "Invalid plan chosen.");
  }
  const bool has_os = body.contains("os_id") && body["os_id"].is_number_integer() &&
                      IsVultrFakeOs(body["os_id"].get<int>());
  if (has_os == is_text("snapshot_id")) return VultrRefusal(400, "Invalid OS.");
  for (const char* list : {"tags", "sshkey_id"}) {
    if (body.contains(list) && !body[list].is_array()) {
      return VultrRefusal(400, std::string("Invalid ") + list + ".");
    }
  }
  if (body.contains("user_data") && !DecodeBase64(body["user_data"].get<std::string>())) {
    return VultrRefusal(400, "Unable to decode user_data.");
  }
  return std::nullopt;
}

std::optional<Response> VultrAccount::CheckLimits(ClusterType type, const std::string& plan) const {
  if (!HasCapacity(plan)) {
    return VultrRefusal(400, "The plan is not available in the selected region.");
  }
  const auto limit = machine_limits.find(type);
  const auto of_type =
      std::count_if(machines_.begin(), machines_.end(),
                    [type](const VultrFakeMachine& m) { return m.IsLive() && m.type == type; });
  if (limit != machine_limits.end() && of_type >= limit->second) {
    return VultrRefusal(400,
                        "Server add failed: You have reached the maximum number of active virtual "
                        "machines for this account.");
  }
  return std::nullopt;
}

bool VultrAccount::HasCapacity(const std::string& plan) const {
  const auto limit = capacity.find(plan);
  if (limit == capacity.end()) return true;
  return std::count_if(machines_.begin(), machines_.end(), [&plan](const VultrFakeMachine& m) {
           return m.IsLive() && m.plan == plan;
         }) < limit->second;
}

Response VultrAccount::Get(ClusterType type, const std::string& id, Time now) {
  VultrFakeMachine* machine = Find(id);
  if (machine == nullptr || machine->type != type || IsHidden(*machine, now)) return Unknown(type);
  Settle(*machine, now);
  if (machine->status.empty()) return Unknown(type);
  return VultrAnswer(200, {{OneOf(type), VultrMachineAnswer(*machine)}});
}

Response VultrAccount::Delete(ClusterType type, const std::string& id, Time now) {
  VultrFakeMachine* machine = Find(id);
  const bool is_known =
      machine != nullptr && machine->type == type && machine->IsLive() && !IsHidden(*machine, now);
  if (!is_known) return Unknown(type);
  if (machine->server_status == "locked") {
    return VultrRefusal(
        500, "Unable to destroy server: Unable to remove VM: Server is currently locked");
  }
  machine->deleted_looks = options_.deleted_looks;
  if (machine->deleted_looks == 0) machine->status.clear();
  return {.status = 204, .content_type = "application/json"};
}

Response VultrAccount::List(ClusterType type, const std::map<std::string, std::string>& query,
                            Time now) {
  std::vector<json> found;
  for (VultrFakeMachine& machine : machines_) {
    if (machine.type != type || IsHidden(machine, now)) continue;
    Settle(machine, now);
    if (!machine.status.empty()) found.push_back(VultrMachineAnswer(machine));
  }
  const auto asked = query.find("per_page");
  const std::size_t first = std::min(OffsetOf(query), found.size());
  const std::size_t size = std::min<std::size_t>(
      static_cast<std::size_t>(page_size), asked == query.end() ? 100 : std::stoul(asked->second));
  const std::size_t last = std::min(first + size, found.size());
  std::string next = last < found.size() ? Base64("next__" + std::to_string(last)) : "";
  if (repeats_pages) next = Base64("next__0");
  const auto at = [&found](std::size_t i) {
    return found.begin() + static_cast<std::ptrdiff_t>(i);
  };
  return VultrAnswer(200, {{ManyOf(type), std::vector<json>(at(first), at(last))},
                           {"meta", VultrMeta(found.size(), next)}});
}

// As the real one, "all" leaves bare metal out or not: nobody says. Here it does.
Response VultrAccount::Stock(const std::string& region, const std::string& type) const {
  if (!IsVultrFakeRegion(region)) return VultrRefusal(404, "Invalid region.");
  json plans = json::array();
  for (const VultrFakePlan& plan : VultrFakePlans()) {
    const std::string name(plan.name);
    if (plan.is_metal() == (type == "vbm") && HasCapacity(name)) plans.push_back(name);
  }
  return VultrAnswer(200, {{"available_plans", plans}});
}

std::string VultrAccount::Add(VultrFakeMachine machine) {
  const std::size_t number = machines_.size() + 1;
  machine.id = fmt::format("cb676a46-66fd-4dfb-b839-{:012x}", number);
  machine.address = options_.own_addresses ? fmt::format("127.2.{}.{}", number / 256, number % 256)
                                           : options_.address;
  machines_.push_back(std::move(machine));
  return machines_.back().id;
}

VultrFakeMachine* VultrAccount::Find(const std::string& id) {
  const auto found = std::find_if(machines_.begin(), machines_.end(),
                                  [&id](const VultrFakeMachine& m) { return m.id == id; });
  return found == machines_.end() ? nullptr : &*found;
}

bool VultrAccount::IsHidden(VultrFakeMachine& machine, Time now) {
  if (machine.hidden_looks <= 0 || now >= machine.created_at + kLongestHidden) return false;
  --machine.hidden_looks;
  return true;
}

void VultrAccount::Settle(VultrFakeMachine& machine, Time now) {
  const bool is_metal = machine.type == ClusterType::kMetal;
  if (machine.deleted_looks >= 0) {
    if (machine.deleted_looks-- == 0) machine.status.clear();
  } else if (machine.status == "pending") {
    const Duration boot = is_metal ? options_.metal_boot_time : options_.boot_time;
    if (machine.pending_looks-- > 0 || now < machine.created_at + boot) return;
    machine.status = "active";
    if (is_metal) return;
    machine.power_status = machine.installing_looks > 0 ? "stopped" : "running";
    machine.server_status = machine.installing_looks > 0 ? "locked" : "ok";
  } else if (machine.server_status == "locked" && machine.installing_looks-- <= 1) {
    machine.power_status = "running";
    machine.server_status = "installingbooting";
  } else if (machine.server_status == "installingbooting" && machine.booting_looks-- <= 1) {
    machine.server_status = "ok";
  }
}

}  // namespace spillway::fakes
