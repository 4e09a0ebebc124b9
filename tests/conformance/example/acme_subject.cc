#include <algorithm>

#include "providers/flat_tags.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/conformance/example/acme_fake.h"
#include "tests/conformance/example/acme_provider.h"
#include "tests/conformance/subjects.h"
#include "tests/support/time.h"

namespace spillway::conformance {
namespace {

using example::AcmeFault;
using fakes::Delivery;

constexpr const char* kToken = "acme-conformance-token";

example::AcmeConfig Config(const std::string& endpoint, Duration call_time_limit) {
  example::AcmeConfig config;
  config.account.name = "acme";
  config.account.endpoint = endpoint;
  config.account.call_time_limit = call_time_limit;
  config.sites = {"north"};
  return config;
}

std::string CallOf(Operation operation) {
  switch (operation) {
    case Operation::kOffers: return "GET /plans";
    case Operation::kCreate: return "POST /machines";
    case Operation::kFind:
    case Operation::kList: return "GET /machines";
    case Operation::kDelete: return "DELETE /machines";
  }
  return "";
}

AcmeFault FaultOf(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled: return {.status = 429, .code = "slow_down", .message = "slower"};
    case Misfortune::kServerError: return {.status = 502, .code = "", .message = ""};
    case Misfortune::kLostRequest:
      return {.status = 503, .code = "", .message = "", .delivery = Delivery::kCutAfter};
    case Misfortune::kLostAnswer:
      return {.code = "", .message = "", .delivery = Delivery::kCutAfter};
    case Misfortune::kHang: return {.code = "", .message = "", .delivery = Delivery::kHang};
    case Misfortune::kCutAnswer:
      return {.code = "", .message = "", .delivery = Delivery::kCutWithin};
    case Misfortune::kGarbledAnswer: return {.code = "", .message = "", .is_garbled = true};
    case Misfortune::kDenied: return {.status = 403, .code = "forbidden", .message = "no"};
    case Misfortune::kIndiscreet: return {.status = 422, .code = "bad", .message = kToken};
    case Misfortune::kNoCapacity: return {.status = 422, .code = "sold_out", .message = "none"};
    case Misfortune::kQuota: return {.status = 422, .code = "limit_reached", .message = "no more"};
  }
  return {};
}

class AcmeSubject final : public Subject {
 public:
  explicit AcmeSubject(Duration call_time_limit)
      : provider_(Config(acme_.url(), call_time_limit), Context()) {}

  Provider& provider() override { return provider_; }
  std::unique_ptr<Provider> ProviderAt(const std::string& endpoint) override {
    return std::make_unique<example::AcmeProvider>(Config(endpoint, std::chrono::seconds(30)),
                                                   Context());
  }
  std::span<const MatrixRow> rows() const override { return rows_; }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "conformance";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = "north";
    spec.plan = "small";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    acme_.Fail(CallOf(operation), FaultOf(misfortune), turn.after, turn.times);
    return true;
  }
  bool HideNewMachines(int looks) override {
    acme_.HideNewMachines(looks);
    return true;
  }
  bool SetPageSize(int machines) override {
    acme_.SetPageSize(static_cast<std::size_t>(machines));
    return true;
  }
  bool RepeatPages() override {
    acme_.RepeatPages();
    return true;
  }
  bool GiveUnknownState(const std::string& machine_id) override {
    acme_.SetStatus(machine_id, "hibernating");
    return true;
  }
  void SwitchOff(const std::string& machine_id) override { acme_.SetStatus(machine_id, "down"); }
  void TakeAway(const std::string& machine_id) override { acme_.Forget(machine_id); }
  void AddForeignMachine() override {
    acme_.Add({FlatTag("owner", "somebody-else"), FlatTag("token", "x")});
  }
  void Settle() override {
    clock_.RunFor(std::chrono::minutes(15));
    acme_.Settle();
  }

  int MadeFor(const std::string& token) const override {
    return Count([tag = FlatTag("token", token)](const nlohmann::json& machine) {
      const std::vector<std::string> tags = machine["tags"];
      return std::find(tags.begin(), tags.end(), tag) != tags.end();
    });
  }
  int Existing() const override {
    return Count([](const nlohmann::json& machine) { return machine["status"] != "gone"; });
  }
  std::vector<std::string> Secrets() const override { return {kToken}; }

 private:
  PluginContext Context() {
    return {.clock = clock_,
            .http = http_,
            .surroundings = {.variable = [](const std::string&) { return kToken; },
                             .file = [](const std::string&) { return std::nullopt; }}};
  }
  template <class Claim>
  int Count(Claim claim) const {
    const std::vector<nlohmann::json> machines = acme_.machines();
    return static_cast<int>(std::count_if(machines.begin(), machines.end(), claim));
  }

  const std::vector<MatrixRow> rows_ = {{ClusterType::kVirtual, {Hypervisor::kLxc}}};
  example::FakeAcme acme_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  example::AcmeProvider provider_;
};

}  // namespace

std::unique_ptr<Subject> MakeExampleSubject(Duration call_time_limit) {
  return std::make_unique<AcmeSubject>(call_time_limit);
}

}  // namespace spillway::conformance
