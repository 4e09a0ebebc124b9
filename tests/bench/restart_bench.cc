// A restart with a large fleet: from opening the store to a service that has taken up every host,
// without a call to anybody outside.
//
// usage: bench_restart [HOSTS]
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <vector>

#include "scaler/app/service.h"
#include "scaler/provision/fleet.h"
#include "scaler/store/sqlite_store.h"
#include "tests/bench/memory_use.h"
#include "tests/support/records.h"
#include "tests/support/scratch_dir.h"

namespace spillway::bench {
namespace {

constexpr int kClusters = 100;
constexpr int kRounds = 5;
using Stopwatch = std::chrono::steady_clock;

double MillisecondsSince(Stopwatch::time_point start) {
  return std::chrono::duration<double, std::milli>(Stopwatch::now() - start).count();
}

std::string ClusterName(int number) { return fmt::format("edge-{}", number); }

std::string ConfigText(const std::string& store) {
  std::string text = fmt::format(R"(
version: 1
store: {{type: sqlite, path: {}}}
bus: {{inbound: [{{socket: pull, bind: "tcp://127.0.0.1:*"}}]}}
serve: {{port: 0}}
providers: {{cloud: {{type: simulated, profile: equinix}}}}
registrars: {{one: {{type: simulated}}}}
clusters:
)",
                                 store);
  for (int i = 0; i < kClusters; ++i) {
    text += fmt::format(R"(
  - name: {}
    workload: virtual_servers
    hypervisor: kvm
    registrar: one
    host_size: {{vcpu: 8, memory: 32GiB}}
    limits: {{hosts: {{max: 1000}}}}
    policies:
      - {{name: load, type: target_tracking, signal: {{metric: load}}, kind: load, target: 100}}
    ladder: [{{provider: cloud, max_hosts: 1000}}]
)",
                        ClusterName(i));
  }
  return text;
}

void Fill(const std::string& path, int hosts) {
  const auto store = OpenSqliteStore(path, StoreMode::kReadWrite, "bench");
  Changes changes;
  for (int i = 0; i < kClusters; ++i) {
    changes.clusters.push_back(testing::AFullClusterState(ClusterName(i)));
  }
  for (int i = 0; i < hosts; ++i) {
    HostRecord host = testing::AHost(fmt::format("edge-{}-{:010}", i % kClusters, i));
    host.cluster = ClusterName(i % kClusters);
    changes.hosts.push_back(host);
  }
  store->Commit(changes);
}

double Read(const std::string& path) {
  const auto start = Stopwatch::now();
  const auto hosts = OpenSqliteStore(path, StoreMode::kReadWrite, "bench")->Hosts(/*gone=*/false);
  return hosts.empty() ? 0 : MillisecondsSince(start);
}

// The constructor opens the store and resumes; only Run() would let calls go out and be answered.
double Start(const std::string& path, std::size_t hosts, std::size_t& bytes) {
  AppConfig config = std::move(ReadConfig(ConfigText(path)).config).value();
  const SystemClock clock;
  Log log(LogLevel::kError);
  const std::size_t before = ResidentBytes();
  const auto start = Stopwatch::now();
  const Service service(std::move(config), clock, log);
  const double took = MillisecondsSince(start);
  if (service.fleet().size() != hosts) std::abort();
  bytes = std::max(bytes, ResidentBytes() - before);
  return took;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Measure(int hosts) {
  const testing::ScratchDir scratch;
  const std::string path = scratch.File("spillway.db");
  Fill(path, hosts);
  std::vector<double> starts;
  std::vector<double> reads;
  std::size_t bytes = 0;
  for (int round = 0; round < kRounds; ++round) {
    starts.push_back(Start(path, static_cast<std::size_t>(hosts), bytes));
    reads.push_back(Read(path));
  }
  fmt::print("{} ready hosts of {} clusters; medians of {} rounds\n", hosts, kClusters, kRounds);
  fmt::print("{:>12}  {:>14}  {:>6}  {:>20}\n", "ms to resume", "ms of the read", "MiB",
             "microseconds a host");
  fmt::print("{:>12.0f}  {:>14.0f}  {:>6.0f}  {:>20.1f}\n", Median(starts), Median(reads),
             static_cast<double>(bytes) / (1 << 20), Median(starts) * 1000 / hosts);
}

}  // namespace
}  // namespace spillway::bench

int main(int argc, char** argv) {
  spillway::bench::Measure(argc > 1 ? std::max(1, std::atoi(argv[1])) : 10'000);
}
