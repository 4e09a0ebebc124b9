// The product's two tables, end to end: for every row of both the peak bursts onto the provider's
// fake, through the real provider and the real OpenNebula registrar over real sockets, and shrinks
// again; everything outside of them is refused with what would be possible. Time is simulated.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scaler/app/app_config.h"
#include "scaler/control/control_loop.h"
#include "scaler/model/kinds.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/memory_store.h"
#include "tests/fakes/cloud.h"
#include "tests/fakes/opennebula.h"
#include "tests/fakes/ssh_banner.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::matrix {
namespace {

using namespace std::chrono_literals;
using fakes::Cloud;
using fakes::Kinds;
using fakes::MakeCloud;

constexpr Duration kTick = 20s;
constexpr std::int64_t kPeak = 96;  // vCPU

struct Row {
  std::string kind;
  Workload workload;
  ClusterType type;
  Hypervisor hypervisor;

  bool IsPossible() const {
    return Allows(ProviderMatrix(kind), type, hypervisor) &&
           Allows(WorkloadMatrix(workload), type, hypervisor);
  }
};

std::vector<Row> AllRows() {
  std::vector<Row> rows;
  for (const std::string& kind : Kinds()) {
    for (const Workload workload :
         {Workload::kApplicationContainers, Workload::kVirtualServers, Workload::kKubernetes}) {
      for (const ClusterType type : {ClusterType::kMetal, ClusterType::kVirtual}) {
        for (const Hypervisor hypervisor :
             {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}) {
          rows.push_back({kind, workload, type, hypervisor});
        }
      }
    }
  }
  return rows;
}

std::vector<Row> PossibleRows() {
  std::vector<Row> rows = AllRows();
  std::erase_if(rows, [](const Row& row) { return !row.IsPossible(); });
  return rows;
}

std::string NameOf(const Row& row) {
  return fmt::format("{}_{}_{}_{}", row.kind, Name(row.type), Name(row.hypervisor),
                     Name(row.workload));
}

std::string ConfigFor(const Row& row, const std::string& provider, const std::string& registrar) {
  return fmt::format(R"(
version: 1
bus: {{inbound: [{{socket: pull, bind: "tcp://127.0.0.1:*"}}]}}
provision: {{look_interval: 20s, ready_look_interval: 60s}}
providers: {{cloud: {{{}}}}}
registrars: {{one: {{{}}}}}
clusters:
  - name: edge
    workload: {}
    hypervisor: {}
    registrar: one
    host_size: {{vcpu: 16, memory: 32GiB}}
    limits: {{hosts: {{min: 0, max: 60}}, stabilisation: {{out: 0s, in: 2m}}}}
    policies:
      - {{name: load, type: target_tracking, kind: load, target: 16, signal: {{metric: demand, function: last}}}}
    ladder:
      - {{provider: cloud, cluster_type: {}, max_hosts: 60}}
)",
                     provider, registrar, Name(row.workload), Name(row.hypervisor), Name(row.type));
}

struct NobodyListens final : EventSink {
  void OnDecision(const DecisionRecord& /*record*/) override {}
  void OnHost(const HostRecord& /*host*/) override {}
};

// A deployment of one cluster on one provider. Its world goes on by Pass.
class Deployment {
 public:
  explicit Deployment(const Row& row)
      : cloud_(MakeCloud(row.kind, ssh_.port())), config_(Read(row)) {
    const PluginContext context{
        .clock = loop_,
        .http = http_,
        .seed = 1,
        .world = nullptr,
        .surroundings = testing::SurroundingsOf(cloud_->variables(), cloud_->files())};
    for (const auto& [name, parsed] : config_.providers) providers_[name] = parsed.make(context);
    for (const auto& [name, make] : config_.registrars) registrars_[name] = make(context);
    control_ = std::make_unique<ControlLoop>(
        ProvisionContext{loop_, workers_, journal_, log_, metrics_, random_, providers_,
                         registrars_, config_.clusters, store_.DeploymentId(), config_.provision},
        store_, std::move(config_.policies), config_.control, sink_);
    control_->Start();
  }

  // Demand is measured while time passes, until `done` or the end of `limit`.
  bool Pass(double demand, Duration limit, const std::function<bool()>& done) {
    for (Duration t{0}; t < limit; t += kTick) {
      if (done()) return true;
      Measure(demand);
      loop_.RunFor(kTick);
      cloud_->Advance(kTick);
      one_.Advance();
    }
    return done();
  }

  std::int64_t ready_vcpu() const {
    std::int64_t vcpu = 0;
    for (const HostRecord& host : control_->fleet().All()) {
      if (IsReady(host)) vcpu += host.capacity.vcpu;
    }
    return vcpu;
  }
  std::vector<HostRecord> hosts() const { return control_->fleet().All(); }
  const Cloud& cloud() const { return *cloud_; }
  const fakes::OpenNebula& one() const { return one_; }

 private:
  AppConfig Read(const Row& row) {
    const std::string registrar =
        fmt::format("type: opennebula, endpoint: \"{}\", auth_file: {}, probe: {{ssh_port: {}}}",
                    one_.endpoint(), auth_.Write("one_auth", "oneadmin:opennebula"), ssh_.port());
    ReadConfigResult read = ReadConfig(ConfigFor(row, cloud_->Members(), registrar));
    if (!read.config) throw std::runtime_error(Describe(read.errors.front()));
    return std::move(*read.config);
  }

  void Measure(double demand) {
    SampleBatch batch;
    if (!is_announced_) batch.announced.push_back({0, {"edge", "demand", {}}});
    is_announced_ = true;
    batch.samples.push_back({0, demand, loop_.Now()});
    control_->OnSamples(batch);
  }

  fakes::SshBanner ssh_{"SSH-2.0-Fake", "0.0.0.0"};
  fakes::OpenNebula one_{{.version = "6.8.0"}};
  const std::unique_ptr<Cloud> cloud_;
  testing::ScratchDir auth_;
  SimulatedLoop loop_{testing::kStart};
  HttpClient http_;
  AppConfig config_;
  SimulatedWorkers workers_{loop_, 1, 20ms, 200ms};
  MemoryStore store_{"matrix"};
  Log log_{LogLevel::kOff};
  Metrics metrics_;
  Random random_{1};
  Journal journal_{loop_, store_, log_};
  ProviderSet providers_;
  RegistrarSet registrars_;
  NobodyListens sink_;
  std::unique_ptr<ControlLoop> control_;
  bool is_announced_ = false;
};

TEST(NestedVirtualization, WidensTheMatrixOnlyBehindItsSwitch) {
  const Row row{"aws", Workload::kVirtualServers, ClusterType::kVirtual, Hypervisor::kKvm};
  const auto cloud = MakeCloud("aws", 22);
  EXPECT_FALSE(ReadConfig(ConfigFor(row, cloud->Members(), "type: none")).config);
  const std::string switched = cloud->Members() + ", nested_virtualization: true";
  const ReadConfigResult read = ReadConfig(ConfigFor(row, switched, "type: none"));
  ASSERT_TRUE(read.config) << Describe(read.errors.front());
  EXPECT_EQ(read.config->clusters[0].ladder[0].cluster_type, ClusterType::kVirtual);
}

class Matrix : public ::testing::TestWithParam<Row> {};

TEST_P(Matrix, BurstsAtThePeakAndShrinksAfterIt) {
  const Row& row = GetParam();
  Deployment deployment(row);
  ASSERT_TRUE(deployment.Pass(static_cast<double>(kPeak), 2h,
                              [&] { return deployment.ready_vcpu() >= kPeak; }))
      << deployment.ready_vcpu() << " vCPU are ready";

  for (const HostRecord& host : deployment.hosts()) {
    EXPECT_EQ(host.cluster_type, row.type);
    EXPECT_EQ(host.hypervisor, row.hypervisor);
    EXPECT_GT(host.price_per_hour, Money{});
  }
  EXPECT_EQ(deployment.cloud().live(), static_cast<int>(deployment.hosts().size()));
  ASSERT_FALSE(deployment.one().Hosts().empty());
  for (const fakes::OneHostRecord& host : deployment.one().Hosts()) {
    EXPECT_EQ(host.driver, Name(row.hypervisor));
  }

  EXPECT_TRUE(deployment.Pass(0, 4h,
                              [&] {
                                return deployment.hosts().empty() &&
                                       deployment.cloud().live() == 0 &&
                                       deployment.one().Hosts().empty();
                              }))
      << deployment.hosts().size() << " hosts, " << deployment.cloud().live()
      << " machines are left";
}

INSTANTIATE_TEST_SUITE_P(Every, Matrix, ::testing::ValuesIn(PossibleRows()),
                         [](const auto& test) { return NameOf(test.param); });

TEST(OutsideTheMatrix, NothingStartsAndWhatIsPossibleIsSaid) {
  int refused = 0;
  for (const Row& row : AllRows()) {
    if (row.IsPossible()) continue;
    SCOPED_TRACE(NameOf(row));
    const auto cloud = MakeCloud(row.kind, 22);
    const ReadConfigResult read = ReadConfig(ConfigFor(row, cloud->Members(), "type: none"));
    ASSERT_FALSE(read.config);
    ASSERT_EQ(read.errors.size(), 1U);
    EXPECT_EQ(read.errors[0].path, "clusters[0].ladder[0].cluster_type");
    EXPECT_GT(read.errors[0].line, 0);
    const std::string& message = read.errors[0].message;
    EXPECT_NE(message.find(Describe(ProviderMatrix(row.kind))), std::string::npos) << message;
    EXPECT_NE(message.find(Describe(WorkloadMatrix(row.workload))), std::string::npos) << message;
    ++refused;
  }
  // 6 providers × 3 workloads × 2 types × 3 hypervisors, without the rows above.
  EXPECT_EQ(refused + static_cast<int>(PossibleRows().size()), 108);
  EXPECT_EQ(PossibleRows().size(), 28U);
}

}  // namespace
}  // namespace spillway::matrix
