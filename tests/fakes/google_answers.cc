#include "tests/fakes/google_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scaler/model/rfc3339.h"
#include "scaler/runtime/http_client.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr std::array kTypes = {
    GoogleFakeType{"c2-standard-4", 4, 16384},
    GoogleFakeType{"c3-standard-4", 4, 16384, false, "", "a"},
    GoogleFakeType{"c3-standard-4-lssd", 4, 16384, false, "", "a"},
    GoogleFakeType{"e2-highmem-2", 2, 16384},
    GoogleFakeType{"e2-medium", 2, 4096, true},
    GoogleFakeType{"e2-micro", 2, 1024, true},
    GoogleFakeType{"e2-small", 2, 2048, true},
    GoogleFakeType{"e2-standard-2", 2, 8192},
    GoogleFakeType{"e2-standard-4", 4, 16384},
    GoogleFakeType{"e2-standard-8", 8, 32768},
    GoogleFakeType{"m1-megamem-96", 96, 1468006},
    GoogleFakeType{"n1-standard-1", 1, 3840, false, "OBSOLETE"},
    GoogleFakeType{"n1-standard-4", 4, 15360},
    GoogleFakeType{"n2-standard-2", 2, 8192},
    GoogleFakeType{"n2-standard-4", 4, 16384},
    GoogleFakeType{"n2-standard-8", 8, 32768},
    GoogleFakeType{"t2a-standard-4", 4, 16384},
};

// As in the world: europe-west1 has no zone a.
constexpr std::array<std::string_view, 9> kZones = {
    "europe-west1-b", "europe-west1-c", "europe-west1-d", "europe-west3-a", "europe-west3-b",
    "europe-west3-c", "us-central1-a",  "us-central1-b",  "us-central1-c"};

// The canonical words beside the HTTP status.
std::string_view StatusWord(int status) {
  switch (status) {
    case 400: return "INVALID_ARGUMENT";
    case 401: return "UNAUTHENTICATED";
    case 403: return "PERMISSION_DENIED";
    case 404: return "NOT_FOUND";
    case 409: return "ALREADY_EXISTS";
    case 412: return "FAILED_PRECONDITION";
    case 429: return "RESOURCE_EXHAUSTED";
    case 503: return "UNAVAILABLE";
    default: return "INTERNAL";
  }
}

int StatusOf(const std::string& operation_error) {
  if (operation_error.find("QUOTA") != operation_error.npos) return 403;
  if (operation_error.find("EXHAUSTED") != operation_error.npos) return 503;
  return operation_error == "INTERNAL_ERROR" ? 500 : 400;
}

std::string ReasonPhrase(int status) {
  if (status == 403) return "FORBIDDEN";
  if (status == 503) return "SERVICE UNAVAILABLE";
  return status == 500 ? "INTERNAL SERVER ERROR" : "BAD REQUEST";
}

std::string Fingerprint(const json& of) { return Base64(fmt::format("{:x}", of.dump().size())); }

json QuotaList(const GoogleFakeQuotas& quotas) {
  json list = json::array();
  for (const auto& [metric, values] : quotas) {
    list.push_back({{"metric", metric}, {"limit", values.first}, {"usage", values.second}});
  }
  return list;
}

json NetworkInterfaces(const std::string& project, const GoogleFakeInstance& instance,
                       const json& asked) {
  json answer = {{"kind", "compute#networkInterface"},
                 {"name", "nic0"},
                 {"fingerprint", Base64("nic0")},
                 {"network", GoogleLink(project, "/global/networks/default")}};
  const bool has_addresses = instance.status != "PROVISIONING";
  if (has_addresses) answer["networkIP"] = instance.address;
  const json wanted = asked.value("/networkInterfaces/0/accessConfigs"_json_pointer, json::array());
  for (const json& config : wanted) {
    json access = {{"kind", "compute#accessConfig"},
                   {"type", config.value("type", "")},
                   {"name", config.value("name", "")}};
    if (instance.status == "RUNNING") access["natIP"] = instance.address;
    answer["accessConfigs"].push_back(access);
  }
  return json::array({answer});
}

}  // namespace

std::span<const GoogleFakeType> GoogleFakeTypes() { return kTypes; }

const GoogleFakeType* FindGoogleFakeType(std::string_view zone, std::string_view name) {
  const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](const GoogleFakeType& t) {
    return t.name == name && zone.ends_with(t.only_in);
  });
  return type == kTypes.end() ? nullptr : &*type;
}

std::span<const std::string_view> GoogleFakeZones() { return kZones; }

bool IsGoogleFakeZone(std::string_view zone) {
  return std::find(kZones.begin(), kZones.end(), zone) != kZones.end();
}

std::string RegionOfGoogleZone(const std::string& zone) { return zone.substr(0, zone.rfind('-')); }

Response GoogleRefusal(int status, const std::string& reason, const std::string& message) {
  const json body = {
      {"error",
       {{"code", status},
        {"message", message},
        {"status", StatusWord(status)},
        {"errors", {{{"message", message}, {"domain", "global"}, {"reason", reason}}}}}}};
  return {.status = status, .body = body.dump(), .content_type = "application/json"};
}

Response GoogleAnswer(const json& body) {
  return {.status = 200, .body = body.dump(), .content_type = "application/json"};
}

json GoogleInstanceAnswer(const std::string& project, const GoogleFakeInstance& instance) {
  const json asked = instance.body.empty() ? json::object() : json::parse(instance.body);
  const std::string zone = GoogleLink(project, "/zones/" + instance.zone);
  json tags = asked.value("tags", json::object());
  tags["fingerprint"] = Fingerprint(tags);
  json metadata = asked.value("metadata", json::object());
  metadata["kind"] = "compute#metadata";
  metadata["fingerprint"] = Fingerprint(metadata);
  return {{"kind", "compute#instance"},
          {"id", std::to_string(instance.id)},
          {"creationTimestamp", GoogleTime(instance.created_at)},
          {"name", instance.name},
          {"zone", zone},
          {"selfLink", zone + "/instances/" + instance.name},
          {"machineType", zone + "/machineTypes/" + instance.type},
          {"status", instance.status},
          {"labels", instance.labels},
          {"labelFingerprint", Fingerprint(instance.labels)},
          {"fingerprint", Fingerprint(instance.name)},
          {"tags", tags},
          {"metadata", metadata},
          {"scheduling", asked.value("scheduling", json::object())},
          {"networkInterfaces", NetworkInterfaces(project, instance, asked)},
          {"disks", json::array({{{"kind", "compute#attachedDisk"},
                                  {"boot", true},
                                  {"autoDelete", true},
                                  {"index", 0},
                                  {"diskSizeGb", "50"},
                                  {"mode", "READ_WRITE"},
                                  {"type", "PERSISTENT"}}})}};
}

json GoogleOperationAnswer(const std::string& project, const GoogleFakeOperation& operation) {
  const std::string zone = GoogleLink(project, "/zones/" + operation.zone);
  const std::string name = fmt::format("operation-{:013}-{:08x}", operation.id, operation.id);
  json answer = {{"kind", "compute#operation"},
                 {"id", std::to_string(operation.id)},
                 {"name", name},
                 {"zone", zone},
                 {"selfLink", zone + "/operations/" + name},
                 {"operationType", operation.type},
                 {"targetLink", zone + "/instances/" + operation.instance},
                 {"targetId", std::to_string(operation.instance_id)},
                 {"status", operation.status},
                 {"progress", operation.status == "DONE" ? 100 : 0},
                 {"user", "spillway@edge-burst.iam.gserviceaccount.com"},
                 {"insertTime", GoogleTime(operation.asked_at)},
                 {"startTime", GoogleTime(operation.asked_at)}};
  if (!operation.request_id.empty()) answer["clientOperationId"] = operation.request_id;
  if (operation.status == "DONE") answer["endTime"] = GoogleTime(operation.asked_at);
  if (!operation.error.empty()) {
    const int status = StatusOf(operation.error);
    answer["httpErrorStatusCode"] = status;
    answer["httpErrorMessage"] = ReasonPhrase(status);
    answer["error"] = {{"errors",
                        {{{"code", operation.error},
                          {"message", "The operation on '" + operation.instance + "' failed."}}}}};
  }
  return answer;
}

json GoogleTypeAnswer(const std::string& project, const std::string& zone,
                      const GoogleFakeType& type) {
  const std::string link =
      GoogleLink(project, "/zones/" + zone + "/machineTypes/" + std::string(type.name));
  json answer = {{"kind", "compute#machineType"},
                 {"id", std::to_string(900000 + type.vcpu)},
                 {"creationTimestamp", GoogleTime(Time())},
                 {"name", type.name},
                 {"description", fmt::format("{} vCPUs, {} MB RAM", type.vcpu, type.memory_mib)},
                 {"guestCpus", type.vcpu},
                 {"memoryMb", type.memory_mib},
                 {"isSharedCpu", type.is_shared_core},
                 {"maximumPersistentDisks", 128},
                 {"maximumPersistentDisksSizeGb", "263168"},
                 {"zone", zone},
                 {"selfLink", link}};
  if (!type.deprecated.empty()) answer["deprecated"] = {{"state", type.deprecated}};
  return answer;
}

json GoogleRegionAnswer(const std::string& project, const std::string& region,
                        const GoogleFakeQuotas& quotas) {
  json zones = json::array();
  for (const std::string_view zone : kZones) {
    if (zone.starts_with(region + "-")) {
      zones.push_back(GoogleLink(project, "/zones/" + std::string(zone)));
    }
  }
  return {{"kind", "compute#region"},
          {"id", "1290"},
          {"name", region},
          {"status", "UP"},
          {"zones", zones},
          {"quotas", QuotaList(quotas)},
          {"selfLink", GoogleLink(project, "/regions/" + region)}};
}

json GoogleProjectAnswer(const std::string& project, const GoogleFakeQuotas& quotas) {
  return {{"kind", "compute#project"},
          {"id", "123456789012"},
          {"name", project},
          {"quotas", QuotaList(quotas)},
          {"selfLink", GoogleLink(project, "")}};
}

json GoogleListAnswer(const std::string& kind, const json& items, const std::string& next) {
  json answer = {{"kind", kind}, {"id", "list"}};
  if (!items.empty()) answer["items"] = items;  // an empty list has no such member
  if (!next.empty()) answer["nextPageToken"] = next;
  return answer;
}

std::string GoogleLink(const std::string& project, const std::string& path) {
  return "https://www.googleapis.com/compute/v1/projects/" + project + path;
}

std::string GoogleTime(Time time) {
  std::string text = TimeText(time - std::chrono::hours(8));
  text.replace(text.size() - 1, 1, ".000-08:00");
  return text;
}

}  // namespace spillway::fakes
