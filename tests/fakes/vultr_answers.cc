#include "tests/fakes/vultr_answers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scaler/model/rfc3339.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr int Gib(int n) { return n * 1024; }
// Whole dollars a month: the published description takes nothing else.
constexpr std::array kPlans = {
    VultrFakePlan{"vc2-1c-0.5gb-v6", 1, 512, 3},
    VultrFakePlan{"vc2-1c-1gb", 1, Gib(1), 5, 0.007},
    VultrFakePlan{"vc2-1c-2gb", 1, Gib(2), 10},
    VultrFakePlan{"vc2-2c-4gb", 2, Gib(4), 20},
    VultrFakePlan{"vc2-4c-8gb", 4, Gib(8), 40},
    VultrFakePlan{"vc2-8c-32gb", 8, Gib(32), 160},
    VultrFakePlan{"vhf-1c-1gb", 1, Gib(1), 6},
    VultrFakePlan{"vcg-a16-2c-8g-2vram", 2, Gib(8), 22},
    VultrFakePlan{"vbm-4c-32gb", 8, Gib(32), 120},
    VultrFakePlan{"vbm-6c-32gb", 12, Gib(32), 185},
    VultrFakePlan{"vbm-8c-132gb-v2", 16, Gib(128), 350, 0.479},
    VultrFakePlan{"vbm-24c-256gb-amd", 48, Gib(256), 725, 0.993},
};

struct Region {
  std::string_view id, city, country, continent;
};
constexpr std::array kRegions = {
    Region{"ams", "Amsterdam", "NL", "Europe"},
    Region{"ewr", "New Jersey", "US", "North America"},
    Region{"fra", "Frankfurt", "DE", "Europe"},
    Region{"nrt", "Tokyo", "JP", "Asia"},
};

struct Os {
  int id;
  std::string_view name, family;
};
constexpr std::array kSystems = {
    Os{477, "Debian 11 x64 (bullseye)", "debian"},
    Os{2136, "Debian 12 x64 (bookworm)", "debian"},
    Os{1743, "Ubuntu 22.04 LTS x64", "ubuntu"},
    Os{2284, "Ubuntu 24.04 LTS x64", "ubuntu"},
};

// "2026-03-02T10:00:00+00:00"
std::string Moment(Time time) {
  std::string text = TimeText(time);
  text.pop_back();
  return text + "+00:00";
}

json RegionIds() {
  json ids = json::array();
  for (const Region& region : kRegions) ids.push_back(region.id);
  return ids;
}

json InstancePlan(const VultrFakePlan& plan) {
  return {{"vcpu_count", plan.threads},
          {"disk", 25 * plan.threads},
          {"disk_count", 1},
          {"bandwidth", 1024},
          {"type", plan.name.substr(0, 3)}};
}

json MetalPlan(const VultrFakePlan& plan) {
  return {{"cpu_count", plan.threads / 2},
          {"cpu_threads", plan.threads},
          {"cpu_model", "E-2286G"},
          {"disk", "240"},
          {"disk_count", 2},
          {"bandwidth", 5120},
          {"type", "SSD"}};
}

void AddInstanceMembers(const VultrFakeMachine& machine, const VultrFakePlan& plan, json& item) {
  const bool has_address = machine.status != "pending";
  item.update({{"ram", plan.memory_mib},
               {"disk", 25 * plan.threads},
               {"vcpu_count", plan.threads},
               {"main_ip", has_address ? machine.address : "0.0.0.0"},
               {"allowed_bandwidth", 1024},
               {"power_status", machine.power_status},
               {"server_status", machine.server_status},
               {"internal_ip", ""},
               {"hostname", machine.label},
               {"firewall_group_id", ""},
               {"kvm", ""}});
}

void AddMetalMembers(const VultrFakeMachine& machine, const VultrFakePlan& plan, json& item) {
  const bool has_address = machine.status != "pending";
  item.update({{"ram", std::to_string(plan.memory_mib) + " MB"},
               {"disk", "2x 240GB SSD"},
               {"cpu_count", plan.threads / 2},
               {"main_ip", has_address ? machine.address : ""},
               {"mac_address", 2199756823533}});
}

}  // namespace

std::span<const VultrFakePlan> VultrFakePlans() { return kPlans; }

const VultrFakePlan* FindVultrFakePlan(std::string_view name) {
  const auto plan = std::find_if(kPlans.begin(), kPlans.end(),
                                 [name](const VultrFakePlan& p) { return p.name == name; });
  return plan == kPlans.end() ? nullptr : &*plan;
}

bool IsVultrFakeRegion(std::string_view name) {
  return std::any_of(kRegions.begin(), kRegions.end(),
                     [name](const Region& region) { return region.id == name; });
}

bool IsVultrFakeOs(int id) {
  return std::any_of(kSystems.begin(), kSystems.end(), [id](const Os& os) { return os.id == id; });
}

Response VultrRefusal(int status, const std::string& text) {
  return VultrAnswer(status, {{"error", text}, {"status", status}});
}

Response VultrAnswer(int status, const json& body) {
  return {.status = status, .body = body.dump(), .content_type = "application/json"};
}

json VultrMachineAnswer(const VultrFakeMachine& machine) {
  const VultrFakePlan& plan = *FindVultrFakePlan(machine.plan);
  json item = {{"id", machine.id},
               {"os", "Debian 12 x64 (bookworm)"},
               {"region", machine.region},
               {"plan", machine.plan},
               {"status", machine.status},
               {"date_created", Moment(machine.created_at)},
               {"netmask_v4", "255.255.254.0"},
               {"gateway_v4", "0.0.0.0"},
               {"v6_main_ip", ""},
               {"label", machine.label},
               {"os_id", 2136},
               {"app_id", 0},
               {"image_id", ""},
               {"features", json::array()},
               {"tags", machine.tags}};
  if (machine.type == ClusterType::kMetal) {
    AddMetalMembers(machine, plan, item);
  } else {
    AddInstanceMembers(machine, plan, item);
  }
  return item;
}

json VultrMeta(std::size_t total, const std::string& next) {
  return {{"total", total}, {"links", {{"next", next}, {"prev", ""}}}};
}

json VultrAccountAnswer() {
  return {{"account",
           {{"name", "Edge"},
            {"email", "edge@example.org"},
            {"acls", {"subscriptions_view", "subscriptions", "provisioning"}},
            {"balance", -100.55},
            {"pending_charges", 60.25},
            {"last_payment_date", "2026-02-10T01:56:20+00:00"},
            {"last_payment_amount", -1.25}}}};
}

json VultrRegionsAnswer() {
  json regions = json::array();
  for (const Region& region : kRegions) {
    regions.push_back({{"id", region.id},
                       {"city", region.city},
                       {"country", region.country},
                       {"continent", region.continent},
                       {"options", {"ddos_protection"}}});
  }
  return {{"regions", regions}, {"meta", VultrMeta(regions.size(), "")}};
}

json VultrPlansAnswer(ClusterType type) {
  const bool is_metal = type == ClusterType::kMetal;
  json plans = json::array();
  for (const VultrFakePlan& plan : kPlans) {
    if (plan.is_metal() != is_metal) continue;
    json item = is_metal ? MetalPlan(plan) : InstancePlan(plan);
    item.update({{"id", plan.name},
                 {"ram", plan.memory_mib},
                 {"monthly_cost", plan.monthly_cost},
                 {"locations", RegionIds()}});
    if (plan.hourly_cost > 0) item["hourly_cost"] = plan.hourly_cost;
    plans.push_back(std::move(item));
  }
  return {{is_metal ? "plans_metal" : "plans", plans}, {"meta", VultrMeta(plans.size(), "")}};
}

json VultrOsAnswer() {
  json systems = json::array();
  for (const Os& os : kSystems) {
    systems.push_back({{"id", os.id}, {"name", os.name}, {"arch", "x64"}, {"family", os.family}});
  }
  return {{"os", systems}, {"meta", VultrMeta(systems.size(), "")}};
}

}  // namespace spillway::fakes
