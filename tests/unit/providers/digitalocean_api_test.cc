#include "providers/digitalocean/digitalocean_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/time.h"

namespace spillway {
namespace {

using nlohmann::json;

// The shape of the API's own documents, with what we do not read left in.
json ADroplet() {
  return json::parse(R"({
    "id": 3164444, "name": "edge-h1", "memory": 8192, "vcpus": 4, "disk": 160, "locked": false,
    "status": "active", "kernel": null, "created_at": "2026-03-02T00:00:44Z",
    "features": ["private_networking"], "backup_ids": [], "next_backup_window": null,
    "image": {"id": 63663980, "slug": "debian-12-x64"}, "volume_ids": [],
    "size": {"slug": "s-4vcpu-8gb"}, "size_slug": "s-4vcpu-8gb",
    "networks": {
      "v4": [
        {"ip_address": "10.128.192.124", "netmask": "255.255.0.0", "gateway": "nil",
         "type": "private"},
        {"ip_address": "192.241.165.154", "netmask": "255.255.255.0", "gateway": "192.241.165.1",
         "type": "public"}],
      "v6": []},
    "region": {"name": "Frankfurt 1", "slug": "fra1"},
    "tags": ["web", "spillway-token:t-1"], "vpc_uuid": "760e09ef-dc84-11e8-981e-3cfdfeaae000"})");
}

TEST(DigitalOceanRequests, OfACreationSayEverythingThatIsWanted) {
  DropletRequest request;
  request.name = "edge-h1";
  request.region = "fra1";
  request.size = "s-4vcpu-8gb";
  request.image = "debian-12-x64";
  request.ssh_keys = {"289794", "3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45"};
  request.vpc = "5a4981aa-9653-4bd1-bef5-d6bff52042e4";
  request.user_data = "#cloud-config\n";
  request.monitoring = true;
  request.tags = {"spillway-token:t-1"};
  const RestCall call = CreateDroplet(request);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.path, "/droplets");
  EXPECT_EQ(call.effect, Effect::kCreates);
  EXPECT_EQ(call.body, json::parse(R"({
    "name": "edge-h1", "region": "fra1", "size": "s-4vcpu-8gb", "image": "debian-12-x64",
    "ssh_keys": [289794, "3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45"],
    "vpc_uuid": "5a4981aa-9653-4bd1-bef5-d6bff52042e4", "user_data": "#cloud-config\n",
    "ipv6": false, "monitoring": true, "tags": ["spillway-token:t-1"]})"));
}

TEST(DigitalOceanRequests, LeaveOutWhatIsTheRegionsOwn) {
  DropletRequest request;
  request.image = "7555620";
  const json body = CreateDroplet(request).body;
  EXPECT_FALSE(body.contains("vpc_uuid"));
  EXPECT_FALSE(body.contains("user_data"));
  EXPECT_EQ(body["image"], 7555620);
}

TEST(DigitalOceanRequests, AskForPagesAsLargeAsTheyMayBe) {
  EXPECT_EQ(ListDroplets("spillway-owner:edge", "").path,
            "/droplets?tag_name=spillway-owner%3Aedge&page=1&per_page=200");
  EXPECT_EQ(ListDroplets("", "3", 1).path, "/droplets?page=3&per_page=1");
  EXPECT_EQ(ListSizes("2").path, "/sizes?page=2&per_page=200");
  EXPECT_EQ(ListRegions("").path, "/regions?page=1&per_page=200");
}

TEST(DigitalOceanRequests, OfADeletionCanBeRepeated) {
  const RestCall call = DeleteDroplet("3164444");
  EXPECT_EQ(call.method, "DELETE");
  EXPECT_EQ(call.path, "/droplets/3164444");
  EXPECT_EQ(call.effect, Effect::kRepeatable);
}

TEST(DigitalOceanIds, AreNumbers) {
  for (const char* id : {"1", "3164444"}) EXPECT_TRUE(IsDigitalOceanId(id)) << id;
  for (const char* id : {"", "0", "01", "-1", "a1", "1/actions", "99999999999999999999", "1?x"}) {
    EXPECT_FALSE(IsDigitalOceanId(id)) << id;
  }
}

TEST(DigitalOceanAnswers, GiveADroplet) {
  const Droplet droplet = ReadDroplet({{"droplet", ADroplet()}});
  EXPECT_EQ(droplet.id, "3164444");
  EXPECT_EQ(droplet.status, "active");
  EXPECT_EQ(droplet.region, "fra1");
  EXPECT_EQ(droplet.size, "s-4vcpu-8gb");
  EXPECT_EQ(droplet.public_address, "192.241.165.154");
  EXPECT_EQ(droplet.private_address, "10.128.192.124");
  EXPECT_EQ(droplet.created_at, testing::At(std::chrono::seconds(44)));
  EXPECT_EQ(droplet.tags, (std::vector<std::string>{"web", "spillway-token:t-1"}));
}

TEST(DigitalOceanAnswers, OfANewDropletHaveNoAddressesAndNameItsAction) {
  json droplet = ADroplet();
  droplet["status"] = "new";
  droplet["networks"] = json::object();
  const CreatedDroplet created = ReadCreatedDroplet(
      {{"droplet", droplet},
       {"links",
        {{"actions", json::array({{{"id", 7515}, {"rel", "create"}, {"href", "https://x"}}})}}}});
  EXPECT_EQ(created.droplet.public_address, "");
  EXPECT_EQ(created.action, "7515");

  for (const json& networks : {json(), json{{"v4", nullptr}}, json{{"v4", json::array()}}}) {
    droplet["networks"] = networks;
    EXPECT_EQ(ReadDroplet({{"droplet", droplet}}).public_address, "") << networks;
  }
  EXPECT_EQ(ReadCreatedDroplet({{"droplet", droplet}}).action, "");
}

TEST(DigitalOceanAnswers, WithoutWhatMakesAMachineAreNotRead) {
  for (const char* member : {"id", "status", "region", "size_slug", "tags"}) {
    json droplet = ADroplet();
    droplet.erase(member);
    EXPECT_THROW(ReadDroplet({{"droplet", droplet}}), json::exception) << member;
  }
  json text = ADroplet();
  text["id"] = "3164444";
  EXPECT_THROW(ReadDroplet({{"droplet", text}}), json::exception);
  EXPECT_THROW(ReadDroplet(json::object()), json::exception);
  EXPECT_THROW(ReadDroplets(json::object()), json::exception);
}

TEST(DigitalOceanAnswers, CountTheDropletsThatCannotBeRead) {
  json broken = ADroplet();
  broken.erase("tags");
  const auto list = ReadDroplets({{"droplets", json::array({ADroplet(), broken})},
                                  {"links", json::object()},
                                  {"meta", {{"total", 2}}}});
  EXPECT_EQ(list.page.items.size(), 1u);
  EXPECT_EQ(list.unreadable, 1);
  EXPECT_EQ(list.total, 2);
  EXPECT_EQ(list.page.next, "");
}

TEST(DigitalOceanAnswers, NameTheNextPageByItsNumber) {
  const std::pair<json, std::string> cases[] = {
      {json::object(), ""},
      {json(), ""},
      {{{"pages", json::object()}}, ""},
      {{{"pages", {{"first", "https://h/v2/droplets?page=1"}}}}, ""},
      {{{"pages", {{"next", "https://h/v2/droplets?page=2&per_page=200"}}}}, "2"},
      {{{"pages", {{"next", "https://h/v2/droplets?per_page=200&page=17"}}}}, "17"},
      {{{"pages", {{"next", "https://h/v2/droplets?per_page=200"}}}},
       "https://h/v2/droplets?per_page=200"},
  };
  for (const auto& [links, next] : cases) {
    const auto list =
        ReadDroplets({{"droplets", json::array()}, {"links", links}, {"meta", {{"total", 0}}}});
    EXPECT_EQ(list.page.next, next) << links;
  }
}

TEST(DigitalOceanAnswers, GiveSizesWithTheirPriceInMillionths) {
  const auto sizes = ReadSizes(json::parse(R"({"sizes": [
    {"slug": "s-1vcpu-1gb", "memory": 1024, "vcpus": 1, "disk": 25, "transfer": 1.0,
     "price_monthly": 5.0, "price_hourly": 0.00743999984115362, "regions": ["ams2", "fra1"],
     "available": true, "description": "Basic"},
    {"slug": "gpu-x", "memory": 245760, "vcpus": 20, "price_hourly": 3.39, "regions": [],
     "available": false, "description": "GPU", "gpu_info": {"count": 1}},
    {"slug": "odd", "memory": "much"}],
    "links": {}, "meta": {"total": 3}})"));
  ASSERT_EQ(sizes.page.items.size(), 2u);
  const DigitalOceanSize& basic = sizes.page.items[0];
  EXPECT_EQ(basic.slug, "s-1vcpu-1gb");
  EXPECT_TRUE(basic.is_available);
  EXPECT_EQ(basic.vcpu, 1);
  EXPECT_EQ(basic.memory_mib, 1024);
  EXPECT_EQ(basic.price_per_hour, Money{7'440});
  EXPECT_EQ(basic.regions, (std::vector<std::string>{"ams2", "fra1"}));
  EXPECT_FALSE(basic.has_gpu);
  EXPECT_TRUE(sizes.page.items[1].has_gpu);
  EXPECT_EQ(sizes.unreadable, 1);
}

TEST(DigitalOceanAnswers, GiveRegionsAccountAndActions) {
  const auto regions = ReadRegions(json::parse(R"({"regions": [
    {"name": "Frankfurt 1", "slug": "fra1", "features": [], "available": true,
     "sizes": ["s-1vcpu-1gb"]},
    {"name": "Frankfurt 2", "slug": "fra2", "features": [], "available": false}],
    "links": {}, "meta": {"total": 2}})"));
  ASSERT_EQ(regions.page.items.size(), 2u);
  EXPECT_EQ(regions.page.items[0].sizes, std::vector<std::string>{"s-1vcpu-1gb"});
  EXPECT_TRUE(regions.page.items[1].sizes.empty()) << "sizes:read is missing";

  const auto account = ReadAccountAnswer(json::parse(
      R"({"account": {"droplet_limit": 25, "email": "x", "uuid": "y", "email_verified": true,
          "status": "warning", "status_message": "pay"}})"));
  EXPECT_EQ(account.droplet_limit, 25);
  EXPECT_EQ(account.status, "warning");
  EXPECT_EQ(account.status_message, "pay");

  EXPECT_EQ(ReadActionStatus({{"action", {{"id", 1}, {"status", "errored"}}}}), "errored");
}

}  // namespace
}  // namespace spillway
