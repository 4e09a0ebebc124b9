#include "providers/opennebula/opennebula_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"
#include "tests/fakes/opennebula.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Parsed {
  MakeRegistrar make;
  std::vector<std::string> errors;
};

Parsed Parse(const std::string& yaml) {
  std::map<std::string, int> lines;
  ConfigDocument document(ReadYaml(yaml, lines), lines);
  const ConfigNode root = document.Root();
  root.String("type").Required();
  Parsed parsed;
  parsed.make = ParseOpenNebulaRegistrar("one", root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) parsed.errors.push_back(Describe(error));
  return parsed;
}

std::unique_ptr<Registrar> Make(const std::string& yaml) {
  const Parsed parsed = Parse(yaml);
  EXPECT_THAT(parsed.errors, ElementsAre());
  HttpClient http;  // making asks nothing of it
  const SystemClock clock;
  return parsed.make(PluginContext{clock, http, 0});
}

const char kMinimal[] = "type: opennebula\nendpoint: \"http://front-end:2633/RPC2\"\n";

TEST(OpenNebulaConfig, TakesWhatTheReferenceShows) {
  const testing::ScratchDir dir;
  const std::string auth = dir.Write("one_auth", "oneadmin:secret\n");
  const std::string key = dir.Write("key.pub", "ssh-ed25519 BBBB oneadmin@front-end\n");
  const std::string archive = dir.Write("archive.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n");
  const auto registrar = Make(kMinimal + ("auth_file: " + auth) + R"(
datastores: [1, 100]
networks: [3]
host_name: id
timeout: 10s
parallel_calls: 2
probe: {ssh_port: 2222, timeout: 3s}
evacuation: {kvm: live, lxc: wait, firecracker: terminate, moves_at_once: 5}
node:
  ssh_authorized_keys: ["ssh-ed25519 AAAA operator"]
  repository: "https://packages.test/repo"
  version: "7.2"
  distribution: Ubuntu/24.04
  repository_key_file: )" + archive +
                              "\n  front_end_key_file: " + key + "\n");
  EXPECT_EQ(registrar->channel().name, "one");
  EXPECT_EQ(registrar->channel().parallel, 2);
  const std::string user_data = registrar->UserData(Hypervisor::kLxc);
  EXPECT_THAT(user_data,
              HasSubstr("deb [signed-by=$KEY_FILE] "
                        "https://packages.test/repo/7.2/Ubuntu/24.04 stable opennebula"));
  EXPECT_THAT(user_data, HasSubstr("ssh-ed25519 BBBB oneadmin@front-end"));
}

TEST(OpenNebulaConfig, TellsMachinesNothingWithoutANode) {
  const testing::ScratchDir dir;
  const auto registrar =
      Make(kMinimal + ("auth_file: " + dir.Write("one_auth", "oneadmin:secret\n")));
  EXPECT_EQ(registrar->channel().parallel, 4);
  EXPECT_EQ(registrar->UserData(Hypervisor::kKvm), "");
}

TEST(OpenNebulaConfig, NeedNotProbe) {
  const testing::ScratchDir dir;
  const std::string auth = "auth_file: " + dir.Write("one_auth", "oneadmin:secret\n") + "\n";
  const auto registrar = Make(kMinimal + auth + "probe: none\n");
  HostTarget target;
  target.address = "nowhere.invalid";
  EXPECT_TRUE(registrar->Probe(target)->is_ready());
}

TEST(OpenNebulaConfig, ReportsEveryWrongValue) {
  struct Case {
    const char* yaml;
    const char* error;
  };
  const Case cases[] = {
      {"datastores: [1, ten]", "datastores[1]"},
      {"datastores: [-1]", "datastores[0]"},
      {"networks: 3", "networks"},
      {"host_name: fqdn", "host_name"},
      {"parallel_calls: 8", "parallel_calls"},
      {"probe: ping", "expected one of none"},
      {"probe: {ssh_port: 0}", "probe.ssh_port"},
      {"probe: none\nssh: {identity_file: /id, known_hosts: /known}", "is of no use"},
      {"ssh: {identity_file: /id}", "ssh.known_hosts"},
      {"evacuation: {lxc: live}", "evacuation.lxc"},
      {"evacuation: {kvm: fast}", "evacuation.kvm"},
      {"node: {repository: \"https://x.test/repo y\", version: \"7.2\"}", "node.repository"},
      {"node: {repository: \"https://x.test/repo\", version: \"7.2 main\"}", "node.version"},
      {"node: {repository: \"https://x.test/repo\"}", "node.version"},
      {"node: {repository: \"https://x.test/repo\"}", "node.repository_key_file"},
      {"node: {firecracker: {url: \"https://x.test/f.tgz\"}}", "node.firecracker.sha256"},
      {"node: {firecracker: {url: \"f.tgz\"}}", "node.firecracker.url"},
      {"node: {firecracker: {sha256: \"0123\"}}", "64 digits"},
      {"session: \"oneadmin:secret\"", "session"},
  };
  for (const Case& c : cases) {
    const Parsed parsed = Parse(std::string(kMinimal) + c.yaml);
    EXPECT_THAT(parsed.errors, Contains(HasSubstr(c.error))) << c.yaml;
  }
  EXPECT_THAT(Parse("type: opennebula\n").errors, Contains(HasSubstr("endpoint")));
  EXPECT_THAT(Parse("type: opennebula\nendpoint: front-end:2633\n").errors,
              Contains(HasSubstr("http://front-end:2633/RPC2")));
}

TEST(OpenNebulaConfig, SaysWhichFileIsWrong) {
  const testing::ScratchDir dir;
  const std::string missing = dir.File("nowhere");
  const std::string bad = dir.Write("bad", "no colon in here\n");
  for (const std::string& file : {missing, bad}) {
    try {
      Make(kMinimal + ("auth_file: " + file));
      ADD_FAILURE() << file << " was accepted";
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr(file));
      EXPECT_THAT(error.what(), HasSubstr("user:password"));
      EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("colon")));
    }
  }
}

TEST(OpenNebulaConfig, FindsTheSessionWhereOpenNebulasToolsLook) {
  const testing::ScratchDir dir;
  ::setenv("ONE_AUTH", dir.Write("auth", "oneadmin:opennebula\n").c_str(), 1);
  fakes::OpenNebula one;
  HttpClient http;
  const SystemClock clock;
  const auto registrar = Parse("type: opennebula\nendpoint: \"" + one.endpoint() + "\"\n")
                             .make(PluginContext{clock, http, 0});
  ::unsetenv("ONE_AUTH");
  HostTarget target;
  target.enrolment = "5";
  const Result<EnrolmentStatus> status = registrar->Look(target);
  ASSERT_TRUE(status) << Describe(status.error());
  EXPECT_EQ(status->state, EnrolmentState::kAbsent);
}

}  // namespace
}  // namespace spillway
