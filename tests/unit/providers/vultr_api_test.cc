#include "providers/vultr/vultr_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "providers/vultr/vultr_os.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using nlohmann::json;
using testing::At;
using namespace std::chrono_literals;

constexpr const char* kUuid = "cb676a46-66fd-4dfb-b839-443f2e6c0b60";

json AnInstance() {
  return json::parse(R"json({
    "id": "cb676a46-66fd-4dfb-b839-443f2e6c0b60", "os": "Debian 12 x64 (bookworm)", "ram": 8192,
    "disk": 160, "main_ip": "192.0.2.123", "vcpu_count": 4, "region": "ewr", "plan": "vc2-4c-8gb",
    "date_created": "2026-03-02T10:00:00+00:00", "status": "active", "allowed_bandwidth": 4000,
    "netmask_v4": "255.255.254.0", "gateway_v4": "192.0.2.1", "power_status": "running",
    "server_status": "ok", "v6_network": "", "v6_main_ip": "", "v6_network_size": 0,
    "label": "edge-h1", "internal_ip": "", "kvm": "https://my.vultr.com/x", "hostname": "edge-h1",
    "os_id": 2136, "app_id": 0, "image_id": "", "firewall_group_id": "", "features": ["ipv6"],
    "tags": ["spillway-token:t1", "another"], "user_scheme": "root"})json");
}

json ABareMetal() {
  return json::parse(R"json({
    "id": "cb676a46-66fd-4dfb-b839-443f2e6c0b60", "os": "Debian 12 x64 (bookworm)",
    "ram": "32768 MB", "disk": "2x 240GB SSD", "main_ip": "", "cpu_count": 4, "region": "ams",
    "date_created": "2026-03-02T10:00:00+00:00", "status": "pending",
    "netmask_v4": "255.255.254.0", "gateway_v4": "192.0.2.1", "plan": "vbm-4c-32gb",
    "v6_network": "2001:0db8:5001:3990::", "v6_main_ip": "", "v6_network_size": 64,
    "mac_address": 2199756823533, "label": "edge-h1", "os_id": 2136, "app_id": 0, "image_id": "",
    "features": ["ipv6"], "tags": ["spillway-token:t1"]})json");
}

json Meta(const std::string& next) {
  return {{"total", 2}, {"links", {{"next", next}, {"prev", ""}}}};
}

TEST(VultrRequests, MakeAnInstance) {
  VultrLaunch launch;
  launch.region = "fra";
  launch.plan = "vc2-4c-8gb";
  launch.name = "edge-h1";
  launch.tags = {"spillway-token:t1"};
  launch.os_id = 2136;
  launch.user_data = "#cloud-config\n";
  launch.ssh_keys = {"key-1"};
  launch.firewall_group = "group-1";
  launch.disks = "raid1";
  const RestCall call = CreateVultrMachine(launch);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.path, "/instances");
  EXPECT_EQ(call.effect, Effect::kCreates);
  EXPECT_EQ(call.body, json({{"region", "fra"},
                             {"plan", "vc2-4c-8gb"},
                             {"label", "edge-h1"},
                             {"hostname", "edge-h1"},
                             {"tags", {"spillway-token:t1"}},
                             {"activation_email", false},
                             {"os_id", 2136},
                             {"user_data", "I2Nsb3VkLWNvbmZpZwo="},
                             {"sshkey_id", {"key-1"}},
                             {"backups", "disabled"},
                             {"firewall_group_id", "group-1"}}));
}

TEST(VultrRequests, MakeBareMetalFromASnapshot) {
  VultrLaunch launch;
  launch.type = ClusterType::kMetal;
  launch.region = "fra";
  launch.plan = "vbm-4c-32gb";
  launch.name = "edge-h1";
  launch.snapshot = "snapshot-1";
  launch.firewall_group = "group-1";
  launch.disks = "raid1";
  const RestCall call = CreateVultrMachine(launch);
  EXPECT_EQ(call.path, "/bare-metals");
  EXPECT_EQ(call.body, json({{"region", "fra"},
                             {"plan", "vbm-4c-32gb"},
                             {"label", "edge-h1"},
                             {"hostname", "edge-h1"},
                             {"tags", json::array()},
                             {"activation_email", false},
                             {"snapshot_id", "snapshot-1"},
                             {"mdisk_mode", "raid1"}}));
}

TEST(VultrRequests, AskAboutMachinesByTheirId) {
  EXPECT_EQ(GetVultrMachine("instances/a-1").path, "/instances/a-1");
  EXPECT_EQ(GetVultrMachine("bare-metals/a-1").path, "/bare-metals/a-1");
  const RestCall deletion = DeleteVultrMachine("bare-metals/a-1");
  EXPECT_EQ(deletion.method, "DELETE");
  EXPECT_EQ(deletion.path, "/bare-metals/a-1");
  EXPECT_EQ(deletion.effect, Effect::kRepeatable);
}

TEST(VultrRequests, AskForPagesAndStock) {
  EXPECT_EQ(ListVultrMachines(ClusterType::kVirtual, "").path, "/instances?per_page=500");
  EXPECT_EQ(ListVultrMachines(ClusterType::kMetal, "bmV4dA==").path,
            "/bare-metals?per_page=500&cursor=bmV4dA%3D%3D");
  EXPECT_EQ(ListVultrPlans(ClusterType::kVirtual, "").path, "/plans?per_page=500");
  EXPECT_EQ(ListVultrPlans(ClusterType::kMetal, "").path, "/plans-metal?per_page=500");
  EXPECT_EQ(ListVultrStock("fra", ClusterType::kVirtual).path,
            "/regions/fra/availability?type=all");
  EXPECT_EQ(ListVultrStock("fra", ClusterType::kMetal).path, "/regions/fra/availability?type=vbm");
}

TEST(VultrMachineIds, TellTheProduct) {
  EXPECT_EQ(VultrTypeOf(std::string("instances/") + kUuid), ClusterType::kVirtual);
  EXPECT_EQ(VultrTypeOf(std::string("bare-metals/") + kUuid), ClusterType::kMetal);
  for (const char* id : {"", kUuid, "instances", "instances/", "instances/../account",
                         "instances/a/b", "instances/a?b", "blocks/a", "bare-metalsx"}) {
    EXPECT_EQ(VultrTypeOf(id), std::nullopt) << id;
  }
}

TEST(VultrAnswers, AreReadAsMachines) {
  const VultrMachine instance =
      ReadVultrMachine({{"instance", AnInstance()}}, ClusterType::kVirtual);
  EXPECT_EQ(instance, (VultrMachine{std::string("instances/") + kUuid,
                                    "ewr",
                                    "vc2-4c-8gb",
                                    "192.0.2.123",
                                    "active",
                                    "running",
                                    "ok",
                                    {"spillway-token:t1", "another"},
                                    At(10h)}));
  const VultrMachine metal = {std::string("bare-metals/") + kUuid,
                              "ams",
                              "vbm-4c-32gb",
                              "",
                              "pending",
                              "",
                              "",
                              {"spillway-token:t1"},
                              At(10h)};
  EXPECT_EQ(ReadVultrMachine({{"bare_metal", ABareMetal()}}, ClusterType::kMetal), metal);
  EXPECT_EQ(ReadVultrMachine({{"baremetal", ABareMetal()}}, ClusterType::kMetal), metal)
      << "as one published description has it";
}

TEST(VultrAnswers, AnAddressOfZerosIsNone) {
  json instance = AnInstance();
  instance["main_ip"] = "0.0.0.0";
  EXPECT_EQ(ReadVultrMachine({{"instance", instance}}, ClusterType::kVirtual).address, "");
}

TEST(VultrAnswers, AreNoMachineWhenAMemberIsMissing) {
  for (const char* member : {"id", "region", "plan", "status", "tags"}) {
    json instance = AnInstance();
    instance.erase(member);
    EXPECT_THROW(ReadVultrMachine({{"instance", instance}}, ClusterType::kVirtual), json::exception)
        << member;
  }
  json strange = AnInstance();
  strange["id"] = "../account";
  EXPECT_THROW(ReadVultrMachine({{"instance", strange}}, ClusterType::kVirtual), json::exception);
}

TEST(VultrAnswers, KeepTheMachinesOfAPageThatHasAStrangeOne) {
  const json answer = {{"instances", {AnInstance(), {{"id", 7}}}}, {"meta", Meta("bmV4dA==")}};
  const auto page = ReadVultrMachines(answer, ClusterType::kVirtual);
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_TRUE(page.items[0]);
  EXPECT_FALSE(page.items[1]);
  EXPECT_EQ(page.next, "bmV4dA==");
  EXPECT_THROW(ReadVultrMachines({{"instances", json::array()}}, ClusterType::kVirtual),
               json::exception)
      << "without an end of its pages";
}

TEST(VultrAnswers, AreReadAsPlansOfToday) {
  const json answer = {{"plans", {json::parse(R"({
    "id": "vc2-1c-1gb", "vcpu_count": 1, "ram": 1024, "disk": 25, "monthly_cost": 5.0,
    "hourly_cost": 0.007, "type": "vc2", "locations": ["ewr", "ams"], "disk_type": "SSD",
    "disk_count": 1, "bandwidth": 1000, "invoice_type": "monthly", "cpu_vendor": "Intel",
    "storage_type": "local_storage", "vcpu_type": "thread", "deploy_ondemand": true,
    "location_cost": {"sao": {"monthly_cost": 6, "hourly_cost": 0.009}}})")}},
                       {"meta", Meta("")}};
  const auto page = ReadVultrPlans(answer, ClusterType::kVirtual);
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0], (VultrPlan{"vc2-1c-1gb",
                                      ClusterType::kVirtual,
                                      1,
                                      1024,
                                      {0.007, 5},
                                      {{"sao", {0.009, 6}}},
                                      {"ewr", "ams"},
                                      false,
                                      true}));
}

TEST(VultrAnswers, AreReadAsPlansOfBefore) {
  const json answer = {{"plans_metal", {json::parse(R"({
    "id": "vbm-4c-32gb", "cpu_count": 4, "cpu_threads": 8, "cpu_model": "E3-1270v6", "ram": 32768,
    "disk": "240", "disk_count": 2, "bandwidth": 5120, "monthly_cost": 120, "type": "SSD",
    "locations": null})")}},
                       {"meta", Meta("")}};
  const auto page = ReadVultrPlans(answer, ClusterType::kMetal);
  VultrPlan expected;
  expected.id = "vbm-4c-32gb";
  expected.type = ClusterType::kMetal;
  expected.vcpu = 8;  // threads, not cores
  expected.memory_mib = 32768;
  expected.cost.monthly = 120;
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0], expected);
}

TEST(VultrAnswers, SayWhichPlansAreNoOrdinaryMachines) {
  struct Case {
    const char* members;
    bool is_ordinary;
    bool has_gpu;
  };
  const Case cases[] = {
      {R"({"id": "vc2-1c-1gb", "location_cost": []})", true, false},
      {R"({"id": "vc2-1c-0.5gb-v6"})", false, false},
      {R"({"id": "vc2-x", "deploy_ondemand": false})", false, false},
      {R"({"id": "vx1-g-2c-8g", "storage_type": "block_storage"})", false, false},
      {R"({"id": "vcg-a16-2c-8g-2vram"})", true, true},
      {R"({"id": "vbm-48c-1024gb-4-a100-gpu"})", true, true},
      {R"({"id": "vdm-x", "gpu_brand": "NVIDIA"})", true, true},
      {R"({"id": "vdm-x", "gpu_brand": "none", "gpu_type": null})", true, false},
  };
  for (const Case& c : cases) {
    json plan = json::parse(c.members);
    plan.update({{"vcpu_count", 1}, {"ram", 1024}, {"locations", {"fra"}}});
    const auto page =
        ReadVultrPlans({{"plans", {plan}}, {"meta", Meta("")}}, ClusterType::kVirtual);
    ASSERT_TRUE(page.items.at(0)) << c.members;
    EXPECT_EQ(page.items[0]->is_ordinary, c.is_ordinary) << c.members;
    EXPECT_EQ(page.items[0]->has_gpu, c.has_gpu) << c.members;
  }
}

struct StateCase {
  const char* status;
  const char* power;
  const char* server;
  MachineState state;
};

TEST(VultrStates, OfInstancesAreThreeWords) {
  const StateCase cases[] = {
      {"pending", "running", "none", MachineState::kStarting},
      {"active", "stopped", "none", MachineState::kStarting},
      {"active", "stopped", "locked", MachineState::kStarting},
      {"active", "running", "locked", MachineState::kStarting},
      {"active", "running", "none", MachineState::kStarting},
      {"active", "running", "installingbooting", MachineState::kStarting},
      {"active", "running", "ok", MachineState::kRunning},
      {"active", "stopped", "ok", MachineState::kStopped},
      {"resizing", "running", "ok", MachineState::kStarting},
      {"suspended", "stopped", "none", MachineState::kStopped},
      {"hibernating", "running", "ok", MachineState::kUnknown},
      {"active", "dreaming", "ok", MachineState::kUnknown},
      {"active", "running", "isomounting", MachineState::kUnknown},
      {"active", "", "", MachineState::kUnknown},
      {"", "", "", MachineState::kUnknown},
  };
  for (const StateCase& c : cases) {
    VultrMachine machine;
    machine.id = "instances/a";
    machine.status = c.status;
    machine.power_status = c.power;
    machine.server_status = c.server;
    EXPECT_EQ(VultrStateOf(machine), c.state) << VultrStateText(machine);
  }
}

TEST(VultrStates, OfBareMetalAreOneWord) {
  const std::pair<const char*, MachineState> cases[] = {{"pending", MachineState::kStarting},
                                                        {"active", MachineState::kRunning},
                                                        {"suspended", MachineState::kStopped},
                                                        {"resizing", MachineState::kUnknown},
                                                        {"melting", MachineState::kUnknown}};
  for (const auto& [status, state] : cases) {
    VultrMachine machine;
    machine.id = "bare-metals/a";
    machine.status = status;
    EXPECT_EQ(VultrStateOf(machine), state) << status;
  }
}

TEST(VultrStates, AreToldInVultrsWords) {
  VultrMachine machine;
  machine.status = "active";
  EXPECT_EQ(VultrStateText(machine), "active");
  machine.power_status = "running";
  machine.server_status = "installingbooting";
  EXPECT_EQ(VultrStateText(machine), "active, running, installingbooting");
  machine.status = "suspended";
  EXPECT_NE(VultrStateText(machine).find("Vultr has suspended it"), std::string::npos);
}

TEST(VultrOperatingSystems, AreFoundByTheBeginningOfTheirNames) {
  const std::vector<VultrOs> systems = {{2136, "Debian 12 x64 (bookworm)"},
                                        {477, "Debian 11 x64 (bullseye)"},
                                        {1743, "Ubuntu 22.04 LTS x64"},
                                        {7, "Alpine"},
                                        {8, "Alpine Linux x64"}};
  const std::pair<const char*, std::int64_t> cases[] = {
      {"Debian 12 x64", 2136}, {"Debian 12 x64 (bookworm)", 2136}, {"Ubuntu", 1743}, {"Alpine", 7}};
  for (const auto& [name, id] : cases) {
    const auto found = FindVultrOs(systems, name);
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(*found, id) << name;
  }
  for (const char* name : {"Debian", "Debian 9", "Solaris"}) {
    const auto found = FindVultrOs(systems, name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(found.error().text.find("Debian 11 x64 (bullseye)"), std::string::npos)
        << found.error().text;
  }
}

}  // namespace
}  // namespace spillway
