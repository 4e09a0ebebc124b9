#include "providers/vultr/vultr_api.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "scaler/model/rfc3339.h"
#include "scaler/runtime/http_client.h"

namespace spillway {
namespace {

using nlohmann::json;

// The words of the two products.
struct Words {
  ClusterType type;
  std::string_view folder;     // of the path of a machine
  std::string_view one;        // member of an answer with one machine
  std::string_view many;       // member of a list
  std::string_view plans;      // path of its plans
  std::string_view plan_list;  // member of a list of them
  std::string_view stock;      // what to ask a region's stock for
  std::string_view threads;    // member of a plan
  std::string_view name;       // in errors
};
constexpr std::array kWords = {
    Words{ClusterType::kVirtual, "instances", "instance", "instances", "/plans", "plans", "all",
          "vcpu_count", "instance"},
    Words{ClusterType::kMetal, "bare-metals", "bare_metal", "bare_metals", "/plans-metal",
          "plans_metal", "vbm", "cpu_threads", "bare metal"},
};

const Words& WordsOf(ClusterType type) { return kWords[type == ClusterType::kMetal ? 1 : 0]; }

std::string CallName(std::string_view verb, ClusterType type) {
  return std::string(verb) + " " + std::string(WordsOf(type).name);
}

std::string Paged(std::string path, const std::string& cursor) {
  path += "?per_page=500";
  if (!cursor.empty()) path += "&cursor=" + PercentEncode(cursor);
  return path;
}

std::string NextCursor(const json& answer) {
  return answer.at("meta").at("links").at("next").get<std::string>();
}

// Each entry by itself, so that a strange one does not hide the others.
template <class T, class Read>
Page<std::optional<T>> ReadEntries(const json& answer, std::string_view member, Read read) {
  Page<std::optional<T>> page;
  page.next = NextCursor(answer);
  for (const json& entry : answer.at(member)) {
    try {
      page.items.push_back(read(entry));
    } catch (const json::exception&) {
      page.items.push_back(std::nullopt);
    }
  }
  return page;
}

std::string Text(const json& object, const char* member) {
  return object.at(member).get<std::string>();
}

// Where nothing hangs on it.
std::string TextIfAny(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Go services write an empty list as null.
std::vector<std::string> Texts(const json& object, const char* member) {
  const json& list = object.at(member);
  if (list.is_null()) return {};
  return list.get<std::vector<std::string>>();
}

VultrMachine ReadMachine(const json& item, ClusterType type) {
  VultrMachine machine;
  const std::string uuid = Text(item, "id");
  machine.id = std::string(WordsOf(type).folder) + "/" + uuid;
  machine.region = Text(item, "region");
  machine.plan = Text(item, "plan");
  machine.status = Text(item, "status");
  if (type == ClusterType::kVirtual) {
    machine.power_status = TextIfAny(item, "power_status");
    machine.server_status = TextIfAny(item, "server_status");
  }
  machine.tags = Texts(item, "tags");
  machine.address = TextIfAny(item, "main_ip");
  if (machine.address == "0.0.0.0") machine.address.clear();
  machine.created_at = ParseRfc3339(TextIfAny(item, "date_created")).value_or(kDistantPast);
  // What could not be asked for by its id is no machine that can be read.
  if (!VultrTypeOf(machine.id)) throw json::other_error::create(600, "id \"" + uuid + "\"", &item);
  return machine;
}

VultrCost ReadCost(const json& item) {
  return {.hourly = item.value("hourly_cost", 0.0), .monthly = item.value("monthly_cost", 0.0)};
}

bool HasGpu(const json& plan, std::string_view id) {
  const std::string brand = TextIfAny(plan, "gpu_brand");
  return id.starts_with("vcg-") || id.find("-gpu") != id.npos ||
         !TextIfAny(plan, "gpu_type").empty() || (!brand.empty() && brand != "none");
}

// Some plans are for contracts only, some have no disk but those that are bought with them, and the
// smallest has no IPv4 address.
bool IsOrdinary(const json& plan, std::string_view id) {
  const std::string storage = TextIfAny(plan, "storage_type");
  const bool has_disk = storage.empty() || storage == "local_storage";
  return plan.value("deploy_ondemand", true) && has_disk && !id.ends_with("-v6");
}

VultrPlan ReadPlan(const json& item, ClusterType type) {
  VultrPlan plan;
  plan.id = Text(item, "id");
  plan.type = type;
  plan.vcpu = item.at(WordsOf(type).threads).get<std::int64_t>();
  plan.memory_mib = item.at("ram").get<std::int64_t>();
  plan.cost = ReadCost(item);
  if (const auto costs = item.find("location_cost"); costs != item.end()) {
    // An empty map may be written as an empty list.
    for (const auto& [region, cost] : costs->items()) plan.cost_at[region] = ReadCost(cost);
  }
  plan.locations = Texts(item, "locations");
  plan.has_gpu = HasGpu(item, plan.id);
  plan.is_ordinary = IsOrdinary(item, plan.id);
  return plan;
}

struct StateRow {
  std::string_view status;
  std::string_view power;   // empty: any
  std::string_view server;  // empty: any
  MachineState state;
};
constexpr std::array kVirtualStates = {
    StateRow{"pending", "", "", MachineState::kStarting},
    StateRow{"active", "running", "ok", MachineState::kRunning},
    StateRow{"active", "stopped", "ok", MachineState::kStopped},
    // A new machine is seen active and stopped for a while before it is first switched on.
    StateRow{"active", "", "none", MachineState::kStarting},
    StateRow{"active", "", "locked", MachineState::kStarting},
    StateRow{"active", "", "installingbooting", MachineState::kStarting},
    StateRow{"resizing", "", "", MachineState::kStarting},
    StateRow{"suspended", "", "", MachineState::kStopped},
};
// Whether metal is switched on is not said.
constexpr std::array kMetalStates = {
    StateRow{"pending", "", "", MachineState::kStarting},
    StateRow{"active", "", "", MachineState::kRunning},
    StateRow{"suspended", "", "", MachineState::kStopped},
};

}  // namespace

std::optional<ClusterType> VultrTypeOf(std::string_view machine_id) {
  for (const Words& words : kWords) {
    if (!machine_id.starts_with(words.folder)) continue;
    const std::string_view rest = machine_id.substr(words.folder.size());
    const bool is_uuid = rest.size() > 1 && rest[0] == '/' &&
                         std::all_of(rest.begin() + 1, rest.end(),
                                     [](unsigned char c) { return std::isalnum(c) || c == '-'; });
    if (is_uuid) return words.type;
  }
  return std::nullopt;
}

RestCall CreateVultrMachine(const VultrLaunch& launch) {
  json body = {{"region", launch.region}, {"plan", launch.plan}, {"label", launch.name},
               {"hostname", launch.name}, {"tags", launch.tags}, {"activation_email", false}};
  if (launch.snapshot.empty()) {
    body["os_id"] = launch.os_id;
  } else {
    body["snapshot_id"] = launch.snapshot;
  }
  if (!launch.user_data.empty()) body["user_data"] = Base64(launch.user_data);
  if (!launch.ssh_keys.empty()) body["sshkey_id"] = launch.ssh_keys;
  if (launch.type == ClusterType::kVirtual) {
    body["backups"] = "disabled";
    if (!launch.firewall_group.empty()) body["firewall_group_id"] = launch.firewall_group;
  } else if (!launch.disks.empty()) {
    body["mdisk_mode"] = launch.disks;
  }
  return {.name = CallName("create", launch.type),
          .method = "POST",
          .path = "/" + std::string(WordsOf(launch.type).folder),
          .body = std::move(body),
          .effect = Effect::kCreates};
}

RestCall GetVultrMachine(const std::string& machine_id) {
  return {.name = CallName("get", *VultrTypeOf(machine_id)), .path = "/" + machine_id};
}

RestCall DeleteVultrMachine(const std::string& machine_id) {
  return {.name = CallName("delete", *VultrTypeOf(machine_id)),
          .method = "DELETE",
          .path = "/" + machine_id,
          .effect = Effect::kRepeatable};
}

RestCall ListVultrMachines(ClusterType type, const std::string& cursor) {
  return {.name = CallName("list", type),
          .path = Paged("/" + std::string(WordsOf(type).folder), cursor)};
}

RestCall CountVultrMachines(ClusterType type) {
  return {.name = CallName("count", type),
          .path = "/" + std::string(WordsOf(type).folder) + "?per_page=1"};
}

RestCall GetVultrAccount() { return {.name = "get account", .path = "/account"}; }

RestCall ListVultrRegions(const std::string& cursor) {
  return {.name = "list regions", .path = Paged("/regions", cursor)};
}

RestCall ListVultrPlans(ClusterType type, const std::string& cursor) {
  return {.name = CallName("list plans of", type),
          .path = Paged(std::string(WordsOf(type).plans), cursor)};
}

RestCall ListVultrStock(const std::string& region, ClusterType type) {
  return {.name = CallName("list stock of", type) + " " + region,
          .path = "/regions/" + region + "/availability?type=" + std::string(WordsOf(type).stock)};
}

RestCall ListVultrOs(const std::string& cursor) {
  return {.name = "list operating systems", .path = Paged("/os", cursor)};
}

VultrMachine ReadVultrMachine(const json& answer, ClusterType type) {
  // One published description has the other spelling.
  const bool is_other = type == ClusterType::kMetal && answer.contains("baremetal");
  return ReadMachine(answer.at(is_other ? "baremetal" : WordsOf(type).one), type);
}

Page<std::optional<VultrMachine>> ReadVultrMachines(const json& answer, ClusterType type) {
  return ReadEntries<VultrMachine>(answer, WordsOf(type).many,
                                   [type](const json& item) { return ReadMachine(item, type); });
}

std::int64_t ReadVultrCount(const json& answer) {
  return answer.at("meta").at("total").get<std::int64_t>();
}

Page<VultrRegion> ReadVultrRegions(const json& answer) {
  Page<VultrRegion> page;
  page.next = NextCursor(answer);
  for (const json& item : answer.at("regions")) {
    page.items.push_back({Text(item, "id"), Text(item, "country")});
  }
  return page;
}

Page<std::optional<VultrPlan>> ReadVultrPlans(const json& answer, ClusterType type) {
  return ReadEntries<VultrPlan>(answer, WordsOf(type).plan_list,
                                [type](const json& item) { return ReadPlan(item, type); });
}

std::vector<std::string> ReadVultrStock(const json& answer) {
  return Texts(answer, "available_plans");
}

Page<VultrOs> ReadVultrOs(const json& answer) {
  Page<VultrOs> page;
  page.next = NextCursor(answer);
  for (const json& item : answer.at("os")) {
    page.items.push_back({item.at("id").get<std::int64_t>(), Text(item, "name")});
  }
  return page;
}

MachineState VultrStateOf(const VultrMachine& machine) {
  const std::span<const StateRow> rows = VultrTypeOf(machine.id) == ClusterType::kMetal
                                             ? std::span<const StateRow>(kMetalStates)
                                             : std::span<const StateRow>(kVirtualStates);
  const auto fits = [](std::string_view row, std::string_view word) {
    return row.empty() || row == word;
  };
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const StateRow& candidate) {
    return candidate.status == machine.status && fits(candidate.power, machine.power_status) &&
           fits(candidate.server, machine.server_status);
  });
  return row == rows.end() ? MachineState::kUnknown : row->state;
}

std::string VultrStateText(const VultrMachine& machine) {
  std::string text = machine.status;
  for (const std::string& word : {machine.power_status, machine.server_status}) {
    if (!word.empty()) text += ", " + word;
  }
  if (machine.status == "suspended") text += ": Vultr has suspended it; see the account's messages";
  return text;
}

}  // namespace spillway
