#include <gtest/gtest.h>

#include "providers/aws/ec2_api.h"
#include "tests/fakes/ec2_form.h"
#include "tests/fakes/http_server.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;

Ec2Launch ALaunch() {
  Ec2Launch launch;
  launch.image = "ami-1";
  launch.type = "c5.metal";
  launch.client_token = "token-1";
  return launch;
}

fakes::Ec2Form FormOf(const Ec2Request& request) { return fakes::ParseForm(request.FormBody()); }

TEST(Ec2Requests, LaunchOneMachineThatEndsWithItself) {
  const fakes::Ec2Form expected = {{"Action", "RunInstances"},
                                   {"Version", "2016-11-15"},
                                   {"ImageId", "ami-1"},
                                   {"InstanceType", "c5.metal"},
                                   {"MinCount", "1"},
                                   {"MaxCount", "1"},
                                   {"ClientToken", "token-1"},
                                   {"InstanceInitiatedShutdownBehavior", "terminate"},
                                   {"MetadataOptions.HttpTokens", "required"}};
  EXPECT_EQ(FormOf(RunInstances(ALaunch())), expected);
  EXPECT_EQ(RunInstances(ALaunch()).effect, Effect::kCreates);
}

TEST(Ec2Requests, NameTheSubnetAndItsGroupsAtTheInterfaceOnly) {
  Ec2Launch launch = ALaunch();
  launch.security_groups = {"sg-1", "sg-2"};
  fakes::Ec2Form form = FormOf(RunInstances(launch));
  EXPECT_EQ(form["SecurityGroupId.2"], "sg-2");
  EXPECT_FALSE(fakes::HasEc2Prefix(form, "NetworkInterface."));

  launch.subnet = "subnet-1";
  form = FormOf(RunInstances(launch));
  EXPECT_EQ(form["NetworkInterface.1.SubnetId"], "subnet-1");
  EXPECT_EQ(form["NetworkInterface.1.SecurityGroupId.2"], "sg-2");
  EXPECT_EQ(form["NetworkInterface.1.AssociatePublicIpAddress"], "true");
  EXPECT_FALSE(fakes::HasEc2Prefix(form, "SecurityGroupId."));
  EXPECT_EQ(form.count("SubnetId"), 0u);
}

TEST(Ec2Requests, WriteEachTagOnEverythingThatIsMade) {
  Ec2Launch launch = ALaunch();
  launch.tags = {{"Name", "h-1"}, {"spillway:owner", "edge & co"}};
  fakes::Ec2Form form = FormOf(RunInstances(launch));
  const char* resources[] = {"instance", "volume", "network-interface"};
  for (int i = 0; i < 3; ++i) {
    const std::string specification = "TagSpecification." + std::to_string(i + 1) + ".";
    EXPECT_EQ(form[specification + "ResourceType"], resources[i]);
    EXPECT_EQ(form[specification + "Tag.1.Value"], "h-1");
    EXPECT_EQ(form[specification + "Tag.2.Key"], "spillway:owner");
    EXPECT_EQ(form[specification + "Tag.2.Value"], "edge & co");
  }
}

TEST(Ec2Requests, CarryUserDataAsBase64) {
  Ec2Launch launch = ALaunch();
  launch.user_data = "#cloud-config\n";
  EXPECT_EQ(FormOf(RunInstances(launch))["UserData"], "I2Nsb3VkLWNvbmZpZwo=");
}

TEST(Ec2Requests, TakeTheMeaningOfWildcardsAwayInFilters) {
  fakes::Ec2Form form = FormOf(DescribeInstances({{"tag:spillway:owner", {"a*b?c\\d"}}}, "next"));
  EXPECT_EQ(form["Filter.1.Value.1"], "a\\*b\\?c\\\\d");
  EXPECT_EQ(form["NextToken"], "next");
}

TEST(Ec2Requests, AskForAnIdWithoutAPageSizeWhichEc2WouldRefuse) {
  const fakes::Ec2Form form = FormOf(DescribeInstance("i-1"));
  EXPECT_EQ(form.at("InstanceId.1"), "i-1");
  EXPECT_EQ(form.count("MaxResults"), 0u);
}

constexpr const char* kInstance = R"(<item><instanceId>i-1</instanceId>
  <instanceState><code>48</code><name>terminated</name></instanceState>
  <instanceType>c5.metal</instanceType><launchTime>2026-03-02T00:00:30.000Z</launchTime>
  <ipAddress>203.0.113.9</ipAddress><privateIpAddress>10.0.0.9</privateIpAddress>
  <placement><availabilityZone>eu-central-1a</availabilityZone></placement>
  <stateReason><code>Server.InsufficientInstanceCapacity</code><message>none</message></stateReason>
  <tagSet><item><key>spillway:token</key><value>t&lt;1&gt;</value></item></tagSet></item>)";

Ec2Instance TheInstance() {
  Ec2Instance instance;
  instance.id = "i-1";
  instance.state = "terminated";
  instance.type = "c5.metal";
  instance.zone = "eu-central-1a";
  instance.public_address = "203.0.113.9";
  instance.private_address = "10.0.0.9";
  instance.launched_at = testing::At(30s);
  instance.state_reason = "Server.InsufficientInstanceCapacity";
  instance.state_message = "none";
  instance.tags = {{"spillway:token", "t<1>"}};
  return instance;
}

TEST(Ec2Answers, GiveTheInstanceOfALaunch) {
  const std::string body = std::string("<RunInstancesResponse xmlns=\"x\"><instancesSet>") +
                           kInstance + "</instancesSet></RunInstancesResponse>";
  EXPECT_EQ(ReadRunInstances(body), TheInstance());
}

TEST(Ec2Answers, GiveTheInstancesOfAllReservationsAndTheNextPage) {
  const std::string reservation =
      std::string("<item><instancesSet>") + kInstance + kInstance + "</instancesSet></item>";
  const std::string body = "<DescribeInstancesResponse><reservationSet>" + reservation +
                           reservation + "</reservationSet><nextToken>n</nextToken>" +
                           "</DescribeInstancesResponse>";
  const auto page = ReadDescribeInstances(body);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items, std::vector<Ec2Instance>(4, TheInstance()));
  EXPECT_EQ(page->next, "n");
}

TEST(Ec2Answers, ThatAreCutOrOfAnotherKindGiveNothing) {
  EXPECT_EQ(ReadRunInstances("<RunInstancesResponse><instancesSet><item>"), std::nullopt);
  EXPECT_EQ(ReadRunInstances("<RunInstancesResponse><instancesSet/></RunInstancesResponse>"),
            std::nullopt);
  EXPECT_EQ(ReadDescribeInstances("<html></html>"), std::nullopt);
  EXPECT_EQ(ReadDescribeInstances(""), std::nullopt);
  EXPECT_EQ(ReadDescribeInstanceTypes("not xml"), std::nullopt);
}

}  // namespace
}  // namespace spillway
