// The AWS executor and the fake EC2 against programs that others wrote: moto's EC2 server, and
// botocore's serializer, parser and signer. Each test is skipped, with the reason, when its
// program is not there (requirements.txt lists them).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "providers/aws/aws_provider.h"
#include "providers/aws/ec2_api.h"
#include "providers/aws/ec2_client.h"
#include "tests/contract/program.h"
#include "tests/fakes/ec2.h"
#include "tests/fakes/ec2_answers.h"
#include "tests/support/paths.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using fakes::Ec2FakeInstance;
using nlohmann::json;
using testing::BackgroundProgram;
using testing::RunProgram;
using testing::SourcePath;

const std::string kScripts = SourcePath("../shared/contract");

std::string Variable(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

std::string Python() { return Variable("SPILLWAY_CONTRACT_PYTHON", "python3"); }
std::string MotoProgram() { return Variable("SPILLWAY_MOTO_SERVER", "moto_server"); }

std::string WhyNoBotocore() {
  if (!std::filesystem::exists(kScripts)) return std::string(kScripts) + " is not there";
  if (RunProgram({Python(), "-c", "import botocore"})) return "";
  return Python() + " has no botocore (SPILLWAY_CONTRACT_PYTHON names another python)";
}

Surroundings Keys(const std::string& key_id, const std::string& secret,
                  const std::string& session_token = "") {
  testing::Texts variables = {{"AWS_ACCESS_KEY_ID", key_id}, {"AWS_SECRET_ACCESS_KEY", secret}};
  if (!session_token.empty()) variables["AWS_SESSION_TOKEN"] = session_token;
  return testing::SurroundingsOf(std::move(variables));
}

Ec2Launch AFullLaunch() {
  Ec2Launch launch;
  launch.image = "ami-1";
  launch.type = "c5.metal";
  launch.client_token = "token-1";
  launch.zone = "eu-central-1a";
  launch.subnet = "subnet-1";
  launch.security_groups = {"sg-1", "sg-2"};
  launch.public_address = false;
  launch.key_name = "key";
  launch.user_data = "#cloud-config\n# \xC3\xA9t\xC3\xA9 & more = 100%\n";
  launch.root_device = "/dev/sda1";
  launch.root_volume_gib = 40;
  launch.tags = {{"Name", "h 1"}, {"spillway:owner", "edge+1/~"}};
  return launch;
}

// One of each request that the executor makes, with the parameters as the SDKs name them.
struct Call {
  Ec2Request request;
  json parameters;
};

std::vector<Call> AllCalls() {
  const json tags = {{{"Key", "Name"}, {"Value", "h 1"}},
                     {{"Key", "spillway:owner"}, {"Value", "edge+1/~"}}};
  json specifications;
  for (const char* resource : {"instance", "volume", "network-interface"}) {
    specifications.push_back({{"ResourceType", resource}, {"Tags", tags}});
  }
  const json launch = {
      {"ImageId", "ami-1"},
      {"InstanceType", "c5.metal"},
      {"MinCount", 1},
      {"MaxCount", 1},
      {"ClientToken", "token-1"},
      {"Placement", {{"AvailabilityZone", "eu-central-1a"}}},
      {"KeyName", "key"},
      {"UserData", Base64(AFullLaunch().user_data)},
      {"InstanceInitiatedShutdownBehavior", "terminate"},
      {"MetadataOptions", {{"HttpTokens", "required"}}},
      {"NetworkInterfaces",
       {{{"DeviceIndex", 0},
         {"SubnetId", "subnet-1"},
         {"AssociatePublicIpAddress", false},
         {"DeleteOnTermination", true},
         {"Groups", {"sg-1", "sg-2"}}}}},
      {"BlockDeviceMappings",
       {{{"DeviceName", "/dev/sda1"},
         {"Ebs", {{"VolumeSize", 40}, {"VolumeType", "gp3"}, {"DeleteOnTermination", true}}}}}},
      {"TagSpecifications", specifications}};
  Ec2Launch plain;
  plain.image = "ami-1";
  plain.type = "t3.micro";
  plain.client_token = "token-2";
  plain.security_groups = {"sg-1"};
  plain.nested_virtualization = true;
  return {
      {RunInstances(AFullLaunch()), launch},
      {RunInstances(plain),
       {{"ImageId", "ami-1"},
        {"InstanceType", "t3.micro"},
        {"MinCount", 1},
        {"MaxCount", 1},
        {"ClientToken", "token-2"},
        {"InstanceInitiatedShutdownBehavior", "terminate"},
        {"MetadataOptions", {{"HttpTokens", "required"}}},
        {"CpuOptions", {{"NestedVirtualization", "enabled"}}},
        {"SecurityGroupIds", {"sg-1"}}}},
      {DescribeInstance("i-1"), {{"InstanceIds", {"i-1"}}}},
      {DescribeInstances(
           {{"tag:spillway:owner", {"edge"}}, {"instance-state-name", {"pending", "running"}}},
           "next page"),
       {{"Filters",
         {{{"Name", "tag:spillway:owner"}, {"Values", {"edge"}}},
          {{"Name", "instance-state-name"}, {"Values", {"pending", "running"}}}}},
        {"MaxResults", 500},
        {"NextToken", "next page"}}},
      {TerminateInstance("i-1"), {{"InstanceIds", {"i-1"}}}},
      {DescribeInstanceTypes({"c5.metal", "t3.micro"}, ""),
       {{"Filters", {{{"Name", "instance-type"}, {"Values", {"c5.metal", "t3.micro"}}}}},
        {"MaxResults", 100}}},
      {DescribeZoneTypes("eu-central-1a", "next"),
       {{"LocationType", "availability-zone"},
        {"Filters", {{{"Name", "location"}, {"Values", {"eu-central-1a"}}}}},
        {"MaxResults", 500},
        {"NextToken", "next"}}},
      {DescribeImage("ami-1"), {{"ImageIds", {"ami-1"}}}},
      {DescribeImages("136693071363", "debian-12-amd64-*", "x86_64", ""),
       {{"Owners", {"136693071363"}},
        {"Filters",
         {{{"Name", "name"}, {"Values", {"debian-12-amd64-*"}}},
          {{"Name", "architecture"}, {"Values", {"x86_64"}}},
          {{"Name", "state"}, {"Values", {"available"}}}}},
        {"MaxResults", 500}}},
      {ImportKeyPair("ops", "ssh-ed25519 AAAA ops"),
       {{"KeyName", "ops"}, {"PublicKeyMaterial", "ssh-ed25519 AAAA ops"}}},
  };
}

TEST(AwsRequestsContract, AreTheParametersThatBotocoreMakes) {
  if (const std::string why = WhyNoBotocore(); !why.empty()) GTEST_SKIP() << why;
  for (const Call& call : AllCalls()) {
    const auto expected = RunProgram({Python(), std::string(kScripts) + "/ec2_params_oracle.py",
                                      call.request.action, call.parameters.dump()});
    ASSERT_TRUE(expected) << call.request.action;
    std::string made;
    for (const auto& [name, value] : fakes::ParseForm(call.request.FormBody())) {
      made += name + "=" + value + "\n";
    }
    EXPECT_EQ(made, *expected);
  }
}

TEST(AwsRequestsContract, CarryTheSignatureThatBotocoreMakes) {
  if (const std::string why = WhyNoBotocore(); !why.empty()) GTEST_SKIP() << why;
  const std::string secret = "se/cr+et=Key/0123456789";
  const std::vector<Call> calls = AllCalls();
  const int port = testing::FreePort();
  // One more than there are calls: the wait for the port connects as well.
  BackgroundProgram verifier({Python(), std::string(kScripts) + "/verify_sigv4.py",
                              std::to_string(port), "AKIATEST", secret,
                              std::to_string(2 * calls.size() + 1)});
  ASSERT_TRUE(testing::WaitForPort(port, verifier));
  HttpClient http;
  const SystemClock clock;
  for (const std::string session_token : {"", "session/token+=="}) {
    AwsCredentialChain credentials({}, Keys("AKIATEST", secret, session_token), http, clock);
    Ec2Client ec2("http://127.0.0.1:" + std::to_string(port), std::chrono::seconds(10), credentials,
                  http, clock);
    for (const Call& call : calls) {
      const auto answer = ec2.Call("eu-central-1", call.request);
      ASSERT_TRUE(answer) << Describe(answer.error());
      EXPECT_EQ(*answer, "ok\n") << call.request.action;
    }
  }
}

// The verifier answers "ok", which is no quota: what counts is that it lets the request in.
TEST(AwsRequestsContract, ForAQuotaCarryTheSignatureThatBotocoreMakes) {
  if (const std::string why = WhyNoBotocore(); !why.empty()) GTEST_SKIP() << why;
  const int port = testing::FreePort();
  BackgroundProgram verifier({Python(), std::string(kScripts) + "/verify_sigv4.py",
                              std::to_string(port), "AKIATEST", "se/cr+et", "3"});
  ASSERT_TRUE(testing::WaitForPort(port, verifier));
  HttpClient http;
  const SystemClock clock;
  for (const auto& [secret, code] : {std::pair("se/cr+et", "HTTP 200"), {"other", "HTTP 403"}}) {
    AwsCredentialChain credentials({}, Keys("AKIATEST", secret), http, clock);
    AwsQuotas quotas("http://127.0.0.1:" + std::to_string(port), std::chrono::seconds(10),
                     credentials, http);
    const auto quota = quotas.StandardVcpu("eu-central-1");
    ASSERT_FALSE(quota);
    EXPECT_EQ(quota.error().code, code);
  }
}

// What botocore reads out of an answer of the fake.
json ReadByBotocore(const std::string& action, int status, const std::string& body) {
  const auto read = RunProgram(
      {Python(), std::string(kScripts) + "/ec2_parse_oracle.py", action, std::to_string(status)},
      body);
  return read ? json::parse(*read) : json();
}

Ec2FakeInstance AFakeInstance() {
  Ec2FakeInstance instance;
  instance.id = "i-0123456789abcdef0";
  instance.region = "eu-central-1";
  instance.zone = "eu-central-1a";
  instance.type = "c5.metal";
  instance.address = "127.0.0.1";
  instance.client_token = "token-1";
  instance.state = "terminated";
  instance.state_reason = "Server.InsufficientInstanceCapacity";
  instance.state_message = "none <left> & gone";
  instance.tags = {{"spillway:token", "token-1"}};
  instance.launched_at = testing::At(std::chrono::seconds(30));
  return instance;
}

void ExpectTheFakeInstance(const json& read) {
  EXPECT_EQ(read["InstanceId"], "i-0123456789abcdef0");
  EXPECT_EQ(read["State"], (json{{"Code", 48}, {"Name", "terminated"}}));
  EXPECT_EQ(read["InstanceType"], "c5.metal");
  EXPECT_EQ(read["LaunchTime"], "2026-03-02 00:00:30+00:00");
  EXPECT_EQ(read["Placement"]["AvailabilityZone"], "eu-central-1a");
  EXPECT_EQ(read["StateReason"], (json{{"Code", "Server.InsufficientInstanceCapacity"},
                                       {"Message", "none <left> & gone"}}));
  EXPECT_EQ(read["Tags"], (json{{{"Key", "spillway:token"}, {"Value", "token-1"}}}));
  EXPECT_EQ(read["ClientToken"], "token-1");
}

TEST(FakeEc2Contract, AnswersInstancesAsBotocoreReadsThem) {
  if (const std::string why = WhyNoBotocore(); !why.empty()) GTEST_SKIP() << why;
  const Ec2FakeInstance instance = AFakeInstance();
  const json run = ReadByBotocore("RunInstances", 200, fakes::RunInstancesAnswer(instance));
  ASSERT_EQ(run["Instances"].size(), 1u);
  ExpectTheFakeInstance(run["Instances"][0]);

  Ec2FakeInstance running = instance;
  running.state = "running";
  const json described = ReadByBotocore(
      "DescribeInstances", 200, fakes::DescribeInstancesAnswer({instance, running}, "page-2"));
  EXPECT_EQ(described["NextToken"], "page-2");
  ASSERT_EQ(described["Reservations"].size(), 2u);
  ExpectTheFakeInstance(described["Reservations"][0]["Instances"][0]);
  EXPECT_EQ(described["Reservations"][1]["Instances"][0]["PublicIpAddress"], "127.0.0.1");
  EXPECT_EQ(described["Reservations"][1]["Instances"][0]["PrivateIpAddress"], "127.0.0.1");

  const json terminated = ReadByBotocore("TerminateInstances", 200,
                                         fakes::TerminateInstancesAnswer({instance}, {"running"}));
  EXPECT_EQ(terminated["TerminatingInstances"][0]["CurrentState"]["Code"], 48);
  EXPECT_EQ(terminated["TerminatingInstances"][0]["PreviousState"]["Name"], "running");
}

TEST(FakeEc2Contract, AnswersTypesAndErrorsAsBotocoreReadsThem) {
  if (const std::string why = WhyNoBotocore(); !why.empty()) GTEST_SKIP() << why;
  const json types = ReadByBotocore(
      "DescribeInstanceTypes", 200,
      fakes::DescribeInstanceTypesAnswer(
          {*fakes::FindEc2FakeType("c5.metal"), *fakes::FindEc2FakeType("t4g.small")}, "page-2"));
  EXPECT_EQ(types["NextToken"], "page-2");
  const json& metal = types["InstanceTypes"][0];
  EXPECT_EQ(metal["InstanceType"], "c5.metal");
  EXPECT_EQ(metal["BareMetal"], true);
  EXPECT_EQ(metal["VCpuInfo"]["DefaultVCpus"], 96);
  EXPECT_EQ(metal["MemoryInfo"]["SizeInMiB"], 196608);
  const json& arm = types["InstanceTypes"][1];
  EXPECT_EQ(arm["BareMetal"], false);
  EXPECT_EQ(arm["ProcessorInfo"]["SupportedArchitectures"], json{"arm64"});

  const json error = ReadByBotocore(
      "RunInstances", 500, fakes::Ec2ErrorAnswer("InsufficientInstanceCapacity", "none <left>"));
  EXPECT_EQ(error["Error"]["Code"], "InsufficientInstanceCapacity");
  EXPECT_EQ(error["Error"]["Message"], "none <left>");
}

TEST(FakeEc2Contract, AnswersImagesZonesAndKeysAsBotocoreReadsThem) {
  if (const std::string why = WhyNoBotocore(); !why.empty()) GTEST_SKIP() << why;
  const json images = ReadByBotocore("DescribeImages", 200,
                                     fakes::DescribeImagesAnswer({fakes::Ec2FakeImages().at(0)}));
  ASSERT_EQ(images["Images"].size(), 1u);
  EXPECT_EQ(images["Images"][0]["ImageId"], "ami-deb1");
  EXPECT_EQ(images["Images"][0]["RootDeviceName"], "/dev/xvda");
  EXPECT_EQ(images["Images"][0]["CreationDate"], "2026-05-01T05:00:00.000Z");

  const json zone =
      ReadByBotocore("DescribeInstanceTypeOfferings", 200,
                     fakes::DescribeZoneTypesAnswer("eu-central-1a", {"c5.metal"}, "page-2"));
  EXPECT_EQ(zone["NextToken"], "page-2");
  EXPECT_EQ(zone["InstanceTypeOfferings"][0]["InstanceType"], "c5.metal");

  const json key = ReadByBotocore("ImportKeyPair", 200, fakes::ImportKeyPairAnswer("ops"));
  EXPECT_EQ(key["KeyName"], "ops");
}

// moto with signatures checked: everything after its first three calls, by which the user that we
// are is made. Its check writes the body anew, with '+' for a space where ours has %20, so values
// here have no spaces.
class MotoContract : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!RunProgram({MotoProgram(), "--help"})) return;
    port_ = testing::FreePort();
    server_ = std::make_unique<BackgroundProgram>(
        std::vector<std::string>{MotoProgram(), "-H", "127.0.0.1", "-p", std::to_string(port_)},
        std::map<std::string, std::string>{{"INITIAL_NO_AUTH_ACTION_COUNT", "3"},
                                           {"MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION", "1"},
                                           {"MOTO_ENABLE_AMI_VALIDATION", "1"},
                                           {"MOTO_ENABLE_KEYPAIR_VALIDATION", "1"}});
    ASSERT_TRUE(testing::WaitForPort(port_, *server_)) << "moto_server does not start";
    MakeUser();
  }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    if (server_ == nullptr) {
      GTEST_SKIP() << MotoProgram() << " is not there (SPILLWAY_MOTO_SERVER names another)";
    }
    ASSERT_FALSE(secret_.empty());
  }

  static std::string Url() { return "http://127.0.0.1:" + std::to_string(port_); }

  static std::string Ask(const std::string& service, const std::string& body) {
    HttpRequest request;
    request.method = "POST";
    request.url = Url();
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    request.body = body;
    request.aws_signature = AwsSignature{"us-east-1", service, key_id_, Secret(secret_)};
    const auto response = http_.Send(request);
    return response && response->status == 200 ? response->body : "";
  }

  // The text of the first element of this name.
  static std::string Element(const std::string& xml, const std::string& name) {
    const auto start = xml.find("<" + name + ">");
    const auto end = xml.find("</" + name + ">", start);
    if (start == std::string::npos || end == std::string::npos) return "";
    return xml.substr(start + name.size() + 2, end - start - name.size() - 2);
  }

  static void MakeUser() {
    const std::string iam = "&Version=2010-05-08&UserName=spillway";
    Ask("iam", "Action=CreateUser" + iam);
    const std::string key = Ask("iam", "Action=CreateAccessKey" + iam);
    Ask("iam", "Action=PutUserPolicy" + iam + "&PolicyName=ec2&PolicyDocument=" +
                   PercentEncode(R"({"Version":"2012-10-17","Statement":[)"
                                 R"({"Effect":"Allow","Action":"ec2:*","Resource":"*"}]})"));
    key_id_ = Element(key, "AccessKeyId");
    secret_ = Element(key, "SecretAccessKey");
  }

  std::unique_ptr<AwsProvider> Provider(const std::string& image, const std::string& secret) {
    AwsConfig config;
    config.account.name = "aws";
    config.account.endpoint = Url();
    AwsPlace place;
    place.region = "us-east-1";
    place.image = image;
    config.places = {place};
    return std::make_unique<AwsProvider>(
        config,
        PluginContext{.clock = clock_, .http = http_, .surroundings = Keys(key_id_, secret)});
  }

  static MachineSpec ASpec() {
    MachineSpec spec;
    spec.token = "token-1";
    spec.owner = "contract";
    spec.cluster = "edge";
    spec.host = "edge-1";
    spec.location = "us-east-1";
    spec.plan = "c5.metal";
    spec.user_data = "#cloud-config\n";
    return spec;
  }

  static inline int port_ = 0;
  static inline std::unique_ptr<BackgroundProgram> server_;
  static inline std::string key_id_ = "AKIAFIRST";
  static inline std::string secret_ = "not-checked-yet";
  static inline HttpClient http_;
  SystemClock clock_;
};

TEST_F(MotoContract, TakesAMachineFromItsBirthToItsEnd) {
  const std::string image =
      Element(Ask("ec2", "Action=DescribeImages&Version=2016-11-15"), "imageId");
  ASSERT_NE(image, "");
  const auto aws = Provider(image, secret_);

  const auto made = aws->Create(ASpec());
  ASSERT_TRUE(made) << Describe(made.error());
  EXPECT_EQ(made->state, MachineState::kStarting);

  const auto by_token = aws->Find("token-1", "us-east-1", "");
  ASSERT_TRUE(by_token) << Describe(by_token.error());
  EXPECT_EQ(by_token->id, made->id);
  const auto by_id = aws->Find("token-1", "us-east-1", made->id);
  ASSERT_TRUE(by_id) << Describe(by_id.error());
  EXPECT_EQ(by_id->state, MachineState::kRunning);
  EXPECT_NE(by_id->address, "");
  EXPECT_EQ(by_id->token, "token-1");

  const auto list = aws->List("contract");
  ASSERT_TRUE(list) << Describe(list.error());
  ASSERT_EQ(list->machines.size(), 1u);
  EXPECT_EQ(list->machines[0].owner, "contract");
  EXPECT_TRUE(aws->List("somebody-else")->machines.empty());

  EXPECT_TRUE(aws->Delete(made->id, "us-east-1"));
  EXPECT_TRUE(aws->Delete(made->id, "us-east-1"));
  EXPECT_EQ(aws->Find("token-1", "us-east-1", made->id)->state, MachineState::kGone);
  EXPECT_TRUE(aws->List("contract")->machines.empty());
  EXPECT_TRUE(aws->Delete("i-00000000000000000", "us-east-1"));
}

TEST_F(MotoContract, HasTheTypesOfTheShippedPrices) {
  const auto catalogue = Provider("ami-1", secret_)->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  const auto metal =
      std::find_if(catalogue->offers.begin(), catalogue->offers.end(),
                   [](const Offer& offer) { return offer.id == "aws/us-east-1/c5.metal"; });
  ASSERT_NE(metal, catalogue->offers.end());
  EXPECT_EQ(metal->cluster_type, ClusterType::kMetal);
  EXPECT_EQ(metal->capacity, (Capacity{96, 192 * 1024}));
}

TEST_F(MotoContract, RefusesAWrongSecretAndAnUnknownImage) {
  const auto denied = Provider("ami-1", "a-wrong-secret")->Create(ASpec());
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::kDenied);
  EXPECT_EQ(Describe(denied.error()).find("a-wrong-secret"), std::string::npos);

  const auto invalid = Provider("ami-ffffffff", secret_)->Create(ASpec());
  ASSERT_FALSE(invalid);
  EXPECT_EQ(invalid.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(invalid.error().code, "InvalidAMIID.NotFound");
}

}  // namespace
}  // namespace spillway
