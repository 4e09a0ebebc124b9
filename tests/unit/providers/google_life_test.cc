#include <gmock/gmock.h>

#include "tests/unit/providers/google_account.h"

namespace spillway {
namespace {

using fakes::GoogleFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;
using testing::AGoogleSpec;
using testing::GoogleAccount;

constexpr const char* kZone = "europe-west3-a";
constexpr int kAlways = 100;  // a read whose connection closes is sent again

std::map<std::string, std::string> Labels(const std::string& owner, const std::string& token) {
  return {{"spillway-owner", owner}, {"spillway-token", token}};
}

TEST(GoogleFind, FollowsAMachineUntilItRuns) {
  GoogleAccount account({.hidden_looks = 1, .starting_looks = 1});
  const auto made = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_TRUE(made);
  const auto look = [&] { return account.provider->Find("token-1", kZone, made->id); };
  EXPECT_EQ(look().error().kind, ErrorKind::kNotFound);
  const auto starting = look();
  ASSERT_TRUE(starting) << Describe(starting.error());
  EXPECT_EQ(starting->state, MachineState::kStarting);
  EXPECT_EQ(starting->address, "");
  const auto running = look();
  ASSERT_TRUE(running);
  EXPECT_EQ(running->state, MachineState::kRunning);
  EXPECT_EQ(running->address, "127.0.0.1");
}

TEST(GoogleFind, KnowsEveryState) {
  const std::pair<const char*, MachineState> rows[] = {
      {"PENDING", MachineState::kStarting},    {"PROVISIONING", MachineState::kStarting},
      {"STAGING", MachineState::kStarting},    {"RUNNING", MachineState::kRunning},
      {"REPAIRING", MachineState::kStarting},  {"PENDING_STOP", MachineState::kStopping},
      {"STOPPING", MachineState::kStopping},   {"DEPROVISIONING", MachineState::kStopping},
      {"TERMINATED", MachineState::kStopped},  {"STOPPED", MachineState::kStopped},
      {"SUSPENDING", MachineState::kStopped},  {"SUSPENDED", MachineState::kStopped},
      {"HIBERNATING", MachineState::kUnknown},
  };
  for (const auto& [status, state] : rows) {
    GoogleAccount account;
    account.google.Add(kZone, "edge-1", "e2-standard-4", Labels("me", "edge-1"));
    account.google.SetStatus("edge-1", status);
    const auto found = account.Find("edge-1");
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(found->state, state) << status;
    EXPECT_EQ(found->state_text, status);
  }
}

TEST(GoogleFind, SaysWhyAMachineDidNotStartEvenAfterARestart) {
  const std::pair<const char*, std::optional<ErrorKind>> rows[] = {
      {"ZONE_RESOURCE_POOL_EXHAUSTED", ErrorKind::kNoCapacity},
      {"ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", ErrorKind::kNoCapacity},
      {"IP_SPACE_EXHAUSTED", ErrorKind::kNoCapacity},
      {"QUOTA_EXCEEDED", ErrorKind::kQuota},
      {"VM_EXTERNAL_IP_ACCESS_POLICY_CONSTRAINT", std::nullopt},
      {"INTERNAL_ERROR", std::nullopt}};
  for (const auto& [code, failure] : rows) {
    GoogleAccount account({.starting_looks = 0});
    account.google.FailStarts(code);
    const auto made = account.provider->Create(AGoogleSpec("token-1"));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->state, MachineState::kStarting);
    account.Restart();
    const auto found = account.Find("token-1");
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(found->state, MachineState::kGone);
    EXPECT_EQ(found->start_failure, failure) << code;
    EXPECT_THAT(found->state_text, HasSubstr(code));
    EXPECT_EQ(account.google.live(), 0);
  }
}

TEST(GoogleFind, SaysWhyAMachineOfALostCreateDidNotStart) {
  GoogleAccount account({.starting_looks = 0});
  account.google.SetCapacity("e2-standard-4", 0);
  account.google.Fail("instances.insert", GoogleFault::Lost());
  EXPECT_EQ(account.provider->Create(AGoogleSpec("token-1")).error().kind,
            ErrorKind::kUnknownOutcome);
  const auto found = account.Find("token-1");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->state, MachineState::kGone);
  EXPECT_EQ(found->start_failure, ErrorKind::kNoCapacity);
}

TEST(GoogleFind, DoesNotSayGoneWhenTheOperationsCannotBeRead) {
  for (const GoogleFault& fault : {GoogleFault::Page(502), GoogleFault::Lost(),
                                   GoogleFault::Garbled(), GoogleFault::Throttled()}) {
    GoogleAccount account;
    account.google.Fail("zoneOperations.list", fault, kAlways);
    const auto found = account.Find("token-1");
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().kind, ErrorKind::kNotFound) << Describe(found.error());
  }
}

TEST(GoogleFind, DoesNotTakeAWrongProjectForAMachineThatIsGone) {
  GoogleAccount account;
  account.google.Fail("instances.get",
                      GoogleFault::Refused(404, "notFound", "Failed to find project edge-burst"));
  EXPECT_EQ(account.Find("token-1").error().kind, ErrorKind::kDenied);
}

TEST(GoogleFind, KnowsAZoneThatIsNoLongerConfiguredAndRefusesWhatIsNone) {
  GoogleAccount account;
  account.google.Add("us-central1-a", "edge-1", "e2-standard-4", Labels("me", "edge-1"));
  const auto found = account.provider->Find("edge-1", "us-central1-a", "");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->location, "us-central1-a");
  for (const char* place : {"", "frankfurt", "europe-west3-a/../x"}) {
    EXPECT_EQ(account.provider->Find("edge-1", place, "").error().kind, ErrorKind::kInvalid);
  }
  EXPECT_EQ(account.provider->Find("", kZone, "a/b").error().kind, ErrorKind::kInvalid);
}

TEST(GoogleFind, GivesTheAddressThatHostsAreReachedAt) {
  GoogleAccount account({.own_addresses = true, .starting_looks = 0});
  account.config.account.public_address = false;
  account.Restart();
  ASSERT_TRUE(account.provider->Create(AGoogleSpec("token-1")));
  const auto found = account.Find("token-1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->address, "127.1.0.1") << "without a public address the private one";
}

TEST(GoogleList, HasTheMachinesOfTheOwnerInAllZonesPageByPage) {
  GoogleAccount account({.page_size = 2});
  for (const char* zone : {kZone, "europe-west3-b", "us-central1-a"}) {
    const std::string name = std::string("edge-") + zone;
    account.google.Add(zone, name, "e2-standard-4", Labels("me", name));
  }
  account.google.Add(kZone, "other", "e2-standard-4", Labels("somebody", "x"));
  account.google.SetStatus("edge-us-central1-a", "TERMINATED");
  account.google.Add(kZone, "gone", "e2-standard-4", Labels("me", "gone"));
  account.google.Forget("gone");

  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  std::vector<std::string> seen;
  for (const Machine& machine : list->machines) {
    seen.push_back(machine.token + " " + std::string(Name(machine.state)));
  }
  EXPECT_THAT(seen, ElementsAre("edge-europe-west3-a running", "edge-europe-west3-b running",
                                "edge-us-central1-a stopped"));
}

TEST(GoogleList, IsIncompleteWhenAZoneOrAPageCannotBeHad) {
  GoogleAccount account({.page_size = 1});
  account.google.Add(kZone, "edge-1", "e2-standard-4", Labels("me", "edge-1"));
  account.google.Add("europe-west1-b", "edge-2", "e2-standard-4", Labels("me", "edge-2"));
  account.google.Fail("instances.aggregatedList", GoogleFault{});
  account.google.Fail("instances.aggregatedList", GoogleFault::Page(502));
  const auto paged = account.provider->List("me");
  ASSERT_TRUE(paged) << Describe(paged.error());
  EXPECT_FALSE(paged->is_complete);
  EXPECT_EQ(paged->machines.size(), 1u);

  account.google.LoseZone("europe-west1-b");
  const auto partial = account.provider->List("me");
  ASSERT_TRUE(partial) << Describe(partial.error());
  EXPECT_FALSE(partial->is_complete);
  EXPECT_EQ(partial->machines.size(), 1u);
}

TEST(GoogleList, IsAnErrorWhenNothingAnswersAndEndsWhenPagesDoNot) {
  GoogleAccount account;
  account.google.Add(kZone, "edge-1", "e2-standard-4", Labels("me", "edge-1"));
  account.google.Fail("instances.aggregatedList", GoogleFault::Page(502));
  const auto lost = account.provider->List("me");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kTransient);
  account.google.RepeatPages();
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->is_complete);
}

TEST(GoogleDelete, CanBeRepeatedUntilNothingIsLeft) {
  GoogleAccount account({.starting_looks = 0});
  const auto made = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_TRUE(made);
  EXPECT_EQ(account.Find("token-1")->state, MachineState::kRunning);
  EXPECT_TRUE(account.provider->Delete(made->id, kZone));
  EXPECT_EQ(account.Find("token-1")->state, MachineState::kStopping);
  EXPECT_TRUE(account.provider->Delete(made->id, kZone));
  const auto gone = account.Find("token-1");
  ASSERT_TRUE(gone) << Describe(gone.error());
  EXPECT_EQ(gone->state, MachineState::kGone);
  EXPECT_TRUE(account.provider->Delete(made->id, kZone)) << "though it was made minutes ago";
  EXPECT_EQ(account.google.live(), 0);

  account.google.ForgetOperations("token-1");
  account.Advance(1h);
  EXPECT_TRUE(account.provider->Delete(made->id, kZone));
  EXPECT_EQ(account.Find("token-1").error().kind, ErrorKind::kNotFound);
}

TEST(GoogleDelete, DoesNotTakeAMachineForGoneThatDoesNotShowYet) {
  GoogleAccount account({.hidden_looks = 2});
  const auto made = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_TRUE(made);
  for (int i = 0; i < 2; ++i) {
    const auto early = account.provider->Delete(made->id, kZone);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().kind, ErrorKind::kTransient);
  }
  EXPECT_TRUE(account.provider->Delete(made->id, kZone));
}

TEST(GoogleDelete, OfAMachineThatDidNotStartIsDoneAtOnce) {
  GoogleAccount account({.starting_looks = 0});
  account.google.FailStarts("ZONE_RESOURCE_POOL_EXHAUSTED");
  const auto made = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_TRUE(made);
  EXPECT_EQ(account.Find("token-1")->state, MachineState::kGone);
  EXPECT_TRUE(account.provider->Delete(made->id, kZone));
}

TEST(GoogleDelete, IsNotFooledByAPageThatSaysNotFound) {
  GoogleAccount account;
  account.google.Add(kZone, "edge-1", "e2-standard-4", {});
  account.google.Fail("instances.delete", GoogleFault::Page(404));
  EXPECT_FALSE(account.provider->Delete("edge-1", kZone));
  account.google.Fail("instances.delete", GoogleFault::Lost());
  const auto lost = account.provider->Delete("edge-1", kZone);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kTransient);
}

TEST(GoogleCalls, AreRepeatedOnceWithAFreshTokenWhenTheOldOneIsRefused) {
  GoogleAccount account;
  ASSERT_TRUE(account.provider->Create(AGoogleSpec("token-1")));
  account.google.RevokeTokens();
  const auto created = account.provider->Create(AGoogleSpec("token-2"));
  ASSERT_TRUE(created) << Describe(created.error());

  account.google.RevokeTokens();
  account.google.RevokeKeys();
  const auto denied = account.provider->Create(AGoogleSpec("token-3"));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::kDenied);
  EXPECT_EQ(account.google.made("token-3"), 0);
}

TEST(GoogleCalls, NeverRepeatASecretInAnError) {
  GoogleAccount account;
  ASSERT_TRUE(account.provider->Create(AGoogleSpec("token-1")));
  const std::string token = account.google.secrets().front();
  account.google.Fail("instances.insert", GoogleFault::Indiscreet());
  const Error error = account.provider->Create(AGoogleSpec("token-2")).error();
  EXPECT_THAT(Describe(error), Not(HasSubstr(token)));
  EXPECT_THAT(error.text, HasSubstr("this was sent: Bearer ***"));
}

TEST(GoogleProvider, TakesProjectAndEndpointFromTheEnvironment) {
  const fakes::FakeGoogle google({.project = "other-project"});
  HttpClient http;
  SimulatedLoop clock{testing::At(0s)};
  GoogleConfig config;
  config.account.name = "google";
  config.places = {testing::AGooglePlace(kZone)};
  const testing::Texts common = {
      {"GCE_METADATA_HOST", google.host()},
      {"HOME", "/home/me"},
      {"CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE", google.url() + "/compute/v1/"}};
  const auto offers = [&](const std::string& name, const std::string& value) {
    testing::Texts variables = common;
    if (!name.empty()) variables[name] = value;
    GoogleProvider provider(
        config,
        PluginContext{
            .clock = clock, .http = http, .surroundings = testing::SurroundingsOf(variables, {})});
    return provider.Offers().ok();
  };
  EXPECT_TRUE(offers("", "")) << "of the metadata server";
  EXPECT_TRUE(offers("GOOGLE_CLOUD_PROJECT", "other-project"));
  EXPECT_TRUE(offers("CLOUDSDK_CORE_PROJECT", "other-project"));
  EXPECT_FALSE(offers("GOOGLE_CLOUD_PROJECT", "no-such-project"));
  EXPECT_THROW(offers("GOOGLE_CLOUD_PROJECT", "a/../b"), std::runtime_error);
}

TEST(GoogleProvider, IsNotMadeWithoutCredentialsOrProject) {
  const fakes::FakeGoogle google;
  HttpClient http;
  const SimulatedLoop clock(testing::At(0s));
  GoogleConfig config;
  config.account.name = "google";
  config.places = {testing::AGooglePlace(kZone)};
  const auto make = [&](testing::Texts files) {
    GoogleProvider(config, PluginContext{.clock = clock,
                                         .http = http,
                                         .surroundings = testing::SurroundingsOf(
                                             {{"HOME", "/me"}, {"NO_GCE_CHECK", "true"}}, files)});
  };
  const auto message = [&](const testing::Texts& files) -> std::string {
    try {
      make(files);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  const std::string adc = "/me/.config/gcloud/application_default_credentials.json";
  EXPECT_THAT(message({}), HasSubstr(adc));
  EXPECT_THAT(message({{adc, google.UserFile()}}), HasSubstr("no project is known"));
  EXPECT_EQ(message({{adc, google.ServiceAccountFile()}}), "");
}

TEST(GoogleProvider, IsMadeAlthoughNobodyAnswersAndSaysSoLater) {
  GoogleAccount account;
  account.google.StopListening();
  account.Restart();
  const auto offers = account.provider->Offers();
  ASSERT_FALSE(offers);
  EXPECT_EQ(offers.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(offers.error().text, HasSubstr("does not answer"));
}

}  // namespace
}  // namespace spillway
