#include "providers/equinix/equinix_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/time.h"

namespace spillway {
namespace {

using nlohmann::json;
using testing::At;
using namespace std::chrono_literals;

EquinixLaunch ALaunch() {
  EquinixLaunch launch;
  launch.project = "p-1";
  launch.metro = "fr";
  launch.plan = "c3.small.x86";
  launch.hostname = "edge-h1";
  launch.operating_system = "ubuntu_24_04";
  launch.tags = {"spillway-token:t1"};
  return launch;
}

TEST(EquinixRequests, CreateAsksForWhatIsNeededAndNoMore) {
  const RestCall call = CreateDevice(ALaunch());
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.path, "/projects/p-1/devices?include=ip_addresses,metro,plan");
  EXPECT_EQ(call.effect, Effect::kCreates);
  EXPECT_EQ(call.body, R"({"metro": "fr", "plan": "c3.small.x86", "hostname": "edge-h1",
                           "operating_system": "ubuntu_24_04", "billing_cycle": "hourly",
                           "tags": ["spillway-token:t1"], "no_ssh_keys": true})"_json);
}

TEST(EquinixRequests, CreateAsksForEverythingThatCanBeSaid) {
  EquinixLaunch launch = ALaunch();
  launch.user_data = "#cloud-config\n";
  launch.project_ssh_keys = {"key-1"};
  launch.user_ssh_keys = {"key-2"};
  launch.has_public_address = false;
  launch.terminate_at = At(1h);
  const json body = CreateDevice(launch).body;
  EXPECT_EQ(body["userdata"], "#cloud-config\n");
  EXPECT_EQ(body["project_ssh_keys"], json{"key-1"});
  EXPECT_EQ(body["user_ssh_keys"], json{"key-2"});
  EXPECT_FALSE(body.contains("no_ssh_keys"));
  EXPECT_EQ(body["ip_addresses"], R"([{"address_family": 4, "public": false}])"_json);
  EXPECT_EQ(body["termination_time"], "2026-03-02T01:00:00Z");
}

TEST(EquinixRequests, GoToTheirPlaces) {
  struct Row {
    RestCall call;
    std::string line;
    Effect effect;
  };
  const std::string written_out = "include=ip_addresses,metro,plan";
  const Row rows[] = {
      {GetDevice("d-1"), "GET /devices/d-1?" + written_out, Effect::kReads},
      {DeleteDevice("d-1"), "DELETE /devices/d-1?force_delete=true", Effect::kRepeatable},
      {ListEvents("d-1"), "GET /devices/d-1/events?per_page=10", Effect::kReads},
      {ListDevices("p-1", "", ""),
       "GET /projects/p-1/devices?" + written_out + "&per_page=100&page=1", Effect::kReads},
      {ListDevices("p-1", "a:b c", "7"),
       "GET /projects/p-1/devices?" + written_out + "&per_page=100&tag=a%3Ab%20c&page=7",
       Effect::kReads},
      {CountDevices("p-1"), "GET /projects/p-1/devices?per_page=1&page=1", Effect::kReads},
      {ListPlans("p-1"), "GET /projects/p-1/plans", Effect::kReads},
      {ListMetros(), "GET /locations/metros", Effect::kReads},
      {ListCapacity(), "GET /capacity/metros", Effect::kReads},
      {CheckCapacity("fr", "c3.small.x86"), "POST /capacity/metros", Effect::kReads},
      {GetDevice("../projects"), "GET /devices/..%2Fprojects?" + written_out, Effect::kReads},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(row.call.method + " " + row.call.path, row.line);
    EXPECT_EQ(row.call.effect, row.effect) << row.line;
  }
  EXPECT_EQ(CheckCapacity("fr", "c3.small.x86").body,
            R"({"servers":[{"metro":"fr","plan":"c3.small.x86","quantity":"1"}]})"_json);
}

json ADevice() {
  return R"({
    "id": "d-1", "hostname": "edge-h1", "state": "active", "locked": false,
    "tags": ["mine", "spillway-token:t1"],
    "plan": {"slug": "c3.small.x86"}, "metro": {"code": "fr", "country": "DE"},
    "facility": {"code": "fr2"}, "root_password": "x",
    "created_at": "2026-03-02T00:00:30Z",
    "ip_addresses": [
      {"address": "198.51.100.7", "address_family": 4, "public": true, "management": false},
      {"address": "2001:db8::1", "address_family": 6, "public": true, "management": true},
      {"address": "203.0.113.5", "address_family": 4, "public": true, "management": true},
      {"address": "10.1.2.3", "address_family": 4, "public": false, "management": true}
    ]})"_json;
}

TEST(EquinixAnswers, GiveADeviceWithTheAddressesThatAreItsOwn) {
  EquinixDevice device;
  device.id = "d-1";
  device.state = "active";
  device.plan = "c3.small.x86";
  device.metro = "fr";
  device.public_address = "203.0.113.5";
  device.private_address = "10.1.2.3";
  device.tags = {"mine", "spillway-token:t1"};
  device.created_at = At(30s);
  EXPECT_EQ(ReadDevice(ADevice()), device);
}

TEST(EquinixAnswers, GiveADeviceThatSaysLittle) {
  const EquinixDevice device = ReadDevice(
      R"({"id":"d-1","tags":[],"plan":{"href":"/metal/v1/plans/1"},"metro":null,
          "provisioning_percentage":40.5,"ip_addresses":null,"created_at":"yesterday"})"_json);
  EXPECT_EQ(device.state, "");
  EXPECT_EQ(device.plan, "");
  EXPECT_EQ(device.metro, "");
  EXPECT_EQ(device.public_address, "");
  EXPECT_EQ(device.provisioned_percent, 40.5);
  EXPECT_EQ(device.created_at, kDistantPast);
}

TEST(EquinixAnswers, GiveNoDeviceWithoutIdOrTags) {
  for (const char* member : {"id", "tags"}) {
    json device = ADevice();
    device.erase(member);
    EXPECT_THROW(ReadDevice(device), json::exception) << member;
    device[member] = 7;
    EXPECT_THROW(ReadDevice(device), json::exception) << member;
  }
}

TEST(EquinixAnswers, CountTheDevicesThatCannotBeRead) {
  const EquinixDevices devices =
      ReadDevices({{"devices", {ADevice(), {{"hostname", "who"}}}},
                   {"meta", {{"current_page", 1}, {"total", 2}, {"next", nullptr}}}});
  EXPECT_EQ(devices.page.items, std::vector{ReadDevice(ADevice())});
  EXPECT_EQ(devices.page.next, "");
  EXPECT_EQ(devices.unreadable, 1);
  EXPECT_EQ(devices.total, 2);
}

TEST(EquinixAnswers, NameTheNextPage) {
  const auto next = [](json meta) {
    meta["total"] = 7;
    return ReadDevices({{"devices", json::array()}, {"meta", meta}}).page.next;
  };
  EXPECT_EQ(
      next(R"({"next":{"href":"/metal/v1/projects/p/devices?per_page=1&page=3&tag=a"}})"_json),
      "3");
  EXPECT_EQ(next(R"({"next":{"href":"/metal/v1/projects/p/devices?page=2"}})"_json), "2");
  EXPECT_EQ(next(R"({"last_page":1})"_json), "");
  EXPECT_THROW(next(R"({"next":{"href":"/metal/v1/projects/p/devices?per_page=1"}})"_json),
               json::exception);
  EXPECT_THROW(next(R"({"next":7})"_json), json::exception);
  EXPECT_THROW(ReadDevices(R"({"devices":[]})"_json), json::exception);
  EXPECT_THROW(ReadDevices(R"({"devices":[],"meta":{}})"_json), json::exception);
  EXPECT_THROW(ReadDevices(R"({"meta":{"total":0}})"_json), json::exception);
}

TEST(EquinixAnswers, TellEventsFromTheLatestOn) {
  EXPECT_EQ(ReadEvents(R"({"events":[
                {"body":"queued","created_at":"2026-03-02T00:00:00Z"},
                {"body":"x %{y}","interpolated":"it failed","created_at":"2026-03-02T00:05:00Z"},
                {"body":"started","created_at":"2026-03-02T00:01:00Z"}]})"_json),
            (std::vector<std::string>{"it failed", "started", "queued"}));
}

TEST(EquinixAnswers, GivePlansWithTheirPricesByPlace) {
  const auto plans = ReadPlans(R"({"plans":[
      {"slug":"c3.small.x86","line":"baremetal","deployment_types":["on_demand","spot_market"],
       "pricing":{"hour":0.75},
       "specs":{"cpus":[{"count":1,"type":"Intel Xeon E-2278G 8-Core Processor"}],
                "memory":{"total":"32GB"}},
       "available_in_metros":[{"href":"/metal/v1/locations/metros/m-1"},
                              {"href":"/metal/v1/locations/metros/m-2","price":{"hour":0.9}}]},
      {"slug":"storage_1","line":"storage","pricing":{"month":1}},
      {"slug":"bare"}]})"_json);
  ASSERT_EQ(plans.size(), 3u);
  EquinixPlan small;
  small.slug = "c3.small.x86";
  small.is_metal = true;
  small.is_on_demand = true;
  small.cpus = {{1, "Intel Xeon E-2278G 8-Core Processor"}};
  small.memory_mib = 32 * 1024;
  small.price = Money{750'000};
  small.metros = {{"m-1", std::nullopt}, {"m-2", Money{900'000}}};
  EXPECT_EQ(plans[0], small);
  EXPECT_FALSE(plans[1].is_metal);
  EXPECT_EQ(plans[1].price, std::nullopt);
  EXPECT_TRUE(plans[2].is_metal && plans[2].is_on_demand);
  EXPECT_EQ(plans[2].memory_mib, 0);
}

TEST(EquinixAnswers, GiveMetrosAndWhatIsInStock) {
  EXPECT_EQ(ReadMetros(R"({"metros":[{"id":"m-1","code":"fr","name":"Frankfurt","country":"DE"},
                                     {"id":"m-2","code":"zz"}]})"_json),
            (std::vector<EquinixMetro>{{"m-1", "fr", "DE"}, {"m-2", "zz", ""}}));
  EXPECT_EQ(ReadStock(R"({"capacity":{"fr":{"a":{"level":"normal","available_servers":25},
                                            "b":{"level":"unavailable"},
                                            "c":{"level":"normal"}},
                                      "sv":{}}})"_json),
            (EquinixStock{{"fr", {{"a", 25}, {"b", 0}}}}));
  EXPECT_FALSE(ReadIsAvailable(R"({"servers":[{"available":false,"quantity":"1"}]})"_json));
  EXPECT_THROW(ReadIsAvailable(R"({"servers":[]})"_json), json::exception);
}

}  // namespace
}  // namespace spillway
