// What an account is asked beside its machines: images, zones, key pairs, quotas, processors.
#include "tests/unit/providers/aws_account.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace spillway {
namespace {

using fakes::Ec2Fault;
using namespace std::chrono_literals;
using testing::Account;
using testing::APlace;
using testing::ASpec;

constexpr const char* kKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOps ops@edge";

AwsConfig InFrankfurt(AwsPlace place) {
  AwsConfig config;
  config.places = {std::move(place)};
  return config;
}

AwsPlace WithImage(const std::string& image) {
  AwsPlace place = APlace("eu-central-1");
  place.image = place.image_arm64 = image;
  return place;
}

std::vector<std::string> PlansOf(Account& account) {
  const auto catalogue = account.provider->Offers();
  EXPECT_TRUE(catalogue);
  std::vector<std::string> plans;
  for (const Offer& offer : catalogue->offers) plans.push_back(offer.plan);
  return plans;
}

bool Has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string ParameterOfFirst(const Account& account, const std::string& name) {
  const auto parameters = account.ec2.instances().at(0).parameters;
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

TEST(AwsImage, IsTheNewestOfItsPublisherWithItsOwnRootDevice) {
  struct Row {
    std::string image, plan, id, root_device;
  };
  const Row rows[] = {
      {"debian-12", "c5.metal", "ami-deb3", "/dev/xvda"},
      {"debian-12", "c7g.metal", "ami-deb4", "/dev/xvda"},
      {"ubuntu-24.04", "c5.metal", "ami-noble", "/dev/sda1"},
      {"ami-own", "c5.metal", "ami-own", "/dev/sda1"},
  };
  for (const Row& row : rows) {
    Account account(InFrankfurt(WithImage(row.image)));
    MachineSpec spec = ASpec("token-1");
    spec.plan = row.plan;
    const auto made = account.provider->Create(spec);
    ASSERT_TRUE(made) << Describe(made.error());
    EXPECT_EQ(ParameterOfFirst(account, "ImageId"), row.id);
    EXPECT_EQ(ParameterOfFirst(account, "BlockDeviceMapping.1.DeviceName"), row.root_device);
  }
}

TEST(AwsImage, OfAPublisherSaysWhoLogsIn) {
  const std::pair<std::string, std::string> rows[] = {
      {"debian-12", "admin"}, {"ubuntu-24.04", "ubuntu"}, {"ami-own", ""}};
  for (const auto& [image, user] : rows) {
    Account account(InFrankfurt(WithImage(image)));
    ASSERT_TRUE(account.provider->Create(ASpec("token-1")));
    const auto found = account.provider->Find("token-1", "eu-central-1", "");
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(found->login.user, user) << image;
  }
}

TEST(AwsImage, IsLookedUpOnceADay) {
  Account account(InFrankfurt(WithImage("debian-12")));
  ASSERT_TRUE(account.provider->Create(ASpec("token-1")));
  ASSERT_TRUE(account.provider->Create(ASpec("token-2")));
  EXPECT_EQ(account.ec2.calls("DescribeImages"), 1);
  account.clock.RunFor(24h);
  ASSERT_TRUE(account.provider->Create(ASpec("token-3")));
  EXPECT_EQ(account.ec2.calls("DescribeImages"), 2);
}

TEST(AwsImage, ThatDoesNotExistIsAMistake) {
  Account account(InFrankfurt(WithImage("ubuntu-22.04")));
  const auto made = account.provider->Create(ASpec("token-1"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(made.error().text.find("ubuntu-22.04"), std::string::npos);
}

TEST(AwsImage, ThatCannotBeAskedForLeavesNoMachineBehind) {
  Account account(InFrankfurt(WithImage("debian-12")));
  account.ec2.Fail("DescribeImages", Ec2Fault::Lost());
  const auto made = account.provider->Create(ASpec("token-1"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kTransient);
  EXPECT_EQ(account.ec2.live(), 0);
}

TEST(AwsZone, OffersOnlyWhatItHas) {
  AwsPlace place = APlace("eu-central-1");
  place.zone = "eu-central-1b";
  Account account(InFrankfurt(place));
  account.ec2.TakeFromZone("eu-central-1b", "c5.metal");
  const std::vector<std::string> plans = PlansOf(account);
  EXPECT_FALSE(Has(plans, "c5.metal"));
  EXPECT_TRUE(Has(plans, "m5.metal"));
}

TEST(AwsZone, ThatCannotBeAskedIsARemarkAndOffersWhatTheRegionHas) {
  AwsPlace place = APlace("eu-central-1");
  place.zone = "eu-central-1b";
  Account account(InFrankfurt(place));
  account.ec2.Fail("DescribeInstanceTypeOfferings",
                   Ec2Fault::Refused(403, "UnauthorizedOperation"));
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue);
  EXPECT_FALSE(catalogue->offers.empty());
  ASSERT_EQ(catalogue->remarks.size(), 1U);
  EXPECT_NE(catalogue->remarks[0].find("UnauthorizedOperation"), std::string::npos);
}

TEST(AwsQuota, IsAskedForWhereTheConfigurationDoesNotSay) {
  Account account(InFrankfurt(APlace("eu-central-1")));
  account.ec2.SetVcpuLimit(64);
  const auto asked = account.provider->Offers();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->quotas, (std::vector<Quota>{{"aws/eu-central-1/standard", 64}}));

  AwsConfig said = InFrankfurt(APlace("eu-central-1"));
  said.quota_vcpu = {{"eu-central-1", 192}};
  Account other(said);
  EXPECT_EQ(other.provider->Offers()->quotas,
            (std::vector<Quota>{{"aws/eu-central-1/standard", 192}}));
  EXPECT_EQ(other.ec2.calls("GetServiceQuota"), 0);
}

TEST(AwsQuota, ThatCannotBeAskedForIsARemark) {
  Account account(InFrankfurt(APlace("eu-central-1")));
  account.ec2.Fail("GetServiceQuota", Ec2Fault::Refused(403, "AccessDenied"));
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue);
  EXPECT_TRUE(catalogue->quotas.empty());
  ASSERT_EQ(catalogue->remarks.size(), 1U);
  EXPECT_NE(catalogue->remarks[0].find("denied"), std::string::npos) << catalogue->remarks[0];
}

TEST(AwsKeyPair, IsMadeOfThePublicKeyOnceForARegion) {
  AwsConfig config = InFrankfurt(APlace("eu-central-1"));
  config.places[0].key_name = "ops";
  config.public_key_file = "/keys/ops.pub";
  Surroundings surroundings = testing::KeysInTheEnvironment();
  surroundings.file = [](const std::string& path) {
    return path == "/keys/ops.pub" ? std::optional<std::string>(kKey) : std::nullopt;
  };
  Account account(config, surroundings);
  ASSERT_TRUE(account.provider->Create(ASpec("token-1")));
  ASSERT_TRUE(account.provider->Create(ASpec("token-2")));
  EXPECT_EQ(account.ec2.calls("ImportKeyPair"), 1);
  EXPECT_EQ(ParameterOfFirst(account, "KeyName"), "ops");

  // The next process finds it there.
  AwsProvider again(
      account.config,
      PluginContext{.clock = account.clock, .http = account.http, .surroundings = surroundings});
  EXPECT_TRUE(again.Create(ASpec("token-3")));
}

TEST(AwsKeyPair, OfAFileThatIsNotThereDoesNotStart) {
  AwsConfig config = InFrankfurt(APlace("eu-central-1"));
  config.public_key_file = "/keys/ops.pub";
  EXPECT_THROW(Account{config}, std::runtime_error);
}

TEST(AwsNestedVirtualization, IsOfferedOnlyWhenItIsSwitchedOn) {
  const auto hypervisors = [](bool is_on, const std::string& plan) {
    AwsConfig config = InFrankfurt(APlace("eu-central-1"));
    config.nested_virtualization = is_on;
    Account account(config);
    const auto catalogue = account.provider->Offers();
    for (const Offer& offer : catalogue->offers) {
      if (offer.plan == plan) return offer.hypervisors;
    }
    return std::vector<Hypervisor>{};
  };
  const std::vector only_lxc{Hypervisor::kLxc};
  const std::vector all{Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc};
  EXPECT_EQ(hypervisors(false, "c8i.large"), only_lxc);
  EXPECT_EQ(hypervisors(true, "c8i.large"), all);
  EXPECT_EQ(hypervisors(true, "t3.large"), only_lxc) << "its processor cannot";
}

TEST(AwsNestedVirtualization, IsAskedForWhenAVirtualMachineShallRunKvm) {
  struct Row {
    ClusterType type;
    Hypervisor hypervisor;
    std::string plan;
    std::string parameter;
  };
  const Row rows[] = {
      {ClusterType::kVirtual, Hypervisor::kKvm, "c8i.large", "enabled"},
      {ClusterType::kVirtual, Hypervisor::kLxc, "c8i.large", ""},
      {ClusterType::kMetal, Hypervisor::kKvm, "c5.metal", ""},
  };
  for (const Row& row : rows) {
    Account account;
    MachineSpec spec = ASpec("token-1");
    spec.cluster_type = row.type;
    spec.hypervisor = row.hypervisor;
    spec.plan = row.plan;
    ASSERT_TRUE(account.provider->Create(spec));
    EXPECT_EQ(ParameterOfFirst(account, "CpuOptions.NestedVirtualization"), row.parameter);
  }
}

}  // namespace
}  // namespace spillway
