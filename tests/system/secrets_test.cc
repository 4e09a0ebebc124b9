// What the other side says when it refuses somebody often repeats what was sent. None of it may
// come out again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

constexpr const char* kAwsSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr const char* kRoleToken = "role-session-token-1";  // the one that the fake lets in
constexpr const char* kPassword = "pass-word-of-one";

// Every file in the folder, as bytes; the password file itself left out.
std::string BytesIn(const std::string& folder) {
  std::stringstream bytes;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename() == "one_auth") continue;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
  }
  return bytes.str();
}

TEST(Secrets, NeverLeaveTheProcessWhenBothSidesRefuseIt) {
  DeploymentOptions options;
  options.ec2.key_id = "AKIANOBODY";  // nobody's but the role's
  options.one.session = fmt::format("oneadmin:{}", kPassword);
  options.environment = {{"AWS_ACCESS_KEY_ID", "ASIAROLE0001"},
                         {"AWS_SECRET_ACCESS_KEY", kAwsSecret},
                         {"AWS_SESSION_TOKEN", kRoleToken}};
  Deployment deployment(options);
  using fakes::Ec2Fault;
  const std::string echo = fmt::format("no, not with {} and {}", kAwsSecret, kRoleToken);
  deployment.ec2().Fail("RunInstances", Ec2Fault::Refused(500, "InternalError", echo), 1);
  deployment.one().FailNext("one.host.allocate", fakes::OneFault::kEcho, 1);
  deployment.one().FailNext("one.clusterpool.info", fakes::OneFault::kEcho, 1);
  deployment.Start();
  deployment.SetLoad(2);
  deployment.WaitFor("two hosts", [&] { return deployment.monitored() == 2; });

  // From now on the token is refused, and the refusal repeats it.
  deployment.ec2().RotateRole();
  deployment.one().FailNext("one.host.info", fakes::OneFault::kEcho, 20);
  deployment.SetLoad(4);
  deployment.WaitFor("a refused create call", [&] {
    return deployment.Metric("spillway_provision_calls_total", "outcome=\"denied\"") > 0;
  });
  deployment.WaitForLog("provision.look_failed");
  const std::string metrics = deployment.Get("/metrics").body;
  std::string events;
  for (const BusEvent& event : deployment.events().all()) events += event.payload;
  const std::string stored = deployment.StoredHosts().dump();
  EXPECT_EQ(deployment.Stop(), 0);

  const std::map<std::string, std::string> places = {
      {"standard error", deployment.log()},
      {"/metrics", metrics},
      {"events", events},
      {"the store", BytesIn(deployment.scratch().path())},
      {"spillway hosts", stored}};
  for (const auto& [place, text] : places) {
    ASSERT_FALSE(text.empty()) << place;
    for (const char* secret : {kAwsSecret, kRoleToken, kPassword}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << place;
    }
  }
  // The refusals themselves were told, so what was looked for could have been there.
  EXPECT_NE(deployment.log().find("***"), std::string::npos);
  EXPECT_NE(places.at("the store").find("***"), std::string::npos);
}

}  // namespace
}  // namespace spillway::testing
