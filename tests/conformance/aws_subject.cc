#include <fmt/format.h>

#include <memory>

#include "providers/aws/aws_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/conformance/subjects.h"
#include "tests/fakes/ec2.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::conformance {
namespace {

using fakes::Ec2Fault;

constexpr const char* kRegion = "eu-central-1";
constexpr const char* kKeyId = "AKIACONFORMANCE";
constexpr const char* kSecret = "conformance/secret+EXAMPLEKEY";
constexpr const char* kSession = "conformance-session-token";

Surroundings Keys() {
  return testing::SurroundingsOf(
      {{"AWS_ACCESS_KEY_ID", kKeyId}, {"AWS_SECRET_ACCESS_KEY", kSecret}});
}

AwsConfig Config(const std::string& endpoint, Duration call_time_limit) {
  AwsPlace place;
  place.region = kRegion;
  place.image = "ami-x86";
  place.image_arm64 = "ami-arm";
  AwsConfig config;
  config.account.name = "aws";
  config.places = {place};
  config.account.call_time_limit = call_time_limit;
  config.account.endpoint = config.metadata_endpoint = endpoint;
  config.quota_vcpu = {{kRegion, 192}};
  return config;
}

std::string ActionOf(Operation operation) {
  switch (operation) {
    case Operation::kOffers: return "DescribeInstanceTypes";
    case Operation::kCreate: return "RunInstances";
    case Operation::kFind:
    case Operation::kList: return "DescribeInstances";
    case Operation::kDelete: return "TerminateInstances";
  }
  return "";
}

Ec2Fault FaultOf(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled:
      return Ec2Fault::Refused(503, "RequestLimitExceeded", "Request limit exceeded.");
    case Misfortune::kServerError: return Ec2Fault::Page(502);
    case Misfortune::kLostRequest: return Ec2Fault::NeverCame();
    case Misfortune::kLostAnswer: return Ec2Fault::Lost();
    case Misfortune::kHang: return Ec2Fault::Carried(fakes::Delivery::kHang);
    case Misfortune::kCutAnswer: return Ec2Fault::Carried(fakes::Delivery::kCutWithin);
    case Misfortune::kGarbledAnswer: return Ec2Fault::Garbled();
    case Misfortune::kDenied:
      return Ec2Fault::Refused(403, "UnauthorizedOperation",
                               "You are not authorized to perform this operation.");
    case Misfortune::kIndiscreet:
      return Ec2Fault::Refused(400, "InvalidParameterValue",
                               fmt::format("signed with {} by {}", kSecret, kSession));
    case Misfortune::kNoCapacity: return Ec2Fault::Refused(500, "InsufficientInstanceCapacity");
    case Misfortune::kQuota: return Ec2Fault::Refused(400, "VcpuLimitExceeded");
  }
  return {};
}

class AwsSubject final : public Subject {
 public:
  explicit AwsSubject(Duration call_time_limit)
      : ec2_({.pending_looks = 0, .boot_time = std::chrono::minutes(2)}),
        provider_(Config(ec2_.url(), call_time_limit), Context()) {}

  Provider& provider() override { return provider_; }
  std::unique_ptr<Provider> ProviderAt(const std::string& endpoint) override {
    return std::make_unique<AwsProvider>(Config(endpoint, std::chrono::seconds(30)), Context());
  }
  std::span<const MatrixRow> rows() const override { return ProviderMatrix("aws"); }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "conformance";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = kRegion;
    spec.plan = "c5.metal";
    spec.cluster_type = ClusterType::kMetal;
    spec.hypervisor = Hypervisor::kKvm;
    spec.user_data = "#cloud-config\npackages: [qemu-kvm]\n";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    const std::string action = ActionOf(operation);
    ec2_.Fail(action, Ec2Fault{}, turn.after);
    ec2_.Fail(action, FaultOf(misfortune), turn.times);
    return true;
  }

  bool HideNewMachines(int looks) override {
    ec2_.HideNewInstances(looks);
    return true;
  }
  bool SetPageSize(int machines) override {
    ec2_.SetPageSize(machines);
    return true;
  }
  bool RepeatPages() override {
    ec2_.RepeatPages();
    return true;
  }
  bool GiveUnknownState(const std::string& machine_id) override {
    ec2_.SetState(machine_id, "hibernating");
    return true;
  }
  void SwitchOff(const std::string& machine_id) override { ec2_.SetState(machine_id, "stopped"); }
  void TakeAway(const std::string& machine_id) override { ec2_.Forget(machine_id); }
  void AddForeignMachine() override {
    ec2_.Add(kRegion, "m5.large", {{"spillway:owner", "somebody-else"}, {"spillway:token", "x"}});
  }
  void Settle() override {
    clock_.RunFor(std::chrono::minutes(15));
    ec2_.Advance(std::chrono::minutes(15));
    for (const auto& instance : ec2_.instances()) {
      if (instance.state == "shutting-down") ec2_.SetState(instance.id, "terminated");
    }
  }

  int MadeFor(const std::string& token) const override { return ec2_.made(token); }
  int Existing() const override { return ec2_.live(); }
  std::vector<std::string> Secrets() const override { return {kSecret}; }

 private:
  PluginContext Context() { return {.clock = clock_, .http = http_, .surroundings = Keys()}; }

  fakes::FakeEc2 ec2_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  AwsProvider provider_;
};

}  // namespace

std::unique_ptr<Subject> MakeAwsSubject(Duration call_time_limit) {
  return std::make_unique<AwsSubject>(call_time_limit);
}

}  // namespace spillway::conformance
