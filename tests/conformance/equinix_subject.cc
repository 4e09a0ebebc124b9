#include <memory>

#include "providers/equinix/equinix_provider.h"
#include "providers/flat_tags.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/conformance/subjects.h"
#include "tests/fakes/equinix.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::conformance {
namespace {

using fakes::EquinixFault;

constexpr const char* kKey = "conformance-equinix-key";

EquinixConfig Config(const fakes::EquinixOptions& fake, const std::string& endpoint,
                     Duration call_time_limit) {
  EquinixConfig config;
  config.account.name = "equinix";
  config.account.call_time_limit = call_time_limit;
  config.account.endpoint = endpoint;
  config.access.project = fake.project;
  config.metros = {"fr", "sv"};
  return config;
}

// A machine is looked for by its id, or in the list.
std::vector<std::string> CallsOf(Operation operation) {
  switch (operation) {
    case Operation::kOffers: return {"list plans"};
    case Operation::kCreate: return {"create device"};
    case Operation::kFind: return {"get device", "list devices"};
    case Operation::kList: return {"list devices"};
    case Operation::kDelete: return {"delete device"};
  }
  return {};
}

EquinixFault FaultOf(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled: return EquinixFault::Throttled();
    case Misfortune::kServerError: return EquinixFault::Page(502);
    case Misfortune::kLostRequest: return EquinixFault::NeverCame();
    case Misfortune::kLostAnswer: return EquinixFault::Lost();
    case Misfortune::kHang: return EquinixFault::Carried(fakes::Delivery::kHang);
    case Misfortune::kCutAnswer: return EquinixFault::Carried(fakes::Delivery::kCutWithin);
    case Misfortune::kGarbledAnswer: return EquinixFault::Garbled(R"({"hostname":"who"})");
    case Misfortune::kDenied: return EquinixFault::Refused(403, "You are not authorized");
    case Misfortune::kIndiscreet: return EquinixFault::Refused(422, kKey);
    case Misfortune::kNoCapacity:
      return EquinixFault::Refused(422, "There aren't available servers in that metro");
    case Misfortune::kQuota: return EquinixFault::Refused(422, "This exceeds the project's quota");
  }
  return {};
}

class EquinixSubject final : public Subject {
 public:
  explicit EquinixSubject(Duration call_time_limit)
      : metal_({.key = kKey, .starting_looks = 0, .boot_time = std::chrono::minutes(10)}),
        provider_(Config(metal_.options(), metal_.url(), call_time_limit), Context()) {}

  Provider& provider() override { return provider_; }
  std::unique_ptr<Provider> ProviderAt(const std::string& endpoint) override {
    return std::make_unique<EquinixProvider>(
        Config(metal_.options(), endpoint, std::chrono::seconds(30)), Context());
  }
  std::span<const MatrixRow> rows() const override { return ProviderMatrix("equinix"); }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "conformance";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = "fr";
    spec.plan = "c3.small.x86";
    spec.cluster_type = ClusterType::kMetal;
    spec.hypervisor = Hypervisor::kKvm;
    spec.user_data = "#cloud-config\npackages: [qemu-kvm]\n";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    for (const std::string& call : CallsOf(operation)) {
      metal_.Fail(call, FaultOf(misfortune), turn.times, turn.after);
    }
    return true;
  }

  bool HideNewMachines(int looks) override {
    metal_.SetHiddenLooks(looks);
    return true;
  }
  bool SetPageSize(int machines) override {
    metal_.SetPageSize(machines);
    return true;
  }
  bool RepeatPages() override {
    metal_.RepeatPages();
    return true;
  }
  bool GiveUnknownState(const std::string& machine_id) override {
    metal_.SetState(machine_id, "hibernating");
    return true;
  }
  void SwitchOff(const std::string& machine_id) override {
    metal_.SetState(machine_id, "inactive");
  }
  void TakeAway(const std::string& machine_id) override { metal_.TakeAway(machine_id); }
  void AddForeignMachine() override {
    metal_.Add("fr", "c3.small.x86",
               {FlatTag("owner", "somebody-else"), FlatTag("token", "token-of-somebody")});
  }
  void Settle() override {
    clock_.RunFor(std::chrono::minutes(15));
    metal_.Advance(std::chrono::minutes(15));
    for (const auto& device : metal_.devices()) {
      if (device.state == "deprovisioning") metal_.Forget(device.id);
    }
  }

  int MadeFor(const std::string& token) const override {
    return metal_.made(FlatTag("token", token));
  }
  int Existing() const override { return metal_.live(); }
  std::vector<std::string> Secrets() const override { return {kKey}; }

 private:
  PluginContext Context() {
    return {.clock = clock_,
            .http = http_,
            .surroundings = testing::SurroundingsOf({{"METAL_AUTH_TOKEN", kKey}})};
  }

  fakes::FakeEquinix metal_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  EquinixProvider provider_;
};

}  // namespace

std::unique_ptr<Subject> MakeEquinixSubject(Duration call_time_limit) {
  return std::make_unique<EquinixSubject>(call_time_limit);
}

}  // namespace spillway::conformance
