// From a sample that changes what a cluster needs to the decision that says so, through real
// sockets and the whole service, while 100,000 samples a second come for 1,000 clusters; beside
// ZeroMQ's own way there and back with frames of the same sizes.
//
// Each cluster has its two hosts on the rack, which is then full, and a cloud that its envelope of
// money cannot pay: a probe is planned over all offers, decided, stored and published, but no
// machine is made of it.
//
// usage: bench_latency [ROUNDS [SECONDS]]
#include <fcntl.h>
#include <fmt/core.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>

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
  double busy_percent = 0;  // of the thread that answers, while it was measured

  double Quantile(double q) const {
    if (milliseconds.empty()) return 0;
    const auto last = static_cast<double>(milliseconds.size() - 1);
    return milliseconds[static_cast<std::size_t>(q * last)];
  }
};

double CpuSeconds(std::thread& thread) {
  clockid_t clock{};
  timespec time{};
  pthread_getcpuclockid(thread.native_handle(), &clock);
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

Measured Measure(const std::string& inbound, const std::string& outbound, std::thread& answering,
                 const Pace& pace, std::chrono::seconds length) {
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
    const double cpu = CpuSeconds(answering);
    measured.flow = Send(inbound, pace, board, length);
    measured.busy_percent =
        (CpuSeconds(answering) - cpu) / static_cast<double>(length.count()) * 100;
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
      Measure(service.inbound_addresses()[0], service.outbound_addresses()[0], loop, pace, length);
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
  const Measured measured = Measure(inbound, outbound, echo, pace, length);
  stop = true;
  echo.join();
  return measured;
}

// Writing 8 KiB so that it survives a power cut, which each commit of the SQLite store does.
Measured MeasureDisk() {
  const testing::ScratchDir scratch;
  Measured measured;
  const int file = open(scratch.File("disk").c_str(), O_CREAT | O_WRONLY, 0600);
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

struct Way {
  const char* name;
  std::function<Measured()> measure;
  std::vector<Measured> rounds;

  // The value of each round, in order.
  std::vector<double> Of(double (*value)(const Measured&)) const {
    std::vector<double> values;
    for (const Measured& round : rounds) values.push_back(value(round));
    std::sort(values.begin(), values.end());
    return values;
  }
  double Median(double (*value)(const Measured&)) const { return Of(value)[rounds.size() / 2]; }
};

double P50(const Measured& m) { return m.Quantile(0.5); }
double P99(const Measured& m) { return m.Quantile(0.99); }

// In turns, so that what else the machine does falls on all of them.
void MeasureAll(std::vector<Way>& ways, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (Way& way : ways) way.rounds.push_back(way.measure());
  }
}

void Print(const Way& way, const Way& idle) {
  const std::vector<double> p99 = way.Of(P99);
  const double rate = way.Median([](const Measured& m) { return m.flow.samples_per_second; });
  const double behind = way.Of([](const Measured& m) { return m.flow.latest_ms; }).back();
  const double lost = way.Of([](const Measured& m) { return 1.0 * m.unanswered; }).back();
  const double busy = way.Median([](const Measured& m) { return m.busy_percent; });
  fmt::print(
      "{:<32}  {:>9.0f}  {:>6.3f}  {:>7.3f}  {:>7.3f}  {:>7.3f}  {:>9.1f}  {:>6.1f}  {:>4.0f}"
      "  {:>6.0f}\n",
      way.name, rate, way.Median(P50), way.Median(P99), p99.front(), p99.back(),
      way.Median(P99) / idle.Median(P99), behind, lost, busy);
}

}  // namespace
}  // namespace spillway::bench

int main(int argc, char** argv) {
  using namespace spillway::bench;
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 3;
  const std::chrono::seconds length(argc > 2 ? std::max(1, std::atoi(argv[2])) : 4);
  const Pace pace;
  Pace only_probes = pace;
  only_probes.only_probes = true;
  std::vector<Way> ways = {
      {"ZeroMQ there and back, no load", [&] { return MeasureEcho(only_probes, length); }, {}},
      {"ZeroMQ there and back, same load", [&] { return MeasureEcho(pace, length); }, {}},
      {"service, memory store", [&] { return MeasureService(pace, "{type: memory}", length); }, {}},
      {"service, SQLite store",
       [&] {
         const spillway::testing::ScratchDir scratch;
         return MeasureService(
             pace, fmt::format("{{type: sqlite, path: {}}}", scratch.File("spillway.db")), length);
       },
       {}},
      {"the disk alone: one commit", MeasureDisk, {}}};
  fmt::print(
      "{} clusters, {} series each, frames of {} samples, {} probes a second; medians of {} "
      "rounds of {} s; ms\n",
      pace.clusters, pace.hosts, pace.samples_per_frame, pace.probes_per_second, rounds,
      length.count());
  MeasureAll(ways, rounds);
  fmt::print("{:<32}  {:>9}  {:>6}  {:>7}  {:>7}  {:>7}  {:>9}  {:>6}  {:>4}  {:>6}\n", "way",
             "samples/s", "p50", "p99", "least", "most", "p99 ratio", "behind", "lost", "busy %");
  for (const Way& way : ways) Print(way, ways[0]);
  fmt::print(
      "least, most: the p99 of the best and the worst round; behind: what the sender was\n"
      "late at most; lost: probes without an answer; busy: the thread that answers\n");
}
