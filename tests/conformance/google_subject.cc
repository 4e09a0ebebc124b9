#include <memory>

#include "providers/google/google_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/conformance/subjects.h"
#include "tests/fakes/google.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::conformance {
namespace {

using fakes::GoogleFault;

constexpr const char* kZone = "europe-west3-a";
constexpr const char* kKeyFile = "/keys/google.json";

Surroundings WithServiceAccount(const fakes::FakeGoogle& google) {
  return testing::SurroundingsOf({{"GOOGLE_APPLICATION_CREDENTIALS", kKeyFile}},
                                 {{kKeyFile, google.ServiceAccountFile()}});
}

GoogleConfig Config(const std::string& endpoint, Duration call_time_limit) {
  GooglePlace place;
  place.zone = kZone;
  GoogleConfig config;
  config.account.name = "google";
  config.account.endpoint = endpoint;
  config.account.call_time_limit = call_time_limit;
  config.places = {place};
  return config;
}

std::string MethodOf(Operation operation) {
  switch (operation) {
    case Operation::kOffers: return "machineTypes.list";
    case Operation::kCreate: return "instances.insert";
    case Operation::kFind: return "instances.get";
    case Operation::kList: return "instances.aggregatedList";
    case Operation::kDelete: return "instances.delete";
  }
  return "";
}

GoogleFault FaultOf(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled: return GoogleFault::Throttled();
    case Misfortune::kServerError: return GoogleFault::Page(502);
    case Misfortune::kLostRequest: return GoogleFault::NeverCame();
    case Misfortune::kLostAnswer: return GoogleFault::Lost();
    case Misfortune::kHang: return GoogleFault::Carried(fakes::Delivery::kHang);
    case Misfortune::kCutAnswer: return GoogleFault::Carried(fakes::Delivery::kCutWithin);
    case Misfortune::kGarbledAnswer: return GoogleFault::Garbled();
    case Misfortune::kDenied:
      return GoogleFault::Refused(403, "forbidden",
                                  "Required 'compute.instances.create' permission");
    case Misfortune::kIndiscreet: return GoogleFault::Indiscreet();
    case Misfortune::kNoCapacity:
      return GoogleFault::Refused(503, "backendError",
                                  "The zone does not have enough resources available.");
    case Misfortune::kQuota:
      return GoogleFault::Refused(403, "quotaExceeded", "Quota 'CPUS' exceeded. Limit: 24.0");
  }
  return {};
}

class GoogleSubject final : public Subject {
 public:
  explicit GoogleSubject(Duration call_time_limit)
      : google_({.starting_looks = 0, .boot_time = std::chrono::minutes(2)}),
        provider_(Config(google_.url(), call_time_limit), Context()) {}

  Provider& provider() override { return provider_; }
  std::unique_ptr<Provider> ProviderAt(const std::string& endpoint) override {
    return std::make_unique<GoogleProvider>(Config(endpoint, std::chrono::seconds(30)), Context());
  }
  std::span<const MatrixRow> rows() const override { return ProviderMatrix("google"); }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "conformance";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = kZone;
    spec.plan = "e2-standard-4";
    spec.cluster_type = ClusterType::kVirtual;
    spec.hypervisor = Hypervisor::kLxc;
    spec.user_data = "#cloud-config\npackages: [lxc]\n";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    const std::string method = MethodOf(operation);
    google_.Fail(method, GoogleFault{}, turn.after);
    google_.Fail(method, FaultOf(misfortune), turn.times);
    return true;
  }

  bool HideNewMachines(int looks) override {
    google_.HideNewInstances(looks);
    return true;
  }
  bool SetPageSize(int machines) override {
    google_.SetPageSize(machines);
    return true;
  }
  bool RepeatPages() override {
    google_.RepeatPages();
    return true;
  }
  bool GiveUnknownState(const std::string& machine_id) override {
    google_.SetStatus(machine_id, "HIBERNATING");
    return true;
  }
  void SwitchOff(const std::string& machine_id) override {
    google_.SetStatus(machine_id, "TERMINATED");
  }
  void TakeAway(const std::string& machine_id) override { google_.Forget(machine_id); }
  void AddForeignMachine() override {
    google_.Add(kZone, "somebodys-" + std::to_string(google_.instances().size()), "e2-standard-2",
                {{"spillway-owner", "somebody-else"}, {"spillway-token", "x"}});
  }
  void Settle() override {
    clock_.RunFor(std::chrono::minutes(15));
    google_.Advance(std::chrono::minutes(15));
    google_.SettleAll();
  }

  int MadeFor(const std::string& token) const override { return google_.made(token); }
  int Existing() const override { return google_.live(); }
  std::vector<std::string> Secrets() const override { return google_.secrets(); }

 private:
  PluginContext Context() {
    return {.clock = clock_, .http = http_, .surroundings = WithServiceAccount(google_)};
  }

  fakes::FakeGoogle google_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  GoogleProvider provider_;
};

}  // namespace

std::unique_ptr<Subject> MakeGoogleSubject(Duration call_time_limit) {
  return std::make_unique<GoogleSubject>(call_time_limit);
}

}  // namespace spillway::conformance
