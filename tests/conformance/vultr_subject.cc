#include <fmt/format.h>

#include <memory>

#include "providers/flat_tags.h"
#include "providers/vultr/vultr_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/conformance/subjects.h"
#include "tests/fakes/vultr.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::conformance {
namespace {

using fakes::VultrFault;

constexpr const char* kRegion = "fra";
constexpr const char* kKey = "CONFORMANCEKEYCONFORMANCEKEY";

Surroundings Keys() { return testing::SurroundingsOf({{"VULTR_API_KEY", kKey}}); }

VultrConfig Config(const std::string& endpoint, Duration call_time_limit) {
  VultrConfig config;
  config.account.name = "vultr";
  config.account.endpoint = endpoint;
  config.account.call_time_limit = call_time_limit;
  config.regions = {kRegion};
  return config;
}

// Offers stand and fall with the call that says whether the key is taken.
std::vector<std::string> ActionsOf(Operation operation) {
  switch (operation) {
    case Operation::kOffers: return {"account"};
    case Operation::kCreate: return {"create"};
    case Operation::kFind: return {"get", "list"};
    case Operation::kList: return {"list"};
    case Operation::kDelete: return {"delete"};
  }
  return {};
}

VultrFault FaultOf(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled: return VultrFault::Refused(429, "Rate limit exceeded");
    case Misfortune::kServerError: return VultrFault::Page(502);
    case Misfortune::kLostRequest: return VultrFault::NeverCame();
    case Misfortune::kLostAnswer: return VultrFault::Lost();
    case Misfortune::kHang: return VultrFault::Carried(fakes::Delivery::kHang);
    case Misfortune::kCutAnswer: return VultrFault::Carried(fakes::Delivery::kCutWithin);
    case Misfortune::kGarbledAnswer: return VultrFault::Garbled();
    case Misfortune::kDenied: return VultrFault::Refused(401, "Invalid API token.");
    case Misfortune::kIndiscreet:
      return VultrFault::Refused(400, fmt::format("Invalid for key {}", kKey));
    case Misfortune::kNoCapacity:
      return VultrFault::Refused(400, "The plan is not available in the selected region.");
    case Misfortune::kQuota:
      return VultrFault::Refused(
          400,
          "Server add failed: You have reached the maximum monthly fee limit for this account.");
  }
  return {};
}

// One of the two products.
class VultrSubject final : public Subject {
 public:
  VultrSubject(ClusterType type, Duration call_time_limit)
      : type_(type),
        vultr_({.pending_looks = 0,
                .boot_time = std::chrono::minutes(2),
                .metal_boot_time = std::chrono::minutes(8),
                .api_key = kKey}),
        provider_(Config(vultr_.url(), call_time_limit), Context()) {}

  Provider& provider() override { return provider_; }
  std::unique_ptr<Provider> ProviderAt(const std::string& endpoint) override {
    return std::make_unique<VultrProvider>(Config(endpoint, std::chrono::seconds(30)), Context());
  }
  std::span<const MatrixRow> rows() const override { return ProviderMatrix("vultr"); }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "conformance";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = kRegion;
    spec.plan = Plan();
    spec.cluster_type = type_;
    spec.hypervisor = type_ == ClusterType::kMetal ? Hypervisor::kKvm : Hypervisor::kLxc;
    spec.user_data = "#cloud-config\n";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    for (const std::string& action : ActionsOf(operation)) {
      vultr_.Fail(action, VultrFault{}, turn.after);
      vultr_.Fail(action, FaultOf(misfortune), turn.times);
    }
    return true;
  }

  bool HideNewMachines(int looks) override {
    vultr_.SetHiddenLooks(looks);
    return true;
  }
  bool SetPageSize(int machines) override {
    vultr_.SetPageSize(machines);
    return true;
  }
  bool RepeatPages() override {
    vultr_.RepeatPages();
    return true;
  }
  bool GiveUnknownState(const std::string& machine_id) override {
    vultr_.SetState(Uuid(machine_id), "hibernating", "running", "ok");
    return true;
  }
  // Whether metal is switched on is not to be seen; what is seen is that Vultr has switched it off.
  void SwitchOff(const std::string& machine_id) override {
    const bool is_metal = type_ == ClusterType::kMetal;
    vultr_.SetState(Uuid(machine_id), is_metal ? "suspended" : "active", "stopped", "ok");
  }
  void TakeAway(const std::string& machine_id) override { vultr_.Forget(Uuid(machine_id)); }
  void AddForeignMachine() override {
    vultr_.Add(type_, kRegion, Plan(), {FlatTag("owner", "somebody-else"), FlatTag("token", "x")});
  }
  void Settle() override {
    clock_.RunFor(std::chrono::minutes(15));
    vultr_.Advance(std::chrono::minutes(15));
    for (const auto& machine : vultr_.machines()) {
      if (!machine.IsLive()) vultr_.Forget(machine.id);
    }
  }

  int MadeFor(const std::string& token) const override {
    return vultr_.made(FlatTag("token", token));
  }
  int Existing() const override { return vultr_.live(); }
  std::vector<std::string> Secrets() const override { return {kKey}; }

 private:
  PluginContext Context() { return {.clock = clock_, .http = http_, .surroundings = Keys()}; }

  std::string Plan() const {
    return type_ == ClusterType::kMetal ? "vbm-8c-132gb-v2" : "vc2-4c-8gb";
  }
  static std::string Uuid(const std::string& machine_id) {
    return machine_id.substr(machine_id.find('/') + 1);
  }

  const ClusterType type_;
  fakes::FakeVultr vultr_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  VultrProvider provider_;
};

}  // namespace

std::unique_ptr<Subject> MakeVultrVirtualSubject(Duration call_time_limit) {
  return std::make_unique<VultrSubject>(ClusterType::kVirtual, call_time_limit);
}

std::unique_ptr<Subject> MakeVultrMetalSubject(Duration call_time_limit) {
  return std::make_unique<VultrSubject>(ClusterType::kMetal, call_time_limit);
}

}  // namespace spillway::conformance
