#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "tests/conformance/subjects.h"
#include "tests/unit/providers/onprem_rack.h"

namespace spillway::conformance {
namespace {

using fakes::Delivery;
using fakes::RedfishFault;

constexpr int kMachines = 8;
constexpr const char* kPassword = "conformance-bmc-password";

OnpremConfig Config(Inventory inventory, const std::string& state, Duration call_time_limit) {
  OnpremConfig config;
  config.name = "rack";
  config.inventory = std::move(inventory);
  config.state = state;
  config.call_time_limit = call_time_limit;
  return config;
}

RedfishFault FaultOf(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled:
      return RedfishFault::Refused(503, "SessionLimitExceeded", "There are too many sessions.");
    case Misfortune::kServerError: return RedfishFault::Page(502);
    case Misfortune::kLostRequest: return RedfishFault::NeverCame();
    case Misfortune::kLostAnswer: return RedfishFault::Carried(Delivery::kCutAfter);
    case Misfortune::kHang: return RedfishFault::Carried(Delivery::kHang);
    case Misfortune::kCutAnswer: return RedfishFault::Carried(Delivery::kCutWithin);
    case Misfortune::kGarbledAnswer: return RedfishFault::Garbled();
    case Misfortune::kDenied:
      return RedfishFault::Refused(403, "InsufficientPrivilege", "There is not enough privilege.");
    case Misfortune::kIndiscreet:
      return RedfishFault::Refused(400, "PropertyValueError", fmt::format("not {}", kPassword));
    case Misfortune::kNoCapacity:
    case Misfortune::kQuota: break;
  }
  return {};
}

// A rack of machines. Offers and lists come from its own files, so only what goes to a BMC can meet
// a misfortune: the switch of a create and a delete, the look of a find.
class OnpremSubject final : public Subject {
 public:
  explicit OnpremSubject(Duration call_time_limit)
      : provider_(
            Config(testing::ARack(bmcs_, kMachines, ssh_.port()), state_.path(), call_time_limit),
            PluginContext{.clock = clock_,
                          .http = http_,
                          .seed = 0,
                          .world = nullptr,
                          .surroundings = testing::RackPassword(kPassword)}),
        book_(state_.path()) {}

  Provider& provider() override { return provider_; }
  std::span<const MatrixRow> rows() const override { return ProviderMatrix("onprem"); }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec = testing::ARackSpec(token);
    spec.owner = "conformance";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    if (operation == Operation::kOffers || operation == Operation::kList) return false;
    if (misfortune == Misfortune::kQuota) return false;
    if (operation == Operation::kCreate) {
      // A BMC that refuses is the trouble of one machine: it is set aside for another.
      if (misfortune == Misfortune::kDenied || misfortune == Misfortune::kIndiscreet) return false;
      if (misfortune == Misfortune::kNoCapacity) {
        for (int i = 0; i < kMachines; ++i) AddForeignMachine();
        return true;
      }
    }
    // The answer to a reset is empty: nothing of it can break off.
    if (operation != Operation::kFind && misfortune == Misfortune::kCutAnswer) return false;
    const std::string request = operation == Operation::kFind ? "system" : "reset";
    for (int i = 0; i < kMachines; ++i) {
      bmcs_.Fail(i, request, RedfishFault{}, turn.after);
      bmcs_.Fail(i, request, FaultOf(misfortune), turn.times);
    }
    return true;
  }

  bool HideNewMachines(int) override { return false; }
  bool SetPageSize(int) override { return false; }
  bool RepeatPages() override { return false; }
  bool GiveUnknownState(const std::string& machine_id) override {
    bmcs_.SetPower(NumberOf(machine_id), "Hibernating");
    return true;
  }
  void SwitchOff(const std::string& machine_id) override {
    bmcs_.SetPower(NumberOf(machine_id), "Off");
  }
  void TakeAway(const std::string& machine_id) override {
    SwitchOff(machine_id);
    const std::size_t colon = machine_id.find(':');
    static_cast<void>(book_.Release(machine_id.substr(0, colon), machine_id.substr(colon + 1)));
  }
  void AddForeignMachine() override {
    Reservation foreign;
    foreign.token = "foreign-" + std::to_string(++foreign_);
    foreign.owner = "somebody-else";
    foreign.location = "fra";
    foreign.plan = "big";
    std::vector<std::string> machines;
    for (int i = 0; i < kMachines; ++i) machines.push_back("m" + std::to_string(i));
    static_cast<void>(book_.Take(machines, foreign));
  }
  void Settle() override {
    clock_.RunFor(std::chrono::minutes(15));
    bmcs_.Advance(std::chrono::minutes(15));
  }

  int MadeFor(const std::string& token) const override {
    return Count([&](const Reservation& taken) { return taken.token == token; });
  }
  // One that was shut down and is off is free as soon as somebody looks.
  int Existing() const override {
    return Count([&](const Reservation& taken) {
      return !taken.leaving_since || bmcs_.power(NumberOf(taken.machine)) != "Off";
    });
  }
  std::vector<std::string> Secrets() const override { return {kPassword}; }

 private:
  static int NumberOf(const std::string& machine) { return std::stoi(machine.substr(1)); }

  template <class Predicate>
  int Count(Predicate predicate) const {
    const Result<Reserved> reserved = book_.Read();
    if (!reserved) return -1;
    return static_cast<int>(
        std::count_if(reserved->taken.begin(), reserved->taken.end(), predicate));
  }

  fakes::FakeRedfish bmcs_{{.machines = kMachines, .password = kPassword}};
  fakes::SshBanner ssh_{"SSH-2.0-Fake", "0.0.0.0"};
  testing::ScratchDir state_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  OnpremProvider provider_;
  Reservations book_;
  int foreign_ = 0;
};

}  // namespace

std::unique_ptr<Subject> MakeOnpremSubject(Duration call_time_limit) {
  return std::make_unique<OnpremSubject>(call_time_limit);
}

}  // namespace spillway::conformance
