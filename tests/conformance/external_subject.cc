#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "providers/external/external_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/conformance/subjects.h"
#include "tests/support/paths.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway::conformance {
namespace {

using nlohmann::json;

constexpr const char* kToken = "conformance-example-token";

ExternalConfig Config(const std::string& world, Duration call_time_limit) {
  ExternalConfig config;
  config.name = "example";
  config.command = {"python3", testing::SourcePath("tests/conformance/external_misfortunes.py"),
                    testing::SourcePath("providers/external/example_provider.py"), world};
  config.rows = {{ClusterType::kVirtual, {Hypervisor::kLxc}}};
  config.environment = {{"EXAMPLE_TOKEN", ExternalVariable::Source::kVariable, "EXAMPLE_TOKEN"}};
  config.start_time_limit = std::chrono::seconds(30);
  config.call_time_limit = call_time_limit;
  return config;
}

Surroundings Token() {
  return {.variable = [](const std::string&) { return kToken; },
          .file = [](const std::string&) { return std::nullopt; }};
}

std::string WordOf(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled: return "throttled";
    case Misfortune::kServerError: return "";  // a program's own `transient` is believed
    case Misfortune::kLostRequest: return "lost_request";
    case Misfortune::kLostAnswer: return "lost_answer";
    case Misfortune::kHang: return "hang";
    case Misfortune::kCutAnswer: return "cut_answer";
    case Misfortune::kGarbledAnswer: return "garbled_answer";
    case Misfortune::kDenied: return "denied";
    case Misfortune::kIndiscreet: return "indiscreet";
    case Misfortune::kNoCapacity: return "no_capacity";
    case Misfortune::kQuota: return "quota";
  }
  return "";
}

// Its fake is a file, which the program reads and writes at each call.
class ExternalSubject final : public Subject {
 public:
  explicit ExternalSubject(Duration call_time_limit)
      : world_(scratch_.Write("world.json", json{{"now", 1'772'409'600},
                                                 {"machines", json::array()},
                                                 {"misfortunes", json::array()},
                                                 {"hidden_looks", 0},
                                                 {"page_size", 100},
                                                 {"repeats_pages", false}}
                                                .dump())),
        provider_(Config(world_, call_time_limit), PluginContext{.clock = clock_,
                                                                 .http = http_,
                                                                 .seed = 0,
                                                                 .world = nullptr,
                                                                 .surroundings = Token()}) {}

  Provider& provider() override { return provider_; }
  std::span<const MatrixRow> rows() const override { return rows_; }

  MachineSpec Spec(const std::string& token) const override {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "conformance";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = "north";
    spec.plan = "small";
    spec.user_data = "#cloud-config\npackages: [lxc]\n";
    return spec;
  }

  bool Meet(Operation operation, Misfortune misfortune, Turn turn) override {
    const std::string what = WordOf(misfortune);
    if (what.empty()) return false;
    Change([&](json& world) {
      world["misfortunes"].push_back({{"call", CallOf(operation)},
                                      {"what", what},
                                      {"after", turn.after},
                                      {"times", turn.times}});
    });
    return true;
  }

  bool HideNewMachines(int looks) override {
    Change([looks](json& world) { world["hidden_looks"] = looks; });
    return true;
  }
  bool SetPageSize(int machines) override {
    Change([machines](json& world) { world["page_size"] = machines; });
    return true;
  }
  bool RepeatPages() override {
    Change([](json& world) { world["repeats_pages"] = true; });
    return true;
  }
  bool GiveUnknownState(const std::string& machine_id) override {
    SetState(machine_id, "hibernating");
    return true;
  }
  void SwitchOff(const std::string& machine_id) override { SetState(machine_id, "stopped"); }
  void TakeAway(const std::string& machine_id) override {
    Change([&](json& world) {
      json kept = json::array();
      for (const json& machine : world["machines"]) {
        if (machine["id"] != machine_id) kept.push_back(machine);
      }
      world["machines"] = kept;
    });
  }
  void AddForeignMachine() override {
    Change([](json& world) {
      world["machines"].push_back({{"id", "foreign-" + std::to_string(world["machines"].size())},
                                   {"token", "x"},
                                   {"owner", "somebody-else"},
                                   {"address", "192.0.2.254"},
                                   {"location", "north"},
                                   {"plan", "small"},
                                   {"state", "running"},
                                   {"launched_at", world["now"]}});
    });
  }
  void Settle() override {
    clock_.RunFor(std::chrono::minutes(15));
    Change([](json& world) { world["now"] = world["now"].get<int>() + 15 * 60; });
  }

  int MadeFor(const std::string& token) const override {
    return Count([&](const json& machine) { return machine["token"] == token; });
  }
  int Existing() const override {
    return Count([](const json& machine) { return machine["state"] != "gone"; });
  }
  std::vector<std::string> Secrets() const override { return {kToken}; }

 private:
  static std::string CallOf(Operation operation) {
    switch (operation) {
      case Operation::kOffers: return "offers";
      case Operation::kCreate: return "create";
      case Operation::kFind: return "find";
      case Operation::kList: return "list";
      case Operation::kDelete: return "delete";
    }
    return "";
  }

  json World() const {
    std::ifstream file(world_);
    return json::parse(file);
  }
  template <class Do>
  void Change(Do change) {
    json world = World();
    change(world);
    scratch_.Write("world.json", world.dump());
  }
  void SetState(const std::string& machine_id, const std::string& state) {
    Change([&](json& world) {
      for (json& machine : world["machines"]) {
        if (machine["id"] == machine_id) machine["state"] = state;
      }
    });
  }
  template <class Claim>
  int Count(Claim claim) const {
    const json world = World();
    return static_cast<int>(
        std::count_if(world["machines"].begin(), world["machines"].end(), claim));
  }

  const testing::ScratchDir scratch_;
  const std::string world_;
  const std::vector<MatrixRow> rows_ = {{ClusterType::kVirtual, {Hypervisor::kLxc}}};
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  ExternalProvider provider_;
};

}  // namespace

std::unique_ptr<Subject> MakeExternalSubject(Duration call_time_limit) {
  return std::make_unique<ExternalSubject>(call_time_limit);
}

}  // namespace spillway::conformance
