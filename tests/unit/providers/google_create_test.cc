#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/unit/providers/google_account.h"

namespace spillway {
namespace {

using fakes::GoogleFault;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;
using testing::AGoogleSpec;
using testing::GoogleAccount;

TEST(GoogleCreate, GivesAMachineThatCarriesItsLabelsFromBirth) {
  GoogleAccount account;
  const auto machine = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_TRUE(machine) << Describe(machine.error());
  EXPECT_EQ(machine->state, MachineState::kStarting);
  EXPECT_EQ(machine->id, "token-1");
  EXPECT_EQ(machine->token, "token-1");
  EXPECT_EQ(machine->owner, "edge-deployment");
  EXPECT_EQ(machine->location, "europe-west3-a");
  EXPECT_EQ(machine->plan, "e2-standard-4");

  const auto instance = account.google.instances().at(0);
  EXPECT_EQ(instance.name, "token-1");
  EXPECT_THAT(instance.labels, UnorderedElementsAre(Pair("spillway-owner", "edge-deployment"),
                                                    Pair("spillway-token", "token-1"),
                                                    Pair("spillway-cluster", "edge"),
                                                    Pair("spillway-host", "edge-h1")));
  const auto body = nlohmann::json::parse(instance.body);
  EXPECT_EQ(body["disks"][0]["autoDelete"], true);
  EXPECT_EQ(body["metadata"]["items"][1]["value"], AGoogleSpec("").user_data);
}

TEST(GoogleCreate, UsesTheImageOfTheArchitecture) {
  GoogleAccount account;
  MachineSpec spec = AGoogleSpec("token-1");
  spec.plan = "t2a-standard-4";
  ASSERT_TRUE(account.provider->Create(spec));
  EXPECT_THAT(account.google.instances().at(0).body, HasSubstr("ubuntu-2404-lts-arm64"));
}

TEST(GoogleCreate, MakesOneMachineHoweverOftenItIsRepeated) {
  GoogleAccount account;
  const auto first = account.provider->Create(AGoogleSpec("token-1"));
  const auto second = account.provider->Create(AGoogleSpec("token-1"));
  account.Restart();
  const auto third = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(first->id, third->id);
  EXPECT_EQ(account.google.made("token-1"), 1);
}

TEST(GoogleCreate, FindsTheMachineByItsNameWhenTheRequestIsForgotten) {
  GoogleAccount account;
  ASSERT_TRUE(account.provider->Create(AGoogleSpec("token-1")));
  account.Advance(61min);
  const auto again = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_TRUE(again) << Describe(again.error());
  EXPECT_EQ(again->id, "token-1");
  EXPECT_EQ(again->owner, "edge-deployment");
  EXPECT_EQ(account.google.made("token-1"), 1);

  MachineSpec other = AGoogleSpec("token-1");
  other.plan = "n2-standard-4";
  const auto conflict = account.provider->Create(other);
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(conflict.error().code, "alreadyExists");
}

TEST(GoogleCreate, DoesNotTakeSomebodysMachineOfTheSameNameForItsOwn) {
  GoogleAccount account;
  account.google.Add("europe-west3-a", "token-1", "e2-standard-4", {});
  const auto machine = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().kind, ErrorKind::kConflict);
}

TEST(GoogleCreate, ThatGotNoAnswerIsUnknownAndTheMachineIsFoundByItsToken) {
  GoogleAccount account;
  account.google.Fail("instances.insert", GoogleFault::Lost());
  const auto created = account.provider->Create(AGoogleSpec("token-1"));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::kUnknownOutcome);

  const auto found = account.Find("token-1");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->id, "token-1");
  EXPECT_EQ(account.Find("token-2").error().kind, ErrorKind::kNotFound);
}

TEST(GoogleCreate, IsUnknownUnlessGoogleClearlySaysOtherwise) {
  const std::pair<GoogleFault, ErrorKind> rows[] = {
      {GoogleFault::Page(502), ErrorKind::kUnknownOutcome},
      {GoogleFault::Page(504), ErrorKind::kUnknownOutcome},
      {GoogleFault::Refused(500, "backendError"), ErrorKind::kUnknownOutcome},
      {GoogleFault::Refused(503, "backendError"), ErrorKind::kUnknownOutcome},
      {GoogleFault::NeverCame(), ErrorKind::kUnknownOutcome},
      {GoogleFault::Garbled(), ErrorKind::kUnknownOutcome},
      {GoogleFault::Refused(503, "x", "ZONE_RESOURCE_POOL_EXHAUSTED"), ErrorKind::kNoCapacity},
      {GoogleFault::Throttled(), ErrorKind::kThrottled},
      {GoogleFault::Refused(403, "quotaExceeded"), ErrorKind::kQuota},
      {GoogleFault::Refused(403, "forbidden"), ErrorKind::kDenied},
      {GoogleFault::Page(403), ErrorKind::kDenied},
      {GoogleFault::Refused(404, "notFound", "image"), ErrorKind::kNotFound},
      {GoogleFault::Refused(400, "invalid"), ErrorKind::kInvalid},
  };
  for (const auto& [fault, kind] : rows) {
    GoogleAccount account;
    account.google.Fail("instances.insert", fault);
    const auto created = account.provider->Create(AGoogleSpec("token-1"));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, kind) << Describe(created.error());
  }
}

TEST(GoogleCreate, SaysWhatAnOperationThatFailsAtOnceSays) {
  const std::pair<const char*, ErrorKind> rows[] = {
      {"ZONE_RESOURCE_POOL_EXHAUSTED", ErrorKind::kNoCapacity},
      {"QUOTA_EXCEEDED", ErrorKind::kQuota},
      {"PERMISSIONS_ERROR", ErrorKind::kDenied},
      {"INVALID_USAGE", ErrorKind::kInvalid},
      // The same request would get the same operation: it is looked at, not repeated.
      {"INTERNAL_ERROR", ErrorKind::kUnknownOutcome},
      {"RESOURCE_OPERATION_RATE_EXCEEDED", ErrorKind::kUnknownOutcome},
  };
  for (const auto& [code, kind] : rows) {
    GoogleAccount account;
    account.google.FailStarts(code, 1, /*at_once=*/true);
    const auto created = account.provider->Create(AGoogleSpec("token-1"));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, kind) << code;
    EXPECT_EQ(created.error().code, code);
    EXPECT_EQ(account.google.live(), 0);
  }
}

TEST(GoogleCreate, RunsOutOfQuota) {
  GoogleAccount account;
  account.google.SetQuota("CPUS", 6);
  ASSERT_TRUE(account.provider->Create(AGoogleSpec("token-1")));
  const auto second = account.provider->Create(AGoogleSpec("token-2"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kQuota);
  MachineSpec elsewhere = AGoogleSpec("token-3");
  elsewhere.location = "europe-west1-b";
  EXPECT_TRUE(account.provider->Create(elsewhere));
}

TEST(GoogleCreate, RefusesWhatGoogleWouldNotTakeWithoutAsking) {
  GoogleAccount account;
  MachineSpec long_token = AGoogleSpec(std::string(64, 'x'));
  MachineSpec odd_token = AGoogleSpec("Token_1");
  MachineSpec odd_host = AGoogleSpec("token-1");
  odd_host.host = "Host.1";
  MachineSpec large = AGoogleSpec("token-1");
  large.user_data = std::string(256 * 1024 + 1, 'x');
  MachineSpec elsewhere = AGoogleSpec("token-1");
  elsewhere.location = "us-central1-a";
  for (const MachineSpec& spec : {long_token, odd_token, odd_host, large, elsewhere}) {
    const auto created = account.provider->Create(spec);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_EQ(account.google.calls("instances.insert"), 0);
  MachineSpec largest = AGoogleSpec("token-1");
  largest.user_data = std::string(256 * 1024, 'x');
  EXPECT_TRUE(account.provider->Create(largest));
}

TEST(GoogleCreate, WaitsForTheNextMinuteWhenTheRateIsPassed) {
  GoogleAccount account;
  account.Advance(30s);
  account.google.Fail("instances.insert", GoogleFault::Throttled());
  EXPECT_EQ(account.provider->Create(AGoogleSpec("token-1")).error().code, "rateLimitExceeded");
  account.Advance(29s);
  EXPECT_EQ(account.provider->Create(AGoogleSpec("token-1")).error().code, "LocalLimit");
  EXPECT_EQ(account.google.calls("instances.insert"), 1);
  account.Advance(1s);
  EXPECT_TRUE(account.provider->Create(AGoogleSpec("token-1")));
}

}  // namespace
}  // namespace spillway
