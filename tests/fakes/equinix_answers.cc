#include "tests/fakes/equinix_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scaler/model/rfc3339.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr std::array kMetros = {
    EquinixFakeMetro{"am", "108b2cfb-246b-45e3-885a-bf3e82fce1a0", "Amsterdam", "NL"},
    EquinixFakeMetro{"da", "d3d6b29f-042d-43b7-b3ce-0bf53d5754ca", "Dallas", "US"},
    EquinixFakeMetro{"fr", "a8bf2a2f-9d3c-4a4e-8d3a-4c1d3d0b7e11", "Frankfurt", "DE"},
    EquinixFakeMetro{"sv", "2991b022-b8c4-497e-8db7-5a407c3a209b", "Silicon Valley", "US"},
};

// `per_hour` 0: the API tells no price. `in_sv`: another price in Silicon Valley.
struct Plan {
  std::string_view slug;
  std::string_view line;
  std::string_view deployment;
  int cpus;
  std::string_view cpu;
  std::string_view memory;
  double per_hour;
  double in_sv;
};
constexpr std::array kPlans = {
    Plan{"c3.small.x86", "baremetal", "on_demand", 1,
         "Intel Xeon E-2278G 8-Core Processor @ 3.40GHz", "32GB", 0.75, 0},
    Plan{"c3.medium.x86", "baremetal", "on_demand", 1, "AMD EPYC 7402P 24-Core Processor @ 2.80GHz",
         "64GB", 1.35, 1.5},
    Plan{"s3.xlarge.x86", "baremetal", "on_demand", 2,
         "Intel Xeon Silver 4214 24-Core Processor @ 2.20GHz", "192GB", 0, 0},
    Plan{"c3.large.arm64", "baremetal", "on_demand", 1,
         "Ampere Altra Q80-30 80-Core Processor @ 3.00GHz", "256GB", 2.5, 0},
    Plan{"p9.private.x86", "baremetal", "on_demand", 2, "AMD EPYC 9254 24-Core Processor", "384GB",
         3.0, 0},
    Plan{"p9.strange.x86", "baremetal", "on_demand", 1, "Some Processor", "64GB", 3.0, 0},
    Plan{"x2.xlarge.x86", "baremetal", "on_demand", 2, "Intel Xeon Gold 5120 14-Core Processor",
         "384GB", 0, 0},
    Plan{"m3.large.x86", "baremetal", "spot_market", 1, "AMD EPYC 7502P 32-Core Processor", "256GB",
         3.1, 0},
    Plan{"storage_1", "storage", "on_demand", 0, "", "", 0.01, 0},
};

json Href(const std::string& path) { return {{"href", path}}; }

std::string MetroPath(const EquinixFakeMetro& metro) {
  return fmt::format("/metal/v1/locations/metros/{}", metro.id);
}

json MetroDocument(const EquinixFakeMetro& metro) {
  return {{"id", metro.id}, {"code", metro.code}, {"name", metro.name}, {"country", metro.country}};
}

json PlanDocument(const Plan& plan) {
  json document = {{"slug", plan.slug},        {"name", plan.slug},
                   {"line", plan.line},        {"class", plan.slug},
                   {"type", "standard"},       {"deployment_types", {plan.deployment}},
                   {"pricing", json::object()}};
  if (plan.per_hour > 0) document["pricing"]["hour"] = plan.per_hour;
  if (plan.cpus > 0) {
    document["specs"] = {{"cpus", {{{"count", plan.cpus}, {"type", plan.cpu}}}},
                         {"memory", {{"total", plan.memory}}}};
  }
  document["available_in_metros"] = json::array();
  for (const EquinixFakeMetro& metro : kMetros) {
    json entry = Href(MetroPath(metro));
    if (metro.code == "sv" && plan.in_sv > 0) entry["price"] = {{"hour", plan.in_sv}};
    document["available_in_metros"].push_back(std::move(entry));
  }
  return document;
}

json Address(const std::string& address, int family, bool is_public, bool is_own) {
  return {{"address", address},  {"address_family", family}, {"cidr", family == 4 ? 31 : 127},
          {"public", is_public}, {"management", is_own},     {"enabled", true}};
}

// As they stand in an answer: an address that was lent to the device goes before its own.
json Addresses(const EquinixFakeDevice& device, const EquinixOptions& options) {
  json addresses = json::array();
  if (device.state == "queued") return addresses;
  if (!device.public_address.empty()) {
    addresses.push_back(Address("198.51.100.7", 4, true, false));
    addresses.push_back(Address("2001:db8::1", 6, true, true));
    addresses.push_back(Address(device.public_address, 4, true, true));
  }
  addresses.push_back(Address(options.private_address, 4, false, true));
  return addresses;
}

}  // namespace

const EquinixFakeMetro* FindEquinixFakeMetro(std::string_view code) {
  const auto metro = std::find_if(kMetros.begin(), kMetros.end(),
                                  [code](const EquinixFakeMetro& m) { return m.code == code; });
  return metro == kMetros.end() ? nullptr : &*metro;
}

bool HasEquinixFakePlan(std::string_view slug) {
  return std::any_of(kPlans.begin(), kPlans.end(),
                     [slug](const Plan& plan) { return plan.slug == slug; });
}

json EquinixErrorAnswer(const std::string& text) { return {{"errors", {text}}}; }

json DeviceAnswer(const EquinixFakeDevice& device, const EquinixOptions& options) {
  const auto plan = std::find_if(kPlans.begin(), kPlans.end(),
                                 [&](const Plan& p) { return p.slug == device.plan; });
  json document = {{"id", device.id},
                   {"href", "/metal/v1/devices/" + device.id},
                   {"hostname", device.hostname},
                   {"state", device.state},
                   {"tags", device.tags},
                   {"plan", PlanDocument(*plan)},
                   {"metro", MetroDocument(*FindEquinixFakeMetro(device.metro))},
                   {"ip_addresses", Addresses(device, options)},
                   {"billing_cycle", "hourly"},
                   {"locked", device.is_locked},
                   {"userdata", device.user_data},
                   {"root_password", "not-to-be-logged"},
                   {"created_at", TimeText(device.created_at)}};
  if (device.state == "provisioning") document["provisioning_percentage"] = 40.0;
  return document;
}

json EventsAnswer(const EquinixFakeDevice& device) {
  json events = json::array();
  Time time = device.created_at;
  for (const std::string& text : device.events) {
    events.push_back({{"type", "provisioning"},
                      {"body", text},
                      {"interpolated", text},
                      {"created_at", TimeText(time)}});
    time += std::chrono::minutes(1);
  }
  return {{"events", events}, {"meta", MetaAnswer({}, "/metal/v1/devices/" + device.id)}};
}

json PlansAnswer() {
  json plans = json::array();
  for (const Plan& plan : kPlans) plans.push_back(PlanDocument(plan));
  return {{"plans", plans}};
}

json MetrosAnswer() {
  json metros = json::array();
  for (const EquinixFakeMetro& metro : kMetros) metros.push_back(MetroDocument(metro));
  return {{"metros", metros}};
}

json CapacityAnswer(const std::function<int(const std::string&, const std::string&)>& free) {
  json capacity;
  for (const EquinixFakeMetro& metro : kMetros) {
    for (const Plan& plan : kPlans) {
      if (plan.line != "baremetal") continue;
      const int servers = free(std::string(metro.code), std::string(plan.slug));
      capacity[std::string(metro.code)][std::string(plan.slug)] = {
          {"level", servers == 0  ? "unavailable"
                    : servers < 5 ? "limited"
                                  : "normal"},
          {"available_servers", servers}};
    }
  }
  return {{"capacity", capacity}};
}

json MetaAnswer(const EquinixPage& page, const std::string& path) {
  const auto to = [&path](int number) {
    const char* separator = path.find('?') == std::string::npos ? "?" : "&";
    return Href(fmt::format("{}{}page={}", path, separator, number));
  };
  json meta = {{"first", to(1)},      {"last", to(page.last)},  {"self", to(page.number)},
               {"total", page.total}, {"last_page", page.last}, {"current_page", page.number}};
  if (page.number < page.last) meta["next"] = to(page.number + 1);
  if (page.repeats) meta["next"] = to(page.number);
  return meta;
}

}  // namespace spillway::fakes
