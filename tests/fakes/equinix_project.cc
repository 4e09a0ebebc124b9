#include "tests/fakes/equinix_project.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/fakes/equinix_answers.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr int kFreeUnlessSaid = 25;
constexpr Duration kLongestHidden = std::chrono::minutes(10);

bool IsKnownMember(const std::string& name) {
  static const std::set<std::string> kKnown = {
      "metro",         "plan",          "operating_system", "hostname",         "tags",
      "userdata",      "no_ssh_keys",   "billing_cycle",    "project_ssh_keys", "user_ssh_keys",
      "ip_addresses",  "locked",        "termination_time", "customdata",       "description",
      "spot_instance", "spot_price_max"};
  return kKnown.contains(name);
}

bool HasTag(const EquinixFakeDevice& device, const std::string& tag) {
  return std::find(device.tags.begin(), device.tags.end(), tag) != device.tags.end();
}

bool IsStarting(const EquinixFakeDevice& device) {
  return device.state == "queued" || device.state == "provisioning";
}

int Number(const std::map<std::string, std::string>& query, const std::string& name,
           int otherwise) {
  const auto value = query.find(name);
  return value == query.end() ? otherwise : std::stoi(value->second);
}

}  // namespace

Response EquinixAnswer(int status, const std::string& body) {
  return {.status = status,
          .body = body,
          .content_type = "application/json; charset=utf-8",
          .headers = {}};
}

Response EquinixRefusal(int status, const std::string& text) {
  return EquinixAnswer(status, EquinixErrorAnswer(text).dump());
}

Response EquinixProject::CreateDevice(const std::string& body, Time now) {
  if (const auto refusal = Check(body)) return *refusal;
  const json asked = json::parse(body);
  const std::string metro = asked["metro"];
  const std::string plan = asked["plan"];
  if (const auto refusal = CheckLimits(metro, plan)) return *refusal;

  EquinixFakeDevice device;
  device.state = "queued";
  device.plan = plan;
  device.metro = metro;
  device.hostname = asked.value("hostname", "");
  device.user_data = asked.value("userdata", "");
  device.tags = asked.value("tags", std::vector<std::string>());
  device.is_locked = asked.value("locked", false);
  device.body = body;
  device.events = {"Queued for provisioning", "Provisioning started"};
  device.created_at = now;
  device.hidden_looks = hidden_looks;
  device.starting_looks = options_.starting_looks;
  device.removing_looks = options_.removing_looks;
  if (!start_failures.empty()) {
    device.start_failure = start_failures.front();
    start_failures.pop_front();
  }
  const std::string id = Add(std::move(device));
  const json addresses = asked.value("ip_addresses", json::array({{{"public", true}}}));
  const bool has_public_address =
      std::any_of(addresses.begin(), addresses.end(),
                  [](const json& address) { return address.value("public", false); });
  if (!has_public_address) Find(id)->public_address.clear();
  return EquinixAnswer(201, DeviceAnswer(*Find(id), options_).dump());
}

std::optional<Response> EquinixProject::Check(const std::string& body) const {
  const json asked = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!asked.is_object()) return EquinixRefusal(400, "There was a problem in the JSON you sent");
  for (const auto& [name, value] : asked.items()) {
    if (!IsKnownMember(name)) return EquinixRefusal(422, name + " is not a valid attribute");
  }
  for (const char* name : {"metro", "plan", "operating_system"}) {
    if (!asked.contains(name)) return EquinixRefusal(422, fmt::format("{} can't be blank", name));
  }
  if (FindEquinixFakeMetro(asked["metro"].get<std::string>()) == nullptr) {
    return EquinixRefusal(422, asked["metro"].get<std::string>() + " is not a valid metro");
  }
  if (!HasEquinixFakePlan(asked["plan"].get<std::string>())) {
    return EquinixRefusal(422, asked["plan"].get<std::string>() + " is not a valid plan");
  }
  const bool has_keys = asked.contains("project_ssh_keys") || asked.contains("user_ssh_keys");
  if (!has_keys && !asked.value("no_ssh_keys", false)) {
    return EquinixRefusal(422,
                          "must have at least one SSH key or explicitly send no_ssh_keys option");
  }
  return std::nullopt;
}

std::optional<Response> EquinixProject::CheckLimits(const std::string& metro,
                                                    const std::string& plan) const {
  const auto live =
      std::count_if(devices_.begin(), devices_.end(), [](const auto& d) { return d.IsLive(); });
  if (device_limit && live >= *device_limit) {
    return EquinixRefusal(
        422, fmt::format("This request exceeds the project's quota of {} devices", *device_limit));
  }
  if (Free(metro, plan) > 0) return std::nullopt;
  return EquinixRefusal(
      422, fmt::format("The metro {} has no provisionable {} servers matching your criteria", metro,
                       plan));
}

int EquinixProject::Free(const std::string& metro, const std::string& plan) const {
  const auto limit = capacity.find({metro, plan});
  if (limit == capacity.end()) return kFreeUnlessSaid;
  const auto taken = std::count_if(devices_.begin(), devices_.end(), [&](const auto& d) {
    return d.IsLive() && d.metro == metro && d.plan == plan;
  });
  return std::max(0, limit->second - static_cast<int>(taken));
}

Response EquinixProject::GetDevice(const std::string& id, Time now) {
  if (const auto refusal = WhyNotVisible(id, now)) return *refusal;
  EquinixFakeDevice& device = *Find(id);
  Settle(device, now);
  if (device.state == "deleted") return EquinixRefusal(404, "Not found");
  return EquinixAnswer(200, DeviceAnswer(device, options_).dump());
}

Response EquinixProject::ListDevices(const std::map<std::string, std::string>& query, Time now) {
  const auto tag = query.find("tag");
  std::vector<const EquinixFakeDevice*> found;
  for (EquinixFakeDevice& device : devices_) {
    if (WhyNotVisible(device.id, now)) continue;
    Settle(device, now);
    const bool passes = tag == query.end() || HasTag(device, tag->second);
    if (passes && device.IsLive()) found.push_back(&device);
  }
  const int size = std::max(1, std::min(page_size, Number(query, "per_page", 10)));
  EquinixPage page;
  page.number = std::max(1, Number(query, "page", 1));
  page.total = static_cast<int>(found.size());
  page.last = std::max(1, (page.total + size - 1) / size);
  page.repeats = repeats_pages;

  json devices = json::array();
  for (int i = (page.number - 1) * size; i < std::min(page.total, page.number * size); ++i) {
    devices.push_back(DeviceAnswer(*found[static_cast<std::size_t>(i)], options_));
  }
  const std::string path =
      fmt::format("/metal/v1/projects/{}/devices?per_page={}{}", options_.project, size,
                  tag == query.end() ? "" : "&tag=" + tag->second);
  return EquinixAnswer(200, json{{"devices", devices}, {"meta", MetaAnswer(page, path)}}.dump());
}

Response EquinixProject::DeleteDevice(const std::string& id, Time now) {
  if (const auto refusal = WhyNotVisible(id, now)) return *refusal;
  EquinixFakeDevice& device = *Find(id);
  if (IsStarting(device)) Settle(device, now);
  if (device.state == "deleted") return EquinixRefusal(404, "Not found");
  if (device.is_locked) return EquinixRefusal(422, "Cannot delete a locked item");
  if (IsStarting(device)) return EquinixRefusal(422, "Cannot delete a device while it is starting");
  device.state = device.removing_looks > 0 ? "deprovisioning" : "deleted";
  return {.status = 204, .headers = {}};
}

Response EquinixProject::ListEvents(const std::string& id, Time now) {
  if (const auto refusal = WhyNotVisible(id, now)) return *refusal;
  return EquinixAnswer(200, EventsAnswer(*Find(id)).dump());
}

Response EquinixProject::ListCapacity() const {
  const auto free = [this](const std::string& metro, const std::string& plan) {
    return Free(metro, plan);
  };
  return EquinixAnswer(200, CapacityAnswer(free).dump());
}

Response EquinixProject::CheckCapacity(const std::string& body) const {
  json servers = json::parse(body).at("servers");
  for (json& server : servers) {
    const int wanted = std::stoi(server.at("quantity").get<std::string>());
    server["available"] = Free(server.at("metro"), server.at("plan")) >= wanted;
  }
  return EquinixAnswer(200, json{{"servers", servers}}.dump());
}

std::string EquinixProject::Add(EquinixFakeDevice device) {
  const std::size_t number = devices_.size() + 1;
  device.id = fmt::format("{:08x}-0e0e-4e0e-8e0e-{:012x}", number, number);
  device.public_address = options_.own_addresses
                              ? fmt::format("127.2.{}.{}", number / 256, number % 256)
                              : options_.address;
  devices_.push_back(std::move(device));
  return devices_.back().id;
}

EquinixFakeDevice* EquinixProject::Find(const std::string& id) {
  const auto found = std::find_if(devices_.begin(), devices_.end(),
                                  [&id](const EquinixFakeDevice& d) { return d.id == id; });
  return found == devices_.end() ? nullptr : &*found;
}

// A look at a device that is hidden yet is one look less.
std::optional<Response> EquinixProject::WhyNotVisible(const std::string& id, Time now) {
  EquinixFakeDevice* device = Find(id);
  if (device == nullptr) return EquinixRefusal(404, "Not found");
  if (device->state.empty()) return EquinixRefusal(403, "You are not authorized to view this");
  const bool is_old = now >= device->created_at + kLongestHidden;
  if (device->hidden_looks <= 0 || is_old) return std::nullopt;
  --device->hidden_looks;
  return EquinixRefusal(404, "Not found");
}

// A look at the device brings it on its way; the look itself still sees where it was.
void EquinixProject::Settle(EquinixFakeDevice& device, Time now) {
  if (IsStarting(device)) {
    const bool is_early = now < device.created_at + options_.boot_time;
    if (device.starting_looks-- > 0 || is_early) {
      if (device.starting_looks < options_.starting_looks - 1) device.state = "provisioning";
      return;
    }
    device.state = device.start_failure.empty() ? "active" : "failed";
    device.events.push_back(device.start_failure.empty() ? "Provision complete"
                                                         : device.start_failure);
  } else if (device.state == "deprovisioning" && device.removing_looks-- <= 0) {
    device.state = "deleted";
  }
}

}  // namespace spillway::fakes
