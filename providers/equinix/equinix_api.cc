#include "providers/equinix/equinix_api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "scaler/model/rfc3339.h"
#include "scaler/runtime/http_client.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr const char* kDevicesPerPage = "100";
// References in an answer are addresses only, unless they are asked to be written out.
constexpr const char* kWrittenOut = "include=ip_addresses,metro,plan";

std::string DevicesOf(const std::string& project) {
  return "/projects/" + PercentEncode(project) + "/devices";
}

std::string DevicePath(const std::string& id) { return "/devices/" + PercentEncode(id); }

// The member `key`; null when there is none, or `object` is none.
const json& Member(const json& object, const char* key) {
  static const json kNone;
  if (!object.is_object()) return kNone;
  const auto member = object.find(key);
  return member == object.end() ? kNone : *member;
}

std::string Text(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }

bool IsTrue(const json& value) { return value.is_boolean() && value.get<bool>(); }

bool Contains(const json& list, const char* word) {
  return list.is_array() && std::find(list.begin(), list.end(), word) != list.end();
}

Time MomentOf(const json& value) { return ParseRfc3339(Text(value)).value_or(kDistantPast); }

// Its IPv4 address; among the public ones that which is its own and not one lent to it.
std::string AddressOf(const json& device, bool is_public) {
  const json& addresses = Member(device, "ip_addresses");
  if (!addresses.is_array()) return "";
  for (const json& address : addresses) {
    const bool is_own = !is_public || IsTrue(Member(address, "management"));
    if (is_own && Member(address, "address_family") == 4 &&
        IsTrue(Member(address, "public")) == is_public) {
      return Text(Member(address, "address"));
    }
  }
  return "";
}

// "64GB", as memory is sold: powers of two. 0 for any other form.
std::int64_t MemoryMib(const std::string& text) {
  std::int64_t gib = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, gib);
  return read.ec == std::errc() && std::string_view(read.ptr, end) == "GB" ? gib * 1024 : 0;
}

// {"hour": 0.75}
std::optional<Money> PriceOf(const json& pricing) {
  const json& hour = Member(pricing, "hour");
  if (!hour.is_number() || hour.get<double>() <= 0) return std::nullopt;
  return Money::FromDouble(hour.get<double>());
}

// "/metal/v1/locations/metros/ID" has ID.
std::string LastPart(const std::string& href) { return href.substr(href.rfind('/') + 1); }

EquinixPlan ReadPlan(const json& body) {
  EquinixPlan plan;
  plan.slug = body.at("slug");
  const json& line = Member(body, "line");
  plan.is_metal = line.is_null() || line == "baremetal";
  const json& deployment = Member(body, "deployment_types");
  plan.is_on_demand = deployment.is_null() || Contains(deployment, "on_demand");
  const json& specs = Member(body, "specs");
  if (const json& cpus = Member(specs, "cpus"); cpus.is_array()) {
    for (const json& cpu : cpus) {
      const json& count = Member(cpu, "count");
      plan.cpus.push_back(
          {count.is_number() ? count.get<std::int64_t>() : 1, Text(Member(cpu, "type"))});
    }
  }
  plan.memory_mib = MemoryMib(Text(Member(Member(specs, "memory"), "total")));
  plan.price = PriceOf(Member(body, "pricing"));
  if (const json& metros = Member(body, "available_in_metros"); metros.is_array()) {
    for (const json& metro : metros) {
      plan.metros[LastPart(Text(Member(metro, "href")))] = PriceOf(Member(metro, "price"));
    }
  }
  return plan;
}

// The number of the page that {"next": {"href": "…?page=2&…"}} leads to; empty at the end.
std::string NextPage(const json& meta) {
  const json& next = Member(meta, "next");
  if (next.is_null()) return "";
  const std::string href = next.at("href");
  for (const char* mark : {"?page=", "&page="}) {
    const std::size_t at = href.find(mark);
    if (at == std::string::npos) continue;
    const std::size_t begin = at + std::string_view(mark).size();
    return href.substr(begin, href.find('&', begin) - begin);
  }
  throw json::other_error::create(500, "no page in " + href, &meta);
}

}  // namespace

RestCall CreateDevice(const EquinixLaunch& launch) {
  json body = {{"metro", launch.metro},
               {"plan", launch.plan},
               {"operating_system", launch.operating_system},
               {"hostname", launch.hostname},
               {"billing_cycle", "hourly"},
               {"tags", launch.tags}};
  if (!launch.user_data.empty()) body["userdata"] = launch.user_data;
  if (!launch.project_ssh_keys.empty()) body["project_ssh_keys"] = launch.project_ssh_keys;
  if (!launch.user_ssh_keys.empty()) body["user_ssh_keys"] = launch.user_ssh_keys;
  // Without a word about keys everybody's in the project would get in, and a project that has none
  // is refused.
  if (launch.project_ssh_keys.empty() && launch.user_ssh_keys.empty()) body["no_ssh_keys"] = true;
  if (!launch.has_public_address) {
    body["ip_addresses"] = json::array({{{"address_family", 4}, {"public", false}}});
  }
  if (launch.terminate_at) body["termination_time"] = TimeText(*launch.terminate_at);
  return {.name = "create device",
          .method = "POST",
          .path = DevicesOf(launch.project) + "?" + kWrittenOut,
          .body = std::move(body),
          .effect = Effect::kCreates};
}

RestCall GetDevice(const std::string& id) {
  return {.name = "get device", .path = DevicePath(id) + "?" + kWrittenOut};
}

RestCall DeleteDevice(const std::string& id) {
  return {.name = "delete device",
          .method = "DELETE",
          .path = DevicePath(id) + "?force_delete=true",
          .effect = Effect::kRepeatable};
}

RestCall ListEvents(const std::string& device_id) {
  return {.name = "list events", .path = DevicePath(device_id) + "/events?per_page=10"};
}

RestCall ListDevices(const std::string& project, const std::string& tag, const std::string& page) {
  return {.name = "list devices",
          .path = DevicesOf(project) + "?" + kWrittenOut + "&per_page=" + kDevicesPerPage +
                  (tag.empty() ? "" : "&tag=" + PercentEncode(tag)) +
                  "&page=" + (page.empty() ? "1" : PercentEncode(page))};
}

RestCall CountDevices(const std::string& project) {
  return {.name = "count devices", .path = DevicesOf(project) + "?per_page=1&page=1"};
}

RestCall ListPlans(const std::string& project) {
  return {.name = "list plans", .path = "/projects/" + PercentEncode(project) + "/plans"};
}

RestCall ListMetros() { return {.name = "list metros", .path = "/locations/metros"}; }

RestCall ListCapacity() { return {.name = "list capacity", .path = "/capacity/metros"}; }

RestCall CheckCapacity(const std::string& metro, const std::string& plan) {
  return {.name = "check capacity",
          .method = "POST",
          .path = "/capacity/metros",
          .body = {{"servers", {{{"metro", metro}, {"plan", plan}, {"quantity", "1"}}}}}};
}

EquinixDevice ReadDevice(const json& body) {
  EquinixDevice device;
  device.id = body.at("id");
  device.tags = body.at("tags").get<std::vector<std::string>>();
  device.state = Text(Member(body, "state"));
  device.plan = Text(Member(Member(body, "plan"), "slug"));
  device.metro = Text(Member(Member(body, "metro"), "code"));
  device.public_address = AddressOf(body, /*is_public=*/true);
  device.private_address = AddressOf(body, /*is_public=*/false);
  const json& percent = Member(body, "provisioning_percentage");
  if (percent.is_number()) device.provisioned_percent = percent.get<double>();
  device.created_at = MomentOf(Member(body, "created_at"));
  return device;
}

EquinixDevices ReadDevices(const json& body) {
  EquinixDevices devices;
  for (const json& device : body.at("devices")) {
    try {
      devices.page.items.push_back(ReadDevice(device));
    } catch (const json::exception&) {
      ++devices.unreadable;
    }
  }
  const json& meta = body.at("meta");
  devices.page.next = NextPage(meta);
  devices.total = meta.at("total");
  return devices;
}

std::vector<std::string> ReadEvents(const json& body) {
  std::multimap<Time, std::string, std::greater<>> events;
  for (const json& event : body.at("events")) {
    const std::string text = Text(Member(event, "interpolated"));
    events.emplace(MomentOf(Member(event, "created_at")),
                   text.empty() ? Text(Member(event, "body")) : text);
  }
  std::vector<std::string> texts;
  for (const auto& [time, text] : events) texts.push_back(text);
  return texts;
}

std::vector<EquinixPlan> ReadPlans(const json& body) {
  std::vector<EquinixPlan> plans;
  for (const json& plan : body.at("plans")) plans.push_back(ReadPlan(plan));
  return plans;
}

std::vector<EquinixMetro> ReadMetros(const json& body) {
  std::vector<EquinixMetro> metros;
  for (const json& metro : body.at("metros")) {
    metros.push_back({metro.at("id"), metro.at("code"), Text(Member(metro, "country"))});
  }
  return metros;
}

EquinixStock ReadStock(const json& body) {
  EquinixStock stock;
  for (const auto& [metro, plans] : body.at("capacity").items()) {
    for (const auto& [plan, level] : plans.items()) {
      const json& servers = Member(level, "available_servers");
      if (servers.is_number()) stock[metro][plan] = servers.get<std::int64_t>();
      if (Member(level, "level") == "unavailable") stock[metro][plan] = 0;
    }
  }
  return stock;
}

bool ReadIsAvailable(const json& body) { return body.at("servers").at(0).at("available"); }

}  // namespace spillway
