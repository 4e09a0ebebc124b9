#include "providers/external/external_config.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "scaler/app/app_config.h"
#include "scaler/runtime/yaml.h"
#include "tests/support/surroundings.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Source = ExternalVariable::Source;

struct Read {
  ExternalConfig config;
  std::vector<std::string> errors;
};

Read ReadText(const std::string& text) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(text, lines);
  ConfigDocument document(tree, lines);
  const ConfigNode root = document.Root();
  Read read;
  read.config = ReadExternalConfig("mycloud", root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) read.errors.push_back(Describe(error));
  return read;
}

TEST(ExternalConfiguration, NeedsAProgramAndWhatItsMachinesAreFor) {
  const Read read = ReadText("{command: [/opt/mycloud], hosts: {virtual: [lxc]}}");
  EXPECT_THAT(read.errors, IsEmpty());
  EXPECT_THAT(read.config.command, ElementsAre("/opt/mycloud"));
  EXPECT_EQ(read.config.rows,
            (std::vector<MatrixRow>{{ClusterType::kVirtual, {Hypervisor::kLxc}}}));
  EXPECT_EQ(read.config.call_time_limit, 1min);
}

TEST(ExternalConfiguration, TakesEverythingThatCanBeSaid) {
  const Read read = ReadText(R"(
command: [/opt/mycloud, --quiet]
hosts: {metal: [kvm, lxc], virtual: [lxc]}
environment:
  URL: {text: "https://api.example.org"}
  TOKEN: {variable: MYCLOUD_TOKEN}
  KEY: {file: /etc/mycloud.key}
settings: {region: north}
start_time_limit: 3s
call_time_limit: 20s
create_budget: {per_second: 0.5, burst: 2, in_flight: 4}
parallel_calls: 2
)");
  EXPECT_THAT(read.errors, IsEmpty());
  EXPECT_EQ(read.config.rows.size(), 2u);
  EXPECT_THAT(read.config.environment,
              ElementsAre(ExternalVariable{"KEY", Source::kFile, "/etc/mycloud.key"},
                          ExternalVariable{"TOKEN", Source::kVariable, "MYCLOUD_TOKEN"},
                          ExternalVariable{"URL", Source::kText, "https://api.example.org"}));
  EXPECT_EQ(read.config.settings, (std::map<std::string, std::string>{{"region", "north"}}));
  EXPECT_EQ(read.config.start_time_limit, 3s);
  EXPECT_EQ(read.config.call_time_limit, 20s);
  EXPECT_EQ(read.config.create_budget, (CreateBudget{0.5, 2, 4}));
  EXPECT_EQ(read.config.parallel_calls, 2);
}

TEST(ExternalConfiguration, SaysWhatIsWrongAndWhatWouldBePossible) {
  const std::pair<const char*, const char*> cases[] = {
      {"{hosts: {virtual: [lxc]}}", "command"},
      {"{command: [], hosts: {virtual: [lxc]}}", "expected a program"},
      {"{command: [x]}", "hosts (line 1): is required"},
      {"{command: [x], hosts: {}}", "metal: kvm, firecracker, lxc; virtual: lxc"},
      {"{command: [x], hosts: {virtual: [kvm]}}",
       "hosts.virtual (line 1): no workload runs on virtual hosts with \"kvm\"; possible are "
       "metal: "
       "kvm, firecracker, lxc; virtual: lxc"},
      {"{command: [x], hosts: {metal: [xen]}}", "\"xen\""},
      {"{command: [x], hosts: {metal: [kvm], cloud: [lxc]}}", "hosts.cloud"},
      {"{command: [x], hosts: {metal: [kvm]}, environment: {T: secret}}", "environment.T"},
      {"{command: [x], hosts: {metal: [kvm]}, environment: {T: {}}}", "{variable: NAME}"},
      {"{command: [x], hosts: {metal: [kvm]}, environment: {T: {variable: A, file: b}}}",
       "{variable: NAME}"},
      {"{command: [x], hosts: {metal: [kvm]}, settings: {a: [b]}}", "settings.a"},
  };
  for (const auto& [text, expected] : cases) {
    const Read read = ReadText(text);
    ASSERT_THAT(read.errors, Not(IsEmpty())) << text;
    EXPECT_THAT(read.errors.front(), HasSubstr(expected)) << text;
  }
}

TEST(ExternalConfiguration, GivesTheProgramValuesOfPlacesThatItNames) {
  const Surroundings surroundings =
      testing::SurroundingsOf({{"A", "a-secret"}}, {{"/b", "b-secret\r\n"}});
  EXPECT_EQ(ValueOf({"X", Source::kVariable, "A"}, surroundings)->Reveal(), "a-secret");
  EXPECT_EQ(ValueOf({"X", Source::kFile, "/b"}, surroundings)->Reveal(), "b-secret");
  EXPECT_EQ(ValueOf({"X", Source::kText, "A"}, surroundings)->Reveal(), "A");
  EXPECT_FALSE(ValueOf({"X", Source::kVariable, "B"}, surroundings));
  EXPECT_FALSE(ValueOf({"X", Source::kFile, "/a"}, surroundings));
}

TEST(ExternalConfiguration, SaysWhereCredentialsAreAndNotWhat) {
  using State = CredentialSighting::State;
  ExternalConfig config;
  const Surroundings surroundings =
      testing::SurroundingsOf({{"A", "a-secret"}}, {{"/b", "b-secret"}});
  EXPECT_EQ(SightEnvironment(config, surroundings).state, State::kNotNeeded);
  config.environment = {{"X", Source::kVariable, "A"}, {"Y", Source::kFile, "/b"}};
  EXPECT_EQ(SightEnvironment(config, surroundings),
            (CredentialSighting{State::kFound, "environment: A, file /b"}));
  config.environment.push_back({"Z", Source::kVariable, "C"});
  EXPECT_EQ(SightEnvironment(config, surroundings),
            (CredentialSighting{State::kMissing, "environment: C is not set"}));
}

TEST(ExternalConfiguration, DecidesWhatPoolsAreOnItsMachines) {
  const auto errors = [](const std::string& hosts, const std::string& hypervisor) {
    const std::string text = R"(
version: 1
bus: {inbound: [{socket: pull, bind: "tcp://127.0.0.1:*"}]}
providers: {mycloud: {type: external, command: [/opt/mycloud], hosts: )" +
                             hosts + R"(}}
registrars: {lab: {type: simulated}}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: )" + hypervisor +
                             R"(
    registrar: lab
    host_size: {vcpu: 4, memory: 8GiB}
    limits: {hosts: {max: 5}}
    policies: [{name: p, type: manual, hosts: 1}]
    ladder: [{provider: mycloud, max_hosts: 5}]
)";
    std::string told;
    for (const ConfigError& error : ReadConfig(text).errors) told += Describe(error) + "\n";
    return told;
  };
  EXPECT_EQ(errors("{virtual: [lxc]}", "lxc"), "");
  EXPECT_THAT(errors("{virtual: [lxc]}", "firecracker"),
              HasSubstr("firecracker on external for application_containers is not possible: "
                        "external has virtual: lxc"));
  EXPECT_EQ(errors("{metal: [firecracker]}", "firecracker"), "");
}

}  // namespace
}  // namespace spillway
