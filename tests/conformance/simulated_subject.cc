#include <memory>
#include <optional>

#include "providers/simulated/simulated_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/conformance/subjects.h"
#include "tests/support/time.h"

namespace spillway::conformance {
namespace {

constexpr int kVcpuLimit = 64;

SimulatedCloudSpec CloudSpec() {
  Offer offer;
  offer.id = "cloud/fra/m";
  offer.provider = "cloud";
  offer.location = "fra";
  offer.plan = "m";
  offer.country = "DE";
  offer.hypervisors = {Hypervisor::kLxc};
  offer.capacity = {4, 8192};
  offer.price_per_hour = Money::FromDouble(0.1);
  offer.time_to_ready = std::chrono::seconds(45);
  offer.quota = "cloud/vcpu";
  SimulatedCloudSpec spec;
  spec.name = "cloud";
  spec.offers = {offer};
  spec.quotas = {{"cloud/vcpu", kVcpuLimit}};
  return spec;
}

// Its calls cannot be cut, garbled or denied: no bytes and no credentials stand between.
std::optional<SimulatedFault> FaultOf(Operation operation, Misfortune misfortune) {
  const bool changes = operation == Operation::kCreate || operation == Operation::kDelete;
  switch (misfortune) {
    case Misfortune::kThrottled: return SimulatedFault::kThrottled;
    case Misfortune::kNoCapacity: return SimulatedFault::kNoCapacity;
    case Misfortune::kLostRequest:
      if (changes) return SimulatedFault::kLostRequest;
      return std::nullopt;
    case Misfortune::kLostAnswer:
      if (changes) return SimulatedFault::kLostAnswer;
      return std::nullopt;
    default: return std::nullopt;
  }
}

class SimulatedSubject final : public Subject {
 public:
  Provider& provider() override { return provider_; }
  std::span<const MatrixRow> rows() const override { return ProviderMatrix("digitalocean"); }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "conformance";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = "fra";
    spec.plan = "m";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    if (misfortune == Misfortune::kQuota) {
      for (int i = 0; i < kVcpuLimit; ++i) AddForeignMachine();
      return true;
    }
    const auto fault = FaultOf(operation, misfortune);
    if (fault) cloud_.Script(*fault, turn.times, turn.after);
    return fault.has_value();
  }

  bool HideNewMachines(int) override {
    cloud_.Script(SimulatedFault::kInvisible, 1000);
    return true;
  }
  bool SetPageSize(int) override { return false; }
  bool RepeatPages() override { return false; }
  bool GiveUnknownState(const std::string&) override { return false; }
  void SwitchOff(const std::string& machine_id) override {
    cloud_.Kill(machine_id, SimulatedDeath::kSwitchedOff);
  }
  void TakeAway(const std::string& machine_id) override {
    cloud_.Kill(machine_id, SimulatedDeath::kEnds);
  }
  void AddForeignMachine() override {
    MachineSpec spec = Spec("foreign-" + std::to_string(++foreign_));
    spec.owner = "somebody-else";
    static_cast<void>(cloud_.Create(spec));
  }
  void Settle() override { clock_.RunFor(std::chrono::minutes(15)); }

  int MadeFor(const std::string& token) const override {
    int made = 0;
    for (const SimulatedMachine& machine : cloud_.AllMachinesEver()) {
      if (machine.spec.token == token) ++made;
    }
    return made;
  }
  int Existing() const override { return static_cast<int>(cloud_.MachinesNow().size()); }
  std::vector<std::string> Secrets() const override { return {}; }

 private:
  SimulatedLoop clock_{testing::kStart};
  SimulatedCloud cloud_{clock_, CloudSpec()};
  SimulatedProvider provider_{cloud_};
  int foreign_ = 0;
};

}  // namespace

std::unique_ptr<Subject> MakeSimulatedSubject(Duration) {
  return std::make_unique<SimulatedSubject>();
}

}  // namespace spillway::conformance
