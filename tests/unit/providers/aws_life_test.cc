#include <gtest/gtest.h>

#include "tests/support/surroundings.h"
#include "tests/unit/providers/aws_account.h"

namespace spillway {
namespace {

using fakes::Ec2Fault;
using namespace std::chrono_literals;
using testing::Account;
using testing::ASpec;
using testing::At;

TEST(AwsFind, FollowsAMachineUntilItRuns) {
  Account account({.hidden_looks = 1, .pending_looks = 1});
  const auto made = account.provider->Create(ASpec("token-1"));
  ASSERT_TRUE(made);
  const auto look = [&] { return account.provider->Find("token-1", "eu-central-1", made->id); };
  EXPECT_EQ(look().error().kind, ErrorKind::kNotFound);
  const auto pending = look();
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->state, MachineState::kStarting);
  EXPECT_EQ(pending->address, "");
  const auto running = look();
  ASSERT_TRUE(running);
  EXPECT_EQ(running->state, MachineState::kRunning);
  EXPECT_EQ(running->address, "127.0.0.1");
}

TEST(AwsFind, SaysWhyAMachineDidNotStart) {
  const std::pair<const char*, std::optional<ErrorKind>> cases[] = {
      {"Server.InsufficientInstanceCapacity", ErrorKind::kNoCapacity},
      {"Client.VolumeLimitExceeded", ErrorKind::kQuota},
      {"Client.InternalError", std::nullopt}};
  for (const auto& [reason, failure] : cases) {
    Account account({.pending_looks = 0});
    account.ec2.FailStarts(reason);
    const auto made = account.provider->Create(ASpec("token-1"));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->state, MachineState::kStarting);
    const auto found = account.provider->Find("token-1", "eu-central-1", made->id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, MachineState::kGone);
    EXPECT_EQ(found->start_failure, failure) << reason;
    EXPECT_NE(found->state_text.find(reason), std::string::npos) << found->state_text;
  }
}

TEST(AwsFind, KnowsTheRegionOfAZoneThatIsNoLongerConfigured) {
  Account account;
  const std::string id = account.ec2.Add("us-east-1", "m5.large", {{"spillway:token", "t"}});
  const auto found = account.provider->Find("t", "us-east-1b", "");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->id, id);
}

TEST(AwsList, HasTheMachinesOfTheOwnerInAllRegionsPageByPage) {
  Account account({.page_size = 2});
  for (int i = 0; i < 5; ++i) {
    account.ec2.Add(i < 3 ? "eu-central-1" : "eu-west-1", "m5.large",
                    {{"spillway:owner", "me"}, {"spillway:token", "t" + std::to_string(i)}});
  }
  account.ec2.Add("eu-central-1", "m5.large", {{"spillway:owner", "somebody else"}});
  const std::string stopped = account.ec2.Add("eu-west-1", "m5.large", {{"spillway:owner", "me"}});
  account.ec2.SetState(stopped, "stopped");
  const std::string gone = account.ec2.Add("eu-west-1", "m5.large", {{"spillway:owner", "me"}});
  account.ec2.SetState(gone, "terminated");

  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  ASSERT_EQ(list->machines.size(), 6u);
  EXPECT_EQ(list->machines[0].token, "t0");
  EXPECT_EQ(list->machines[0].owner, "me");
  EXPECT_EQ(list->machines[5].state, MachineState::kStopped);
}

TEST(AwsList, HasMachinesInStatesThatAreNewToUs) {
  Account account;
  const std::string id = account.ec2.Add("eu-west-1", "m5.large", {{"spillway:owner", "me"}});
  account.ec2.SetState(id, "hibernating");
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  ASSERT_EQ(list->machines.size(), 1u);
  EXPECT_EQ(list->machines[0].state, MachineState::kUnknown);
}

TEST(AwsList, IsIncompleteWhenAPageOrARegionFails) {
  Account account({.page_size = 1});
  for (const char* region : {"eu-central-1", "eu-central-1", "eu-west-1"}) {
    account.ec2.Add(region, "m5.large", {{"spillway:owner", "me"}});
  }
  // Frankfurt answers for one page of two, Dublin not at all.
  account.ec2.Fail("DescribeInstances", Ec2Fault{});
  account.ec2.Fail("DescribeInstances", Ec2Fault::Page(502), 2);
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_FALSE(list->is_complete);
  EXPECT_EQ(list->machines.size(), 1u);
}

TEST(AwsList, IsAnErrorWhenNoRegionAnswers) {
  Account account;
  account.ec2.Fail("DescribeInstances", Ec2Fault::Lost(), 2);
  const auto list = account.provider->List("me");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().kind, ErrorKind::kTransient);
}

TEST(AwsList, EndsWhenPagesDoNot) {
  Account account;
  account.ec2.Add("eu-central-1", "m5.large", {{"spillway:owner", "me"}});
  account.ec2.RepeatPages();
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->is_complete);
}

TEST(AwsDelete, CanBeRepeatedUntilEc2ForgetsTheMachine) {
  Account account({.pending_looks = 0});
  const auto made = account.provider->Create(ASpec("token-1"));
  ASSERT_TRUE(made);
  EXPECT_TRUE(account.provider->Delete(made->id, "eu-central-1"));
  const auto stopping = account.provider->Find("token-1", "eu-central-1", made->id);
  ASSERT_TRUE(stopping);
  EXPECT_EQ(stopping->state, MachineState::kStopping);
  EXPECT_TRUE(account.provider->Delete(made->id, "eu-central-1"));
  EXPECT_EQ(account.provider->Find("token-1", "eu-central-1", made->id)->state,
            MachineState::kGone);

  account.clock.RunFor(1h);
  account.ec2.Forget(made->id);
  EXPECT_TRUE(account.provider->Delete(made->id, "eu-central-1"));
  EXPECT_EQ(account.ec2.live(), 0);
}

TEST(AwsDelete, DoesNotTakeAMachineForGoneThatEc2DoesNotShowYet) {
  Account account({.hidden_looks = 1});
  const auto made = account.provider->Create(ASpec("token-1"));
  ASSERT_TRUE(made);
  const auto early = account.provider->Delete(made->id, "eu-central-1");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::kTransient);
}

TEST(AwsDelete, IsNotFooledByAPageThatSaysNotFound) {
  Account account;
  const std::string id = account.ec2.Add("eu-central-1", "m5.large", {});
  account.ec2.Fail("TerminateInstances", Ec2Fault::Page(404));
  EXPECT_FALSE(account.provider->Delete(id, "eu-central-1"));
  account.ec2.Fail("TerminateInstances", Ec2Fault::Lost());
  const auto lost = account.provider->Delete(id, "eu-central-1");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kTransient);
}

TEST(AwsCalls, AreRepeatedOnceWithFreshCredentialsWhenTheOldOnesAreExpired) {
  Account account(fakes::Ec2Options{}, testing::RoleOfTheMachine());
  ASSERT_TRUE(account.provider->Create(ASpec("token-1")));
  account.ec2.RotateRole();
  const auto created = account.provider->Create(ASpec("token-2"));
  ASSERT_TRUE(created) << Describe(created.error());

  account.ec2.Fail("RunInstances", Ec2Fault::Refused(400, "RequestExpired"), 2);
  EXPECT_EQ(account.provider->Create(ASpec("token-3")).error().kind, ErrorKind::kDenied);
  EXPECT_EQ(account.ec2.made("token-3"), 0);
}

TEST(AwsCalls, NeverRepeatASecretInAnError) {
  const std::string session = "role-session-token-1";
  const auto expect_clean = [&](const Error& error) {
    EXPECT_EQ(Describe(error).find(testing::kAwsSecret), std::string::npos) << Describe(error);
    EXPECT_EQ(Describe(error).find(session), std::string::npos) << Describe(error);
  };
  Account with_keys;
  with_keys.ec2.Fail("RunInstances",
                     Ec2Fault::Refused(403, "SignatureDoesNotMatch",
                                       std::string("signed with ") + testing::kAwsSecret));
  expect_clean(with_keys.provider->Create(ASpec("token-1")).error());
  with_keys.ec2.Fail("RunInstances", Ec2Fault::Lost());
  expect_clean(with_keys.provider->Create(ASpec("token-1")).error());

  Account with_role(fakes::Ec2Options{}, testing::RoleOfTheMachine());
  with_role.ec2.Fail("RunInstances", Ec2Fault::Refused(400, "AuthFailure", "token " + session));
  const Error denied = with_role.provider->Create(ASpec("token-1")).error();
  expect_clean(denied);
  EXPECT_NE(Describe(denied).find("token ***"), std::string::npos) << Describe(denied);
}

TEST(AwsProvider, IsNotMadeWithoutCredentials) {
  HttpClient http;
  const SimulatedLoop clock(At(0s));
  AwsConfig config;
  config.account.name = "aws";
  config.places = {testing::APlace("eu-central-1")};
  const Surroundings nothing = testing::SurroundingsOf({{"AWS_EC2_METADATA_DISABLED", "true"}});
  EXPECT_THROW(
      AwsProvider(config, PluginContext{.clock = clock, .http = http, .surroundings = nothing}),
      std::runtime_error);
}

}  // namespace
}  // namespace spillway
