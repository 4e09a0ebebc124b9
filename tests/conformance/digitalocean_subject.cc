#include "providers/digitalocean/digitalocean_provider.h"
#include "providers/flat_tags.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/conformance/subjects.h"
#include "tests/fakes/digitalocean.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::conformance {
namespace {

using fakes::Delivery;
using fakes::DigitalOceanFault;

constexpr const char* kRegion = "fra1";
constexpr const char* kSize = "s-4vcpu-8gb";
constexpr const char* kToken = "dop_v1_conformance";

Surroundings Token() { return testing::SurroundingsOf({{"DIGITALOCEAN_TOKEN", kToken}}); }

DigitalOceanConfig Config(const std::string& endpoint, Duration call_time_limit) {
  DigitalOceanConfig config;
  config.account.name = "digitalocean";
  config.account.endpoint = endpoint;
  config.account.call_time_limit = call_time_limit;
  config.places = {{kRegion, ""}};
  config.ssh_keys = {"289794"};
  return config;
}

std::vector<std::string> CallsOf(Operation operation) {
  switch (operation) {
    case Operation::kOffers: return {"list sizes"};
    case Operation::kCreate: return {"create droplet"};
    case Operation::kFind: return {"get droplet", "list droplets"};
    case Operation::kList: return {"list droplets"};
    case Operation::kDelete: return {"delete droplet"};
  }
  return {};
}

DigitalOceanFault FaultOf(Misfortune misfortune) {
  const auto unprocessable = [](const std::string& message) {
    return DigitalOceanFault::Refused(422, "unprocessable_entity", message);
  };
  switch (misfortune) {
    case Misfortune::kThrottled: return DigitalOceanFault::Throttled({{"retry-after", "10"}});
    case Misfortune::kServerError: return DigitalOceanFault::Page(502);
    case Misfortune::kLostRequest: return DigitalOceanFault::NeverCame();
    case Misfortune::kLostAnswer: return DigitalOceanFault::Lost();
    case Misfortune::kHang: return DigitalOceanFault::Carried(Delivery::kHang);
    case Misfortune::kCutAnswer: return DigitalOceanFault::Carried(Delivery::kCutWithin);
    case Misfortune::kGarbledAnswer: return DigitalOceanFault::Garbled();
    case Misfortune::kDenied:
      return DigitalOceanFault::Refused(403, "forbidden",
                                        "You are not authorized to perform this operation");
    case Misfortune::kIndiscreet: return unprocessable(kToken);
    case Misfortune::kNoCapacity: return unprocessable("Size is not available in this region.");
    case Misfortune::kQuota:
      return unprocessable("creating this/these droplet(s) will exceed your droplet limit");
  }
  return {};
}

class DigitalOceanSubject final : public Subject {
 public:
  explicit DigitalOceanSubject(Duration call_time_limit)
      : cloud_({.new_looks = 0, .boot_time = std::chrono::minutes(1)}),
        provider_(Config(cloud_.url(), call_time_limit), Context()) {}

  Provider& provider() override { return provider_; }
  std::unique_ptr<Provider> ProviderAt(const std::string& endpoint) override {
    return std::make_unique<DigitalOceanProvider>(Config(endpoint, std::chrono::seconds(30)),
                                                  Context());
  }
  std::span<const MatrixRow> rows() const override { return ProviderMatrix("digitalocean"); }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "conformance";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = kRegion;
    spec.plan = kSize;
    spec.user_data = "#cloud-config\npackages: [lxc]\n";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    for (const std::string& call : CallsOf(operation)) {
      cloud_.Fail(call, DigitalOceanFault{}, turn.after);
      cloud_.Fail(call, FaultOf(misfortune), turn.times);
    }
    return true;
  }

  bool HideNewMachines(int looks) override {
    cloud_.HideNewDroplets(looks);
    return true;
  }
  bool SetPageSize(int machines) override {
    cloud_.SetPageSize(machines);
    return true;
  }
  bool RepeatPages() override {
    cloud_.RepeatPages();
    return true;
  }
  bool GiveUnknownState(const std::string& machine_id) override {
    cloud_.SetStatus(machine_id, "hibernating");
    return true;
  }
  void SwitchOff(const std::string& machine_id) override { cloud_.SetStatus(machine_id, "off"); }
  void TakeAway(const std::string& machine_id) override { cloud_.TakeAway(machine_id); }
  void AddForeignMachine() override {
    cloud_.Add(kRegion, "c-2", {FlatTag("owner", "somebody-else"), FlatTag("token", "x")});
  }
  void Settle() override {
    clock_.RunFor(std::chrono::minutes(15));
    cloud_.Advance(std::chrono::minutes(15));
    for (const auto& droplet : cloud_.droplets()) {
      if (droplet.is_deleted) cloud_.TakeAway(droplet.id);
    }
  }

  int MadeFor(const std::string& token) const override {
    return cloud_.made(FlatTag("token", token));
  }
  int Existing() const override { return cloud_.live(); }
  std::vector<std::string> Secrets() const override { return {kToken}; }

 private:
  PluginContext Context() { return {.clock = clock_, .http = http_, .surroundings = Token()}; }

  fakes::FakeDigitalOcean cloud_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  DigitalOceanProvider provider_;
};

}  // namespace

std::unique_ptr<Subject> MakeDigitalOceanSubject(Duration call_time_limit) {
  return std::make_unique<DigitalOceanSubject>(call_time_limit);
}

}  // namespace spillway::conformance
