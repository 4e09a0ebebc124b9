// What an operator asks before the first burst: which drivers, are the accounts usable, what is to
// be had.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/paths.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecret = "not-a-real-secret";  // of the deployment's account

TEST(Providers, AreListedWithTheirCredentialsPlaceAndNeverTheCredentials) {
  const Deployment deployment;
  const Finished drivers = deployment.Command({"providers"});
  EXPECT_EQ(drivers.exit_code, 0) << drivers.err;
  EXPECT_THAT(drivers.out,
              AllOf(HasSubstr("DRIVER"), HasSubstr("digitalocean"), Not(HasSubstr("ACCOUNT"))));
  const Finished listed =
      deployment.Command({"providers", "--config", deployment.config_path(), "--output", "json"});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  const json account = json::parse(listed.out)["accounts"][0];
  EXPECT_EQ(account["name"], "cloud");
  EXPECT_EQ(account["credentials"],
            (json{{"state", "found"}, {"where", "environment: AWS_ACCESS_KEY_ID"}}));
  EXPECT_THAT(listed.out + listed.err, Not(HasSubstr(kSecret)));
}

TEST(Providers, ThatCanBeUsedPassTheTest) {
  Deployment deployment;
  const Finished test =
      deployment.Command({"providers", "test", "cloud", "--config", deployment.config_path()});
  EXPECT_EQ(test.exit_code, 0) << test.out << test.err;
  EXPECT_THAT(test.out, AllOf(HasSubstr("cloud: can be used"), HasSubstr("0 machines"),
                              HasSubstr("an hour")));
  EXPECT_EQ(deployment.ec2().calls("RunInstances"), 0);
}

TEST(Providers, ThatRefuseUsSayWhatIsWrong) {
  DeploymentOptions options;
  options.ec2.key_id = "AKIASOMEBODYELSE";
  Deployment deployment(options);
  const Finished denied =
      deployment.Command({"providers", "test", "--config", deployment.config_path()});
  EXPECT_EQ(denied.exit_code, 1);
  EXPECT_THAT(denied.out, AllOf(HasSubstr("cloud: cannot be used"), HasSubstr("refused")));
  EXPECT_THAT(denied.out + denied.err, Not(HasSubstr(kSecret)));

  deployment.ec2().StopListening();
  const Finished silent = deployment.Command(
      {"providers", "test", "--config", deployment.config_path(), "--output", "json"});
  EXPECT_EQ(silent.exit_code, 1);
  const json report = json::parse(silent.out);
  EXPECT_EQ(report[0]["passed"], false);
  EXPECT_THAT(report[0]["steps"][1]["text"], HasSubstr("it cannot be reached"));
}

TEST(Providers, ThatAreNotThereAreNamedWithThoseThatAre) {
  const Deployment deployment;
  const Finished test =
      deployment.Command({"providers", "test", "gcp", "--config", deployment.config_path()});
  EXPECT_EQ(test.exit_code, 4);
  EXPECT_THAT(test.err, AllOf(HasSubstr("\"gcp\""), HasSubstr("cloud")));
  EXPECT_EQ(deployment.Command({"providers", "test", "cloud"}).exit_code, 2);
  EXPECT_EQ(deployment.Command({"providers", "--config", "/nowhere"}).exit_code, 3);
}

TEST(Offers, AreThoseOfTheProvidersFilteredAndPriced) {
  const Deployment deployment;
  const auto offers = [&](std::vector<std::string> filters) {
    std::vector<std::string> arguments = {"offers", "--config", deployment.config_path(),
                                          "--output", "json"};
    arguments.insert(arguments.end(), filters.begin(), filters.end());
    const Finished run = deployment.Command(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return json::parse(run.out);
  };
  const json all = offers({});
  ASSERT_EQ(all.size(), 8u) << "four types in two regions";
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_LE(all[i - 1]["price_per_hour"], all[i]["price_per_hour"]);
  }
  EXPECT_EQ(offers({"--cluster", "edge"}).size(), 8u);
  EXPECT_EQ(offers({"--country", "IE"}).size(), 4u);
  EXPECT_EQ(offers({"--type", "virtual"}).size(), 0u);
  EXPECT_EQ(offers({"--workload", "kubernetes", "--hypervisor", "lxc"}).size(), 0u);
  EXPECT_EQ(offers({"--near", "50.1,8.7", "--max-latency", "10ms"}).size(), 4u);
  const json reasons = offers({"--country", "IE", "--all"});
  ASSERT_EQ(reasons.size(), 8u);
  int in_germany = 0;
  for (const json& offer : reasons) {
    if (!offer["why_not"].is_null()) {
      EXPECT_EQ(offer["why_not"]["code"], "country");
      ++in_germany;
    }
  }
  EXPECT_EQ(in_germany, 4);
}

TEST(Offers, ThatCannotBeHadAreSaidByTheExitCode) {
  Deployment deployment;
  deployment.ec2().StopListening();
  const Finished run = deployment.Command({"offers", "--config", deployment.config_path()});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("no offers of cloud"));
  EXPECT_EQ(
      deployment.Command({"offers", "-c", deployment.config_path(), "--type", "cloud"}).exit_code,
      2);
  EXPECT_EQ(deployment.Command({"offers", "-c", deployment.config_path(), "--max-latency", "3ms"})
                .exit_code,
            2);
  EXPECT_EQ(
      deployment.Command({"offers", "-c", deployment.config_path(), "--cluster", "core"}).exit_code,
      4);
}

// A provider of one's own, from the configuration to its words in the log.
std::string WithProgram(const std::string& provider) {
  return fmt::format(R"(
version: 1
bus: {{inbound: [{{socket: pull, bind: "tcp://127.0.0.1:*"}}]}}
store: {{type: memory}}
providers: {{mycloud: {}}}
registrars: {{lab: {{type: simulated}}}}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: lab
    host_size: {{vcpu: 2, memory: 4GiB}}
    limits: {{hosts: {{max: 5}}}}
    policies: [{{name: p, type: manual, hosts: 1}}]
    ladder: [{{provider: mycloud, max_hosts: 5}}]
)",
                     provider);
}

TEST(ExternalProviders, AreTestedAndOfferedLikeTheOthers) {
  const Deployment deployment;
  const std::string config = deployment.scratch().Write(
      "external.yaml", WithProgram(fmt::format("{{type: external, hosts: {{virtual: [lxc]}}, "
                                               "command: [python3, \"{}\", \"{}\"]}}",
                                               SourcePath("providers/external/example_provider.py"),
                                               deployment.scratch().File("cloud.json"))));
  const Finished test = deployment.Command({"providers", "test", "mycloud", "-c", config});
  EXPECT_EQ(test.exit_code, 0) << test.out << test.err;
  EXPECT_THAT(test.out, HasSubstr("2 of 0.03 to 0.12 an hour"));
  const Finished offers =
      deployment.Command({"offers", "-c", config, "--cluster", "edge", "--output", "json"});
  EXPECT_EQ(offers.exit_code, 0) << offers.err;
  EXPECT_EQ(json::parse(offers.out).size(), 2u);
}

TEST(ExternalProviders, ThatDieSayTheirLastWordsToTheOperator) {
  const Deployment deployment;
  const std::string config = deployment.scratch().Write(
      "external.yaml",
      WithProgram("{type: external, hosts: {virtual: [lxc]}, "
                  "environment: {TOKEN: {variable: AWS_SECRET_ACCESS_KEY}}, "
                  "command: [sh, -c, 'echo \"no cloud for $TOKEN\" >&2; exit 3']}"));
  const Finished test = deployment.Command({"providers", "test", "-c", config});
  EXPECT_EQ(test.exit_code, 1);
  EXPECT_THAT(test.out, HasSubstr("exit code 3"));
  EXPECT_THAT(test.err, HasSubstr("mycloud says: no cloud for ***"));
  EXPECT_THAT(test.out + test.err, Not(HasSubstr(kSecret)));
}

}  // namespace
}  // namespace spillway::testing
