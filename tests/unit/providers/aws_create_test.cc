#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/providers/aws_account.h"

namespace spillway {
namespace {

using fakes::Ec2Fault;
using namespace std::chrono_literals;
using testing::Account;
using testing::ASpec;

const Offer* FindOffer(const Catalogue& catalogue, const std::string& id) {
  const auto found = std::find_if(catalogue.offers.begin(), catalogue.offers.end(),
                                  [&id](const Offer& o) { return o.id == id; });
  return found == catalogue.offers.end() ? nullptr : &*found;
}

TEST(AwsOffers, SayWhatAMetalMachineCanBe) {
  Account account;
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  const Offer* metal = FindOffer(*catalogue, "aws/eu-central-1/c5.metal");
  ASSERT_NE(metal, nullptr);
  EXPECT_EQ(metal->cluster_type, ClusterType::kMetal);
  EXPECT_EQ(metal->hypervisors,
            (std::vector{Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}));
  EXPECT_EQ(metal->capacity, (Capacity{96, 192 * 1024}));
  EXPECT_EQ(metal->country, "DE");
  EXPECT_EQ(metal->billing, (Billing{1s, 60s}));
  EXPECT_EQ(metal->time_to_ready, 10min);
  EXPECT_EQ(metal->quota, "aws/eu-central-1/standard");
  EXPECT_EQ(catalogue->quotas, (std::vector<Quota>{{"aws/eu-central-1/standard", 192},
                                                   {"aws/eu-west-1/standard", 192}}));

  const Offer* virtual_machine = FindOffer(*catalogue, "aws/eu-west-1/t3.large");
  ASSERT_NE(virtual_machine, nullptr);
  EXPECT_EQ(virtual_machine->hypervisors, std::vector{Hypervisor::kLxc});
  EXPECT_EQ(virtual_machine->time_to_ready, 90s);
}

TEST(AwsOffers, ComeFromAllPages) {
  Account whole;
  Account paged({.page_size = 3});
  const auto catalogue = paged.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_EQ(*catalogue, *whole.provider->Offers());
}

TEST(AwsOffers, OfARegionThatDoesNotAnswerAreThoseSeenBefore) {
  Account account;
  const auto before = account.provider->Offers();
  ASSERT_TRUE(before);
  account.ec2.Fail("DescribeInstanceTypes", Ec2Fault::Page(502));
  const auto after = account.provider->Offers();
  ASSERT_TRUE(after) << Describe(after.error());
  EXPECT_EQ(after->offers, before->offers);
  ASSERT_EQ(after->remarks.size(), 1U);
  EXPECT_NE(after->remarks[0].find("DescribeInstanceTypes"), std::string::npos);

  account.ec2.Fail("DescribeInstanceTypes", Ec2Fault::Refused(403, "UnauthorizedOperation"), 2);
  const auto denied = account.provider->Offers();
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::kDenied);
}

TEST(AwsCreate, GivesAMachineThatCarriesItsTagsFromBirth) {
  Account account;
  const auto machine = account.provider->Create(ASpec("token-1"));
  ASSERT_TRUE(machine) << Describe(machine.error());
  EXPECT_EQ(machine->state, MachineState::kStarting);
  EXPECT_EQ(machine->token, "token-1");
  EXPECT_EQ(machine->location, "eu-central-1");
  EXPECT_EQ(machine->plan, "c5.metal");

  const auto instance = account.ec2.instances().at(0);
  EXPECT_EQ(instance.tags,
            (std::map<std::string, std::string>{{"Name", "edge-h1"},
                                                {"spillway:owner", "edge-deployment"},
                                                {"spillway:token", "token-1"},
                                                {"spillway:cluster", "edge"},
                                                {"spillway:host", "edge-h1"}}));
  EXPECT_EQ(instance.user_data, ASpec("").user_data);
  EXPECT_EQ(instance.parameters.at("ImageId"), "ami-x86");
}

TEST(AwsCreate, UsesTheImageOfTheArchitecture) {
  Account account;
  MachineSpec spec = ASpec("token-1");
  spec.plan = "c7g.metal";
  ASSERT_TRUE(account.provider->Create(spec));
  EXPECT_EQ(account.ec2.instances().at(0).parameters.at("ImageId"), "ami-arm");
}

TEST(AwsCreate, MakesOneMachineHoweverOftenItIsRepeated) {
  Account account;
  const auto first = account.provider->Create(ASpec("token-1"));
  const auto second = account.provider->Create(ASpec("token-1"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(account.ec2.made("token-1"), 1);
}

TEST(AwsCreate, WithATokenOfAnotherRequestIsAConflict) {
  Account account;
  ASSERT_TRUE(account.provider->Create(ASpec("token-1")));
  MachineSpec other = ASpec("token-1");
  other.plan = "m5.metal";
  const auto machine = account.provider->Create(other);
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(machine.error().code, "IdempotentParameterMismatch");
}

TEST(AwsCreate, ThatGotNoAnswerIsUnknownAndTheMachineIsFoundByItsToken) {
  Account account;
  account.ec2.Fail("RunInstances", Ec2Fault::Lost());
  const auto created = account.provider->Create(ASpec("token-1"));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::kUnknownOutcome);

  const auto found = account.provider->Find("token-1", "eu-central-1", "");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->id, account.ec2.instances().at(0).id);
  EXPECT_EQ(account.provider->Find("token-2", "eu-central-1", "").error().kind,
            ErrorKind::kNotFound);
}

struct Refusal {
  Ec2Fault fault;
  ErrorKind kind;
};

TEST(AwsCreate, IsUnknownUnlessEc2ClearlySaysOtherwise) {
  const Refusal cases[] = {
      {Ec2Fault::Page(502), ErrorKind::kUnknownOutcome},
      {Ec2Fault::Page(504), ErrorKind::kUnknownOutcome},
      {Ec2Fault::Refused(500, "InternalError"), ErrorKind::kUnknownOutcome},
      {Ec2Fault::Refused(503, "Unavailable"), ErrorKind::kUnknownOutcome},
      {Ec2Fault::NeverCame(), ErrorKind::kUnknownOutcome},
      {Ec2Fault::Refused(500, "InsufficientInstanceCapacity"), ErrorKind::kNoCapacity},
      {Ec2Fault::Refused(503, "RequestLimitExceeded"), ErrorKind::kThrottled},
      {Ec2Fault::Refused(403, "UnauthorizedOperation"), ErrorKind::kDenied},
      {Ec2Fault::Page(403), ErrorKind::kDenied},
      {Ec2Fault::Refused(400, "InvalidAMIID.NotFound"), ErrorKind::kInvalid},
  };
  for (const Refusal& refusal : cases) {
    Account account;
    account.ec2.Fail("RunInstances", refusal.fault);
    const auto created = account.provider->Create(ASpec("token-1"));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, refusal.kind) << Describe(created.error());
  }
}

TEST(AwsCreate, RunsOutOfCapacityAndQuota) {
  Account account;
  account.ec2.SetCapacity("c5.metal", 1);
  account.ec2.SetVcpuLimit(120);
  ASSERT_TRUE(account.provider->Create(ASpec("token-1")));
  EXPECT_EQ(account.provider->Create(ASpec("token-2")).error().kind, ErrorKind::kNoCapacity);
  MachineSpec other = ASpec("token-3");
  other.plan = "m5.metal";
  EXPECT_EQ(account.provider->Create(other).error().kind, ErrorKind::kQuota);
  EXPECT_EQ(account.ec2.live(), 1);
}

TEST(AwsCreate, RefusesWhatEc2WouldNotTakeWithoutAsking) {
  Account account;
  MachineSpec long_token = ASpec(std::string(65, 'x'));
  MachineSpec odd_token = ASpec("t\xC3\xB6ken");
  MachineSpec large = ASpec("token-1");
  large.user_data = std::string(16 * 1024 + 1, 'x');
  MachineSpec elsewhere = ASpec("token-1");
  elsewhere.location = "us-east-1";
  for (const MachineSpec& spec : {long_token, odd_token, large, elsewhere}) {
    const auto created = account.provider->Create(spec);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_EQ(account.ec2.calls("RunInstances"), 0);
}

TEST(AwsCreate, IsSlowedDownHereBeforeEc2HasTo) {
  Account account;
  const auto throttled = [&account](int calls) {
    int count = 0;
    for (int i = 0; i < calls; ++i) {
      const auto made = account.provider->Create(ASpec("token-1"));
      if (!made && made.error().kind == ErrorKind::kThrottled) ++count;
    }
    return count;
  };
  EXPECT_EQ(throttled(8), 3);
  account.clock.RunFor(1s);
  EXPECT_EQ(throttled(3), 1);
  EXPECT_EQ(account.ec2.calls("RunInstances"), 7);
}

}  // namespace
}  // namespace spillway
