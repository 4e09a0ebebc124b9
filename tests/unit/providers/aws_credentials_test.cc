#include "providers/aws/aws_credentials.h"

#include <gtest/gtest.h>

#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/ec2.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using testing::At;
using namespace std::chrono_literals;
using testing::SurroundingsOf;
using testing::Texts;

constexpr const char* kCredentialsFile =
    "# keys\n[default]\naws_access_key_id = FILE\naws_secret_access_key = file/+secret=\n"
    "[edge]\naws_access_key_id=EDGE\naws_secret_access_key=edge-secret\naws_session_token=edge-t\n"
    "[half]\naws_access_key_id=HALF\n";
constexpr const char* kConfigFile =
    "[default]\nregion = eu-central-1\ns3 =\n  max = 3\n"
    "[profile team]\naws_access_key_id = TEAM\naws_secret_access_key = team-secret\n"
    "[profile role]\nrole_arn = arn:aws:iam::1:role/x\n";

struct Case {
  const char* name;
  std::string profile;  // of Spillway's configuration
  Texts variables;
  Texts files;
  std::string key_id;  // expected; empty: an error
  std::string secret;
  std::vector<std::string> error_names;
};

class AwsCredentialOrder : public ::testing::TestWithParam<Case> {};

TEST_P(AwsCredentialOrder, TakesTheFirstThatThereIs) {
  HttpClient http;
  const SimulatedLoop clock(At(0s));
  Texts variables = GetParam().variables;
  variables["HOME"] = "/home/me";
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  AwsCredentialChain chain({GetParam().profile, ""}, SurroundingsOf(variables, GetParam().files),
                           http, clock);
  const auto found = chain.Get();
  if (GetParam().key_id.empty()) {
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::kDenied);
    for (const std::string& name : GetParam().error_names) {
      EXPECT_NE(found.error().text.find(name), std::string::npos) << found.error().text;
    }
  } else {
    ASSERT_TRUE(found) << found.error().text;
    EXPECT_EQ(found->key_id, GetParam().key_id);
    EXPECT_EQ(found->secret.Reveal(), GetParam().secret);
  }
}

TEST_P(AwsCredentialOrder, IsTheOneOfASighting) {
  Texts variables = GetParam().variables;
  variables["HOME"] = "/home/me";
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  const CredentialSighting sighting =
      SightAwsCredentials({GetParam().profile, ""}, SurroundingsOf(variables, GetParam().files));
  using State = CredentialSighting::State;
  EXPECT_EQ(sighting.state, GetParam().key_id.empty() ? State::kMissing : State::kFound);
  EXPECT_NE(sighting.where, "");
}

TEST(AwsCredentialSighting, CannotTellWhetherTheMachineHasARole) {
  const CredentialSighting role = SightAwsCredentials({}, SurroundingsOf({}, {}));
  EXPECT_EQ(role.state, CredentialSighting::State::kUnsure);
  EXPECT_NE(role.where.find("AWS_ACCESS_KEY_ID is not set"), std::string::npos) << role.where;
  const CredentialSighting container = SightAwsCredentials(
      {}, SurroundingsOf({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/role"}}, {}));
  EXPECT_EQ(container.state, CredentialSighting::State::kUnsure);
}

TEST(AwsCredentialSighting, SaysWhereAndNotWhat) {
  const CredentialSighting sighting = SightAwsCredentials(
      {},
      SurroundingsOf({{"AWS_ACCESS_KEY_ID", "ENV"}, {"AWS_SECRET_ACCESS_KEY", "env-secret"}}, {}));
  EXPECT_EQ(sighting, (CredentialSighting{CredentialSighting::State::kFound,
                                          "environment: AWS_ACCESS_KEY_ID"}));
}

const Texts kFiles = {{"/home/me/.aws/credentials", kCredentialsFile},
                      {"/home/me/.aws/config", kConfigFile}};
const Texts kKeys = {{"AWS_ACCESS_KEY_ID", "ENV"}, {"AWS_SECRET_ACCESS_KEY", "env-secret"}};

INSTANTIATE_TEST_SUITE_P(
    All, AwsCredentialOrder,
    ::testing::Values(
        Case{"EnvironmentFirst", "", kKeys, kFiles, "ENV", "env-secret", {}},
        Case{"ThenTheDefaultProfile", "", {}, kFiles, "FILE", "file/+secret=", {}},
        Case{"ProfileOfTheEnvironment",
             "",
             {{"AWS_PROFILE", "edge"}},
             kFiles,
             "EDGE",
             "edge-secret",
             {}},
        Case{"ProfileOfTheConfigurationBeforeTheEnvironment",
             "edge",
             kKeys,
             kFiles,
             "EDGE",
             "edge-secret",
             {}},
        Case{"ProfileInTheConfigFile", "team", {}, kFiles, "TEAM", "team-secret", {}},
        Case{"OtherFiles",
             "",
             {{"AWS_SHARED_CREDENTIALS_FILE", "/c"}},
             {{"/c", "[default]\naws_access_key_id=OTHER\naws_secret_access_key=o\n"}},
             "OTHER",
             "o",
             {}},
        Case{"HalfAnEnvironment",
             "",
             {{"AWS_ACCESS_KEY_ID", "ENV"}},
             kFiles,
             "",
             "",
             {"AWS_SECRET_ACCESS_KEY"}},
        Case{"HalfAProfile", "half", {}, kFiles, "", "", {"[half]", "aws_secret_access_key"}},
        Case{"NamedProfileIsNotThere",
             "nobody",
             kKeys,
             kFiles,
             "",
             "",
             {"nobody", "/home/me/.aws/credentials", "[profile nobody]"}},
        Case{"ProfileWithoutKeys", "role", {}, kFiles, "", "", {"role_arn"}},
        Case{"NothingAnywhere",
             "",
             {},
             {},
             "",
             "",
             {"AWS_ACCESS_KEY_ID", "/home/me/.aws/credentials", "/home/me/.aws/config",
              "metadata service"}}),
    [](const auto& test) { return std::string(test.param.name); });

class AwsMetadata : public ::testing::Test {
 protected:
  AwsCredentialChain Chain() {
    return AwsCredentialChain({"", ec2_.url()}, SurroundingsOf({}, {}), http_, clock_);
  }

  fakes::FakeEc2 ec2_;
  HttpClient http_;
  SimulatedLoop clock_{At(0s)};
};

TEST_F(AwsMetadata, GivesTheCredentialsOfTheRole) {
  AwsCredentialChain chain = Chain();
  const auto found = chain.Get();
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(found->key_id, "ASIAROLE0001");
  EXPECT_EQ(found->secret.Reveal(), "role-secret-1");
  EXPECT_EQ(found->session_token.Reveal(), "role-session-token-1");
}

TEST_F(AwsMetadata, IsAskedAgainMinutesBeforeTheyExpire) {
  ec2_.SetRoleExpiration("2026-03-02T01:00:00Z");
  AwsCredentialChain chain = Chain();
  ASSERT_TRUE(chain.Get());
  ec2_.RotateRole();
  clock_.RunUntil(At(50min));
  EXPECT_EQ(chain.Get()->key_id, "ASIAROLE0001");
  clock_.RunUntil(At(56min));
  EXPECT_EQ(chain.Get()->key_id, "ASIAROLE0002");
}

TEST_F(AwsMetadata, OfAContainerGoesBeforeTheMachines) {
  const Texts variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", ec2_.url() + "/latest/container"},
                           {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token"}};
  AwsCredentialChain chain({"", "http://127.0.0.1:1"}, SurroundingsOf(variables, {}), http_,
                           clock_);
  const auto found = chain.Get();
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(found->key_id, "ASIAROLE0001");
  EXPECT_EQ(found->session_token.Reveal(), "role-session-token-1");
}

TEST_F(AwsMetadata, OfAContainerAreAskedInClearTextOnThisHostOnly) {
  for (const char* url : {"http://169.254.170.2.example.com/x", "http://10.0.0.1/x", "ftp://x"}) {
    AwsCredentialChain chain({"", ec2_.url()},
                             SurroundingsOf({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}, {}),
                             http_, clock_);
    const auto found = chain.Get();
    ASSERT_FALSE(found) << url;
    EXPECT_EQ(found.error().kind, ErrorKind::kDenied) << url;
  }
}

TEST(AwsMetadataGone, LeavesWhatWasFoundBeforeUntilItExpires) {
  HttpClient http;
  SimulatedLoop clock(At(0s));
  auto ec2 = std::make_unique<fakes::FakeEc2>();
  ec2->SetRoleExpiration("2026-03-02T01:00:00Z");
  AwsCredentialChain chain({"", ec2->url()}, SurroundingsOf({}, {}), http, clock);
  ASSERT_TRUE(chain.Get());
  ec2.reset();
  clock.RunUntil(At(58min));
  EXPECT_TRUE(chain.Get());
  clock.RunUntil(At(61min));
  const auto late = chain.Get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kTransient);
}

}  // namespace
}  // namespace spillway
