#include "providers/google/google_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scaler/runtime/http_client.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using nlohmann::json;
using testing::At;
using namespace std::chrono_literals;

GoogleLaunch ALaunch() {
  GoogleLaunch launch;
  launch.name = "edge-1";
  launch.zone = "europe-west3-a";
  launch.machine_type = "e2-standard-4";
  launch.image = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64";
  launch.boot_disk_gib = 50;
  launch.boot_disk_type = "pd-balanced";
  launch.network = "global/networks/default";
  launch.user_data = "#cloud-config\n";
  launch.labels = {{"spillway-owner", "edge"}};
  launch.request_id = "3e3216b1-43e9-50cf-803c-3d173092a0df";
  return launch;
}

TEST(GoogleApi, InsertsAMachineThatLeavesNoDiskBehind) {
  const RestCall call = InsertInstance(ALaunch());
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.path,
            "/zones/europe-west3-a/instances?requestId=3e3216b1-43e9-50cf-803c-3d173092a0df");
  EXPECT_EQ(call.effect, Effect::kCreates);
  EXPECT_EQ(call.scope, "europe-west3");
  EXPECT_EQ(call.body, json::parse(R"({
    "name": "edge-1",
    "machineType": "zones/europe-west3-a/machineTypes/e2-standard-4",
    "disks": [{"boot": true, "autoDelete": true, "initializeParams": {
      "sourceImage": "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64",
      "diskSizeGb": "50",
      "diskType": "zones/europe-west3-a/diskTypes/pd-balanced",
      "labels": {"spillway-owner": "edge"}}}],
    "networkInterfaces": [{"network": "global/networks/default",
      "accessConfigs": [{"type": "ONE_TO_ONE_NAT", "name": "External NAT"}]}],
    "metadata": {"items": [{"key": "enable-oslogin", "value": "FALSE"},
                           {"key": "user-data", "value": "#cloud-config\n"}]},
    "labels": {"spillway-owner": "edge"},
    "scheduling": {"provisioningModel": "STANDARD", "onHostMaintenance": "MIGRATE",
                   "automaticRestart": true}
  })"));
}

TEST(GoogleApi, SaysNetworkTagsAndKeysOfTheLaunch) {
  GoogleLaunch launch = ALaunch();
  launch.public_address = false;
  launch.subnetwork = "regions/europe-west3/subnetworks/hosts";
  launch.network_tags = {"edge-host"};
  launch.ssh_keys = {"ops:ssh-ed25519 AAAA", "me:ssh-ed25519 BBBB"};
  launch.user_data = "";
  const json body = InsertInstance(launch).body;
  EXPECT_EQ(body["networkInterfaces"],
            json::parse(R"([{"subnetwork": "regions/europe-west3/subnetworks/hosts"}])"));
  EXPECT_EQ(body["tags"], json::parse(R"({"items": ["edge-host"]})"));
  EXPECT_EQ(body["metadata"]["items"][1], json::parse(R"({"key": "ssh-keys",
                            "value": "ops:ssh-ed25519 AAAA\nme:ssh-ed25519 BBBB"})"));
}

TEST(GoogleApi, EncodesFiltersAndPages) {
  EXPECT_EQ(ListInstances("spillway-owner", "edge", "a/b").path,
            "/aggregated/instances?maxResults=500&filter=" +
                PercentEncode("labels.spillway-owner=\"edge\"") +
                "&pageToken=a%2Fb&returnPartialSuccess=true");
  EXPECT_EQ(ListOperations("europe-west3-a", "edge-1", "").path,
            "/zones/europe-west3-a/operations?maxResults=500&filter=" +
                PercentEncode("targetLink eq \".*/instances/edge-1\""));
  EXPECT_EQ(GetInstance("europe-west3-a", "edge-1").path, "/zones/europe-west3-a/instances/edge-1");
  EXPECT_EQ(DeleteInstance("europe-west3-a", "edge-1").effect, Effect::kRepeatable);
}

constexpr const char* kInstance = R"({
  "kind": "compute#instance", "id": "4128373872", "name": "edge-1",
  "creationTimestamp": "2026-03-01T16:00:30.000-08:00",
  "zone": "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west3-a",
  "machineType":
    "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west3-a/machineTypes/e2-micro",
  "status": "RUNNING", "statusMessage": "why",
  "labels": {"spillway-owner": "edge"}, "labelFingerprint": "42WmSpB8rSM=",
  "networkInterfaces": [{"name": "nic0", "networkIP": "10.156.0.2",
    "accessConfigs": [{"type": "ONE_TO_ONE_NAT", "natIP": "203.0.113.7"}]}]
})";

GoogleInstance TheInstance() {
  return {.name = "edge-1",
          .zone = "europe-west3-a",
          .machine_type = "e2-micro",
          .status = "RUNNING",
          .status_message = "why",
          .public_address = "203.0.113.7",
          .private_address = "10.156.0.2",
          .created_at = At(30s),
          .labels = {{"spillway-owner", "edge"}}};
}

TEST(GoogleApi, ReadsAnInstance) {
  EXPECT_EQ(ReadInstance(json::parse(kInstance)), TheInstance());
  json bare = json::parse(kInstance);
  for (const char* name : {"labels", "networkInterfaces", "statusMessage"}) bare.erase(name);
  EXPECT_EQ(ReadInstance(bare).public_address, "");
  for (const char* name : {"name", "zone", "machineType", "status", "creationTimestamp"}) {
    json broken = json::parse(kInstance);
    broken.erase(name);
    EXPECT_THROW(ReadInstance(broken), json::exception) << name;
  }
  json odd = json::parse(kInstance);
  odd["creationTimestamp"] = "yesterday";
  EXPECT_THROW(ReadInstance(odd), json::exception);
}

TEST(GoogleApi, ReadsInstancesOutOfTheMapOfZones) {
  const json body = {
      {"items",
       {{"zones/europe-west3-a", {{"instances", json::array({json::parse(kInstance)})}}},
        {"zones/europe-west3-b", {{"warning", {{"code", "NO_RESULTS_ON_PAGE"}}}}}}},
      {"nextPageToken", "page-2"}};
  const GoogleInstancePage read = ReadInstances(body);
  EXPECT_EQ(read.page.items, std::vector{TheInstance()});
  EXPECT_EQ(read.page.next, "page-2");
  EXPECT_TRUE(read.is_whole);
  EXPECT_TRUE(ReadInstances(json::object()).is_whole);
}

TEST(GoogleApi, SaysWhenAListOfInstancesIsNotWhole) {
  json unreadable = json::parse(kInstance);
  unreadable.erase("status");
  const json bodies[] = {
      {{"items", {{"zones/a", {{"warning", {{"code", "UNREACHABLE"}}}}}}}},
      {{"warning", {{"code", "PARTIAL_SUCCESS"}}}},
      {{"unreachables", {"zones/a"}}},
      {{"items", {{"zones/a", {{"instances", {unreadable, json::parse(kInstance)}}}}}}},
  };
  for (const json& body : bodies) EXPECT_FALSE(ReadInstances(body).is_whole) << body;
  EXPECT_EQ(ReadInstances(bodies[3]).page.items.size(), 1u);
}

TEST(GoogleApi, ReadsWhatBecameOfAnOperation) {
  json body = json::parse(R"({
    "kind": "compute#operation", "id": "77", "name": "operation-77", "operationType": "insert",
    "targetLink": "https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/edge-1",
    "targetId": "4128373872", "status": "RUNNING", "progress": 0,
    "insertTime": "2026-03-01T16:01:00.000-08:00"
  })");
  GoogleOperation expected{.type = "insert",
                           .instance = "edge-1",
                           .is_done = false,
                           .error = std::nullopt,
                           .asked_at = At(1min)};
  EXPECT_EQ(ReadOperation(body), expected);

  body["status"] = "DONE";
  body["httpErrorStatusCode"] = 503;
  body["error"] = json::parse(R"({"errors": [
    {"code": "ZONE_RESOURCE_POOL_EXHAUSTED", "message": "none left",
     "errorDetails": [{"errorInfo": {"reason": "resource_availability"}}]}]})");
  body["warnings"] = json::parse(R"([{"code": "DISK_SIZE_LARGER_THAN_IMAGE_SIZE"}])");
  expected.is_done = true;
  expected.error = GoogleOperationError{503, "ZONE_RESOURCE_POOL_EXHAUSTED", "none left"};
  EXPECT_EQ(ReadOperation(body), expected);

  const auto page = ReadOperations({{"items", {body, body}}, {"nextPageToken", "next"}});
  EXPECT_EQ(page.items, (std::vector{expected, expected}));
  EXPECT_EQ(page.next, "next");
  EXPECT_EQ(ReadOperations(json::object()).items.size(), 0u);
}

TEST(GoogleApi, ReadsMachineTypesAndQuotas) {
  const json types = json::parse(R"({"items": [
    {"name": "e2-medium", "guestCpus": 2, "memoryMb": 4096, "isSharedCpu": true,
     "maximumPersistentDisksSizeGb": "263168"},
    {"name": "n1-standard-1", "guestCpus": 1, "memoryMb": 3840, "isSharedCpu": false,
     "deprecated": {"state": "OBSOLETE"}},
    {"name": "n2-standard-2", "guestCpus": 2, "memoryMb": 8192,
     "deprecated": {"state": "DEPRECATED"}}]})");
  EXPECT_EQ(ReadMachineTypes(types).items,
            (std::vector<GoogleMachineType>{{"e2-medium", 2, 4096, true, false},
                                            {"n1-standard-1", 1, 3840, false, true},
                                            {"n2-standard-2", 2, 8192, false, false}}));
  const json region = json::parse(R"({"name": "europe-west3", "quotas": [
    {"metric": "CPUS", "limit": 24.0, "usage": 4.0}, {"metric": "INSTANCES", "limit": 24.0}]})");
  EXPECT_EQ(ReadQuotas(region), (GoogleQuotas{{"CPUS", {24, 4}}, {"INSTANCES", {24, 0}}}));
  EXPECT_EQ(ReadQuotas({{"quotaStatusWarning", {{"code", "x"}}}}), GoogleQuotas{});
}

// The ids were computed by Python's uuid.uuid5(uuid.NAMESPACE_URL, "spillway:" + token).
TEST(GoogleApi, MakesTheSameRequestIdOfTheSameToken) {
  EXPECT_EQ(GoogleRequestId("token-1"), "3e3216b1-43e9-50cf-803c-3d173092a0df");
  EXPECT_EQ(GoogleRequestId("edge-0123456789abcdef0123"), "3ba11fa7-bf63-56ae-a6ae-a15a8d5332ca");
}

}  // namespace
}  // namespace spillway
