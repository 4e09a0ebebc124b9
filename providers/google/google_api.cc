#include "providers/google/google_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/google/crypto.h"
#include "providers/google/google_regions.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using namespace std::literals;
using nlohmann::json;

constexpr const char* kItemsPerPage = "500";
constexpr const char* kNothingHere = "NO_RESULTS_ON_PAGE";  // not a warning to heed

RestCall ZoneCall(const std::string& name, const std::string& zone, const std::string& path) {
  RestCall call;
  call.name = name + " " + zone;
  call.path = "/zones/" + PercentEncode(zone) + path;
  call.scope = GoogleRegionOf(zone);
  return call;
}

RestCall OnePage(RestCall call, const std::string& filter, const std::string& page) {
  call.path += std::string("?maxResults=") + kItemsPerPage;
  if (!filter.empty()) call.path += "&filter=" + PercentEncode(filter);
  if (!page.empty()) call.path += "&pageToken=" + PercentEncode(page);
  return call;
}

json BootDisk(const GoogleLaunch& launch) {
  // 64-bit numbers are texts in this API. Without autoDelete the disk would be left behind.
  return {{"boot", true},
          {"autoDelete", true},
          {"initializeParams",
           {{"sourceImage", launch.image},
            {"diskSizeGb", std::to_string(launch.boot_disk_gib)},
            {"diskType", "zones/" + launch.zone + "/diskTypes/" + launch.boot_disk_type},
            {"labels", launch.labels}}}};
}

json NetworkInterface(const GoogleLaunch& launch) {
  json interface = json::object();
  if (launch.subnetwork.empty()) {
    interface["network"] = launch.network;
  } else {
    interface["subnetwork"] = launch.subnetwork;
  }
  if (launch.public_address) {
    interface["accessConfigs"] = {{{"type", "ONE_TO_ONE_NAT"}, {"name", "External NAT"}}};
  }
  return interface;
}

json MetadataItems(const GoogleLaunch& launch) {
  // A project where OS Login is on would hide the keys that the machine is given.
  json items = {{{"key", "enable-oslogin"}, {"value", "FALSE"}}};
  if (!launch.user_data.empty()) {
    items.push_back({{"key", "user-data"}, {"value", launch.user_data}});
  }
  if (!launch.ssh_keys.empty()) {
    items.push_back(
        {{"key", "ssh-keys"}, {"value", fmt::format("{}", fmt::join(launch.ssh_keys, "\n"))}});
  }
  return items;
}

// The last part of "https://…/zones/europe-west3-a".
std::string LastPart(const std::string& url) { return url.substr(url.rfind('/') + 1); }

std::string Text(const json& object, const char* name) { return object.value(name, ""); }

// Throws for another form: a time that is not known would make a machine look old.
Time ReadTime(const json& object, const char* name) {
  const auto time = ParseRfc3339(object.at(name).get<std::string>());
  if (!time) throw json::other_error::create(501, std::string(name) + " is not a time", &object);
  return *time;
}

template <class T>
Page<T> ReadItems(const json& body, T (*read)(const json&)) {
  Page<T> page;
  if (const auto items = body.find("items"); items != body.end()) {
    for (const json& item : *items) page.items.push_back(read(item));
  }
  page.next = Text(body, "nextPageToken");
  return page;
}

GoogleMachineType ReadMachineType(const json& item) {
  GoogleMachineType type;
  type.name = item.at("name").get<std::string>();
  type.vcpu = item.at("guestCpus").get<std::int64_t>();
  type.memory_mib = item.at("memoryMb").get<std::int64_t>();
  type.is_shared_core = item.value("isSharedCpu", false);
  if (const auto deprecated = item.find("deprecated"); deprecated != item.end()) {
    const std::string state = Text(*deprecated, "state");
    type.is_obsolete = state == "OBSOLETE" || state == "DELETED";
  }
  return type;
}

bool HasWarning(const json& object) {
  const auto warning = object.find("warning");
  return warning != object.end() && Text(*warning, "code") != kNothingHere;
}

}  // namespace

RestCall InsertInstance(const GoogleLaunch& launch) {
  RestCall call = ZoneCall("insert instance", launch.zone,
                           "/instances?requestId=" + PercentEncode(launch.request_id));
  call.method = "POST";
  call.effect = Effect::kCreates;
  call.body = {
      {"name", launch.name},
      {"machineType", "zones/" + launch.zone + "/machineTypes/" + launch.machine_type},
      {"disks", json::array({BootDisk(launch)})},
      {"networkInterfaces", json::array({NetworkInterface(launch)})},
      {"metadata", {{"items", MetadataItems(launch)}}},
      {"labels", launch.labels},
      {"scheduling",
       {{"provisioningModel", "STANDARD"},
        {"onHostMaintenance", "MIGRATE"},
        {"automaticRestart", true}}},
  };
  if (!launch.network_tags.empty()) call.body["tags"] = {{"items", launch.network_tags}};
  return call;
}

RestCall GetInstance(const std::string& zone, const std::string& name) {
  return ZoneCall("get instance", zone, "/instances/" + PercentEncode(name));
}

RestCall DeleteInstance(const std::string& zone, const std::string& name) {
  RestCall call = ZoneCall("delete instance", zone, "/instances/" + PercentEncode(name));
  call.method = "DELETE";
  call.effect = Effect::kRepeatable;
  return call;
}

RestCall ListInstances(const std::string& label, const std::string& value,
                       const std::string& page) {
  RestCall call{.name = "list instances", .path = "/aggregated/instances"};
  call = OnePage(std::move(call), "labels." + label + "=\"" + value + "\"", page);
  call.path += "&returnPartialSuccess=true";
  return call;
}

RestCall ListOperations(const std::string& zone, const std::string& instance,
                        const std::string& page) {
  // `eq` takes a regular expression for the whole value; a name has nothing that is special in one.
  return OnePage(ZoneCall("list operations", zone, "/operations"),
                 "targetLink eq \".*/instances/" + instance + "\"", page);
}

RestCall ListMachineTypes(const std::string& zone, const std::string& page) {
  return OnePage(ZoneCall("list machine types", zone, "/machineTypes"), "", page);
}

RestCall GetRegion(const std::string& region) {
  return {
      .name = "get region " + region, .path = "/regions/" + PercentEncode(region), .scope = region};
}

RestCall GetProject() { return {.name = "get project", .path = ""}; }

GoogleInstance ReadInstance(const json& body) {
  GoogleInstance instance;
  instance.name = body.at("name").get<std::string>();
  instance.zone = LastPart(body.at("zone").get<std::string>());
  instance.machine_type = LastPart(body.at("machineType").get<std::string>());
  instance.status = body.at("status").get<std::string>();
  instance.status_message = Text(body, "statusMessage");
  instance.created_at = ReadTime(body, "creationTimestamp");
  if (const auto labels = body.find("labels"); labels != body.end()) {
    instance.labels = labels->get<std::map<std::string, std::string>>();
  }
  const json interfaces = body.value("networkInterfaces", json::array());
  if (interfaces.empty()) return instance;
  instance.private_address = Text(interfaces.at(0), "networkIP");
  const json accesses = interfaces.at(0).value("accessConfigs", json::array());
  if (!accesses.empty()) instance.public_address = Text(accesses.at(0), "natIP");
  return instance;
}

GoogleInstancePage ReadInstances(const json& body) {
  GoogleInstancePage read;
  read.page.next = Text(body, "nextPageToken");
  const auto unreachables = body.find("unreachables");
  read.is_whole = !HasWarning(body) && (unreachables == body.end() || unreachables->empty());
  const auto zones = body.find("items");
  if (zones == body.end()) return read;
  for (const json& zone : *zones) {
    read.is_whole = read.is_whole && !HasWarning(zone);
    for (const json& instance : zone.value("instances", json::array())) {
      try {
        read.page.items.push_back(ReadInstance(instance));
      } catch (const json::exception&) {
        read.is_whole = false;
      }
    }
  }
  return read;
}

GoogleOperation ReadOperation(const json& body) {
  GoogleOperation operation;
  operation.type = body.at("operationType").get<std::string>();
  operation.instance = LastPart(Text(body, "targetLink"));
  operation.is_done = body.at("status").get<std::string>() == "DONE";
  operation.asked_at = ReadTime(body, "insertTime");
  if (const auto error = body.find("error"); error != body.end()) {
    const json& first = error->at("errors").at(0);
    operation.error = {body.value("httpErrorStatusCode", 0), first.at("code").get<std::string>(),
                       Text(first, "message")};
  }
  return operation;
}

Page<GoogleOperation> ReadOperations(const json& body) { return ReadItems(body, ReadOperation); }

Page<GoogleMachineType> ReadMachineTypes(const json& body) {
  return ReadItems(body, ReadMachineType);
}

GoogleQuotas ReadQuotas(const json& body) {
  GoogleQuotas quotas;
  for (const json& quota : body.value("quotas", json::array())) {
    quotas[quota.at("metric").get<std::string>()] = {quota.at("limit").get<double>(),
                                                     quota.value("usage", 0.0)};
  }
  return quotas;
}

bool IsGoogleName(std::string_view text) {
  return IsGoogleLabelValue(text) && !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         text.find('_') == text.npos && text.back() != '-';
}

bool IsGoogleLabelValue(std::string_view text) {
  constexpr std::size_t kLongest = 63;
  return text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

// A name-based UUID (RFC 9562, version 5) in the namespace of URLs.
std::string GoogleRequestId(std::string_view token) {
  constexpr std::string_view kUrls =
      "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8"sv;
  auto bytes = Sha1(std::string(kUrls) + "spillway:" + std::string(token));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x50);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  std::string id;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    id += fmt::format("{:02x}", bytes[i]);
  }
  return id;
}

}  // namespace spillway
