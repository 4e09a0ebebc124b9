#include "providers/onprem/onprem_config.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"
#include "tests/support/surroundings.h"

namespace spillway {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

struct Read {
  OnpremConfig config;
  std::vector<std::string> errors;
};

Read ReadText(const std::string& text) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(text, lines);
  ConfigDocument document(tree, lines);
  const ConfigNode root = document.Root();
  Read read;
  read.config = ReadOnpremConfig("rack", root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) read.errors.push_back(Describe(error));
  return read;
}

// One machine, to which a test adds.
const std::string kPlaces = R"(
state: /var/lib/spillway/rack
sites: {fra: {country: DE}}
classes: {big: {vcpu: 96, memory: 192GiB, price_per_hour: 0.4}}
)";
std::string OneMachine(const std::string& more) {
  return kPlaces + "machines: [{name: m1, site: fra, class: big, address: 192.0.2.1" + more +
         "}]\n";
}

TEST(OnpremConfiguration, NeedsPlacesClassesAndMachinesAndHasDefaultsForTheRest) {
  const Read read = ReadText(OneMachine(""));
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  const Inventory& inventory = read.config.inventory;
  ASSERT_EQ(inventory.machines.size(), 1u);
  EXPECT_EQ(inventory.machines[0].power.method, PowerMethod::kNone);
  EXPECT_EQ(inventory.machines[0].ssh_port, 22);
  EXPECT_EQ(inventory.machines[0].ssh_user, "");
  EXPECT_EQ(inventory.classes.at("big").capacity, (Capacity{96, 192 * 1024}));
  EXPECT_EQ(inventory.classes.at("big").hypervisors.size(), 3u);
  EXPECT_EQ(inventory.sites.at("fra").country, "DE");
}

TEST(OnpremConfiguration, TakesEverythingThatCanBeSaid) {
  const std::string pin = "sha256//" + std::string(43, 'A') + "=";
  const Read read = ReadText(R"(
state: /var/lib/spillway/rack
power_on_limit: 1m
boot_limit: 15m
shutdown_limit: 5m
set_aside: {first: 1m, longest: 6h}
create_budget: {per_second: 1, burst: 2, in_flight: 3}
parallel_calls: 2
call_time_limit: 4s
sites:
  fra: {country: DE, latitude: 50.1, longitude: 8.7}
  zrh: {country: CH}
classes:
  big: {vcpu: 96, memory: 192GiB, price_per_hour: 0.4, hypervisors: [kvm, lxc], time_to_ready: 8m}
  small: {vcpu: 4, memory: 8GiB, price_per_hour: 0}
power: {type: redfish, user: admin, password_file: /etc/bmc, ca_file: /etc/ca.pem}
ssh: {user: ops, port: 2222, identity_file: /etc/key, known_hosts: /etc/known}
machines:
  - {name: m1, site: fra, class: big, address: 192.0.2.1, power: {url: "https://198.51.100.1/"}}
  - {name: m2, site: fra, class: big, address: 192.0.2.2, ssh_user: root, ssh_port: 22,
     power: {url: "https://198.51.100.2", system: Node2, login: basic, user: other,
             password_variable: BMC, pinned_key: ")" +
                             pin + R"("}}
  - {name: m3, site: zrh, class: big, address: 192.0.2.3,
     power: {type: ipmi, host: 198.51.100.3, port: 6230, cipher_suite: 3}}
  - {name: m4, site: zrh, class: small, address: 192.0.2.4,
     power: {type: wake_on_lan, mac: "02:00:5E:10:00:01", broadcast: 192.0.2.255, wake_port: 7}}
  - {name: m5, site: zrh, class: small, address: 192.0.2.5, power: {type: none}}
)");
  EXPECT_EQ(read.errors, std::vector<std::string>{});
  const OnpremConfig& config = read.config;
  EXPECT_EQ(config.shutdown_limit, std::chrono::minutes(5));
  EXPECT_EQ(config.set_aside_longest, std::chrono::hours(6));
  EXPECT_EQ(config.create_budget, (CreateBudget{1, 2, 3}));
  EXPECT_EQ(config.call_time_limit, std::chrono::seconds(4));
  const std::vector<InventoryMachine>& machines = config.inventory.machines;
  ASSERT_EQ(machines.size(), 5u);
  EXPECT_EQ(machines[0].power.url, "https://198.51.100.1");
  EXPECT_EQ(machines[0].power.password, (PasswordPlace{"", "/etc/bmc"}));
  EXPECT_EQ(machines[0].power.tls.ca_file, "/etc/ca.pem");
  EXPECT_TRUE(machines[0].power.uses_session);
  EXPECT_EQ(machines[0].ssh_user, "ops");
  EXPECT_EQ(machines[0].ssh_port, 2222);
  EXPECT_EQ(machines[1].power.password, (PasswordPlace{"BMC", ""}));
  EXPECT_EQ(machines[1].power.tls, HttpTls{.pinned_key = pin});
  EXPECT_FALSE(machines[1].power.uses_session);
  EXPECT_EQ(machines[1].ssh_user, "root");
  EXPECT_EQ(machines[2].power.method, PowerMethod::kIpmi);
  EXPECT_EQ(machines[2].power.cipher_suite, 3);
  EXPECT_EQ(machines[3].power.mac, (MacAddress{2, 0, 0x5e, 0x10, 0, 1}));
  EXPECT_EQ(machines[4].power.method, PowerMethod::kNone);
}

TEST(OnpremConfiguration, NamesThePlaceAndTheExpectationOfEachMistake) {
  const std::string bmc = ", power: {type: redfish, user: a, password_variable: B, url: ";
  const std::pair<std::string, std::string> cases[] = {
      {"sites: {fra: {country: DE}}", "state"},
      {"state: /s", "sites (line 1): is required"},
      {kPlaces, "is required: a list with at least one machine"},
      {"state: /s\nsites: {fra: {country: EU}}", "two capital letters"},
      {"state: /s\nsites: {fra: {country: DE, latitude: 5}}", "latitude and longitude, or neither"},
      {"state: /s\nsites: {\"a/b\": {country: DE}}", "letters, digits"},
      {"state: /s\nclasses: {big: {vcpu: 0, memory: 1GiB, price_per_hour: 1}}", "of 1 or more"},
      {"state: /s\nclasses: {big: {vcpu: 1, memory: 1GiB}}", "classes.big.price_per_hour"},
      {"state: /s\nclasses: {big: {hypervisors: [xen]}}", "expected one of kvm, firecracker, lxc"},
      {kPlaces + "machines: [{name: ../m1}]", "machines[0].name"},
      {kPlaces + "machines: [{name: m1, site: ham}]", "there is no \"ham\", but: fra"},
      {kPlaces + "machines: [{name: m1, class: tiny}]", "there is no \"tiny\", but: big"},
      {OneMachine(", colour: red"), "machines[0].colour"},
      {OneMachine(", power: {type: steam}"), "redfish, ipmi, wake_on_lan, none"},
      {OneMachine(", power: {type: none, user: a}"), "machines[0].power.user"},
      {OneMachine(", power: {type: redfish, url: \"https://192.0.2.9\"}"), "the BMC's user"},
      {OneMachine(", power: {type: redfish, user: a, url: \"https://192.0.2.9\"}"),
       "password_variable or password_file"},
      {OneMachine(bmc + "ftp://192.0.2.9}"), "the address of a BMC such as https://192.0.2.10"},
      {OneMachine(bmc + "\"https://192.0.2.9/redfish/v1\"}"), "the address of a BMC"},
      {OneMachine(bmc + "\"http://192.0.2.9\"}"), "shows the password"},
      {OneMachine(bmc + "\"https://192.0.2.9\", pinned_key: abc}"), "SHA-256"},
      {OneMachine(bmc + "\"https://192.0.2.9\", ca_file: /a, unchecked: true}"),
       "does not go with"},
      {OneMachine(", power: {type: ipmi, user: a, password_variable: B}"), "power.host"},
      {OneMachine(", power: {type: ipmi, user: a, password_variable: B, host: -f}"), "dash"},
      {OneMachine(", power: {type: wake_on_lan, mac: \"02:00\"}"), "six bytes"},
      {OneMachine(", power: {type: wake_on_lan, mac: \"02:00:5e:10:00:01\"}"), "give ssh"},
      {OneMachine("") + "inventory: /etc/rack.yaml", "either a file or machines right here"},
      {OneMachine("") + "set_aside: {first: 2h, longest: 1h}", "set_aside.longest"},
      {kPlaces + "machines:\n  - {name: m1, site: fra, class: big, address: 192.0.2.1}\n"
                 "  - {name: m1, site: fra, class: big, address: 192.0.2.2}",
       "the same name as m1"},
      {kPlaces + "machines:\n  - {name: m1, site: fra, class: big, address: 192.0.2.1}\n"
                 "  - {name: m2, site: fra, class: big, address: 192.0.2.1}",
       "the same address as m1"},
  };
  for (const auto& [text, part] : cases) {
    const Read read = ReadText(text);
    EXPECT_THAT(read.errors, Contains(HasSubstr(part))) << text;
  }
}

TEST(OnpremConfiguration, TellsEverythingThatIsWrongWithAnInventoryFileAtOnce) {
  const auto surroundings = testing::SurroundingsOf({}, {{"/etc/rack.yaml",
                                                          "sites: {fra: {country: Germany}}\n"
                                                          "classes: {big: {vcpu: many}}\n"
                                                          "machines: [{name: m1}]\n"},
                                                         {"/etc/broken.yaml", "sites: ["}});
  EXPECT_THAT(ReadInventoryFile("/etc/rack.yaml", surroundings).errors,
              IsSupersetOf({StartsWith("/etc/rack.yaml: sites.fra.country (line 1): "),
                            StartsWith("/etc/rack.yaml: classes.big.vcpu (line 2): "),
                            StartsWith("/etc/rack.yaml: machines[0].address (line 3): ")}));
  EXPECT_THAT(ReadInventoryFile("/etc/broken.yaml", surroundings).errors,
              ElementsAre(StartsWith("/etc/broken.yaml: ")));
  EXPECT_THAT(ReadInventoryFile("/etc/none.yaml", surroundings).errors,
              ElementsAre("/etc/none.yaml: cannot be read"));
}

TEST(OnpremConfiguration, ChecksTheInventoryFileWhenAskedTo) {
  const auto surroundings = testing::SurroundingsOf({}, {{"/etc/rack.yaml", "machines: []"}});
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml("state: /s\ninventory: /etc/rack.yaml", lines);
  ConfigDocument document(tree, lines);
  const ParsedProvider parsed = ParseOnpremProvider("rack", document.Root());
  EXPECT_THAT(document.Errors(), IsEmpty());
  parsed.check_files(document.Root(), surroundings);
  ASSERT_FALSE(document.Errors().empty());
  for (const ConfigError& error : document.Errors()) {
    EXPECT_THAT(Describe(error), StartsWith("inventory (line 2): /etc/rack.yaml: "));
  }
}

}  // namespace
}  // namespace spillway
