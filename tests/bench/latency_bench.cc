// From a sample that changes what a cluster needs to the decision that says so, through real
// sockets and the whole service, while 100,000 samples a second come for 1,000 clusters; beside
// ZeroMQ's own way there and back with frames of the same sizes.
//
// Each cluster has its two hosts on the rack, which is then full, and a cloud that its envelope of
// money cannot pay: a probe is planned over all offers, decided, stored and published, but no
// machine is made of it.
//
// usage: bench_latency [SECONDS]
#include <fcntl.h>
#include <fmt/core.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

#include "scaler/app/service.h"
#include "scaler/runtime/event_loop.h"
#include "tests/bench/probes.h"
#include "tests/support/scratch_dir.h"

namespace spillway::bench {
namespace {

// What a decision of this service takes on the wire.
constexpr std::size_t kDecisionBytes = 2000;
constexpr int kHostsPerCluster = 2;

std::string ConfigText(const Pace& pace, const std::string& store) {
  std::string text = fmt::format(R"(
version: 1
store: {}
bus:
  inbound: [{{socket: pull, bind: "tcp://127.0.0.1:*"}}]
  outbound: {{bind: ["tcp://127.0.0.1:*"]}}
serve: {{port: 0}}
provision: {{look_interval: 200ms}}
providers:
  rack:
    type: simulated
    profile: onprem
    machine: {{vcpu: 8, memory: 32GiB}}
    boot: {{median: 1ms}}
    budget: {{per_second: 5000, burst: 1000, in_flight: 5000}}
  cloud: {{type: simulated, profile: aws, locations: [eu-central-1, eu-west-1]}}
registrars:
  manager: {{type: simulated, enrol: 0s}}
clusters:
)",
                                 store);
  for (int i = 0; i < pace.clusters; ++i) {
    text += fmt::format(R"(
  - name: {}
    workload: application_containers
    hypervisor: lxc
    registrar: manager
    host_size: {{vcpu: 8, memory: 32GiB}}
    limits:
      hosts: {{min: {}, max: 10}}
      cooldown: {{out: 0s, in: 0s}}
      stabilisation: {{out: 0s, in: 0s}}
    money: {{per_hour: 0.01}}
    policies:
      - name: load
        type: target_tracking
        signal: {{metric: load, function: last, across: sum}}
        kind: load
        target: 100
    ladder:
      - {{name: rack, provider: rack, cluster_type: metal, max_hosts: {}}}
      - {{name: cloud, provider: cloud, cluster_type: virtual, max_hosts: 8}}
)",
                        ClusterName(i), kHostsPerCluster, kHostsPerCluster);
  }
  return text;
}

AppConfig Config(const Pace& pace, const std::string& store) {
  ReadConfigResult read = ReadConfig(ConfigText(pace, store));
  for (const ConfigError& error : read.errors) {
    fmt::print(stderr, "{}: {}\n", error.path, error.message);
  }
  if (!read.config) std::exit(1);
  return *std::move(read.config);
}

struct Measured {
  Flow flow;
  std::vector<double> milliseconds;  // sorted
  int unanswered = 0;

  double Quantile(double q) const {
    if (milliseconds.empty()) return 0;
    const auto last = static_cast<double>(milliseconds.size() - 1);
    return milliseconds[static_cast<std::size_t>(q * last)];
  }
};

Measured Measure(const std::string& inbound, const std::string& outbound, const Pace& pace,
                 std::chrono::seconds length) {
  constexpr std::chrono::seconds kWarmUp(2);
  constexpr std::chrono::milliseconds kSettle(500);
  Board board(pace.clusters);
  Measured measured;
  Stopwatch::time_point start;
  {
    const Receiver receiver(outbound, board);
    std::this_thread::sleep_for(kSettle);
    Send(inbound, pace, board, kWarmUp);
    start = Stopwatch::now();
    measured.flow = Send(inbound, pace, board, length);
    std::this_thread::sleep_for(kSettle);
  }
  measured.milliseconds = board.MillisecondsFrom(start);
  measured.unanswered = board.unanswered();
  return measured;
}

// Until all hosts of all clusters are ready.
void AwaitFleet(Service& service, const Pace& pace) {
  for (int ready = 0; ready < pace.clusters * kHostsPerCluster;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::atomic<int> counted{-1};
    service.loop().Post([&] {
      const std::vector<HostRecord> hosts = service.fleet().All();
      counted = static_cast<int>(std::count_if(hosts.begin(), hosts.end(), IsReady));
    });
    while (counted < 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ready = counted;
  }
}

Measured MeasureService(const Pace& pace, const std::string& store, std::chrono::seconds length) {
  const SystemClock clock;
  Log log(LogLevel::kError);
  Service service(Config(pace, store), clock, log);
  std::thread loop([&service] {
    pthread_setname_np(pthread_self(), "loop");
    service.Run();
  });
  AwaitFleet(service, pace);
  const Measured measured =
      Measure(service.inbound_addresses()[0], service.outbound_addresses()[0], pace, length);
  service.Stop();
  loop.join();
  return measured;
}

// ZeroMQ alone: a thread that answers each probe as soon as it is there.
Measured MeasureEcho(const Pace& pace, std::chrono::seconds length) {
  zmq::context_t pull_context;
  zmq::context_t pub_context;
  zmq::socket_t pull(pull_context, zmq::socket_type::pull);
  zmq::socket_t pub(pub_context, zmq::socket_type::pub);
  pull.set(zmq::sockopt::rcvtimeo, 50);
  pull.bind("tcp://127.0.0.1:*");
  pub.bind("tcp://127.0.0.1:*");
  const std::string inbound = pull.get(zmq::sockopt::last_endpoint);
  const std::string outbound = pub.get(zmq::sockopt::last_endpoint);
  std::atomic<bool> stop = false;
  std::thread echo([&] {
    std::vector<bool> lifted(static_cast<std::size_t>(pace.clusters));
    const std::string padding(kDecisionBytes - 40, 'x');
    zmq::message_t frame;
    while (!stop) {
      if (!pull.recv(frame) || !IsProbe(frame.to_string_view())) continue;
      const int cluster = ClusterOfProbe(frame.to_string_view());
      lifted[static_cast<std::size_t>(cluster)].flip();
      const bool is_lift = lifted[static_cast<std::size_t>(cluster)];
      const std::string body =
          fmt::format(R"({{"verdict":"{}","padding":"{}"}})", is_lift ? "grow" : "hold", padding);
      pub.send(zmq::buffer("spillway/1/decisions/" + ClusterName(cluster)),
               zmq::send_flags::sndmore);
      pub.send(zmq::buffer(body), zmq::send_flags::none);
    }
  });
  const Measured measured = Measure(inbound, outbound, pace, length);
  stop = true;
  echo.join();
  return measured;
}

// Writing 8 KiB so that it survives a power cut, which each commit of the SQLite store does.
Measured MeasureDisk(const std::string& path) {
  Measured measured;
  const int file = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
  const std::array<char, 8192> block{};
  for (int i = 0; i < 500; ++i) {
    const auto start = Stopwatch::now();
    if (write(file, block.data(), block.size()) < 0 || fdatasync(file) != 0) std::abort();
    measured.milliseconds.push_back(
        std::chrono::duration<double, std::milli>(Stopwatch::now() - start).count());
  }
  close(file);
  std::sort(measured.milliseconds.begin(), measured.milliseconds.end());
  return measured;
}

void Print(const char* name, const Measured& measured, const Measured& idle) {
  fmt::print("{:<34}  {:>9.0f}  {:>7}  {:>8.3f}  {:>8.3f}  {:>8.3f}  {:>9.1f}  {:>10}\n", name,
             measured.flow.samples_per_second, measured.milliseconds.size(), measured.Quantile(0.5),
             measured.Quantile(0.99), measured.Quantile(1),
             measured.Quantile(0.99) / idle.Quantile(0.99), measured.unanswered);
}

}  // namespace
}  // namespace spillway::bench

int main(int argc, char** argv) {
  using namespace spillway::bench;
  const std::chrono::seconds length(argc > 1 ? std::max(1, std::atoi(argv[1])) : 15);
  const spillway::testing::ScratchDir scratch;
  const Pace pace;
  Pace only_probes = pace;
  only_probes.only_probes = true;
  fmt::print("{} clusters, {} series each, frames of {} samples, {} probes a second; ms\n",
             pace.clusters, pace.hosts, pace.samples_per_frame, pace.probes_per_second);
  fmt::print("{:<34}  {:>9}  {:>7}  {:>8}  {:>8}  {:>8}  {:>9}  {:>10}\n", "way", "samples/s",
             "probes", "p50", "p99", "most", "p99 ratio", "unanswered");
  const Measured idle = MeasureEcho(only_probes, length);
  Print("ZeroMQ there and back, no load", idle, idle);
  Print("ZeroMQ there and back, same load", MeasureEcho(pace, length), idle);
  Print("service, memory store", MeasureService(pace, "{type: memory}", length), idle);
  Print("service, SQLite store",
        MeasureService(pace, fmt::format("{{type: sqlite, path: {}}}", scratch.File("spillway.db")),
                       length),
        idle);
  Print("the disk alone: one commit", MeasureDisk(scratch.File("disk")), idle);
}
