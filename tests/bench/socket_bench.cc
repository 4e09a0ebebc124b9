// From the socket into the windows, beside what ZeroMQ alone needs to receive the same frames: in
// one process, over TCP on loopback, in turns.
//
// usage: bench_socket [ROUNDS]
#include <fmt/core.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <zmq.hpp>

#include "bus/subscriber.h"
#include "scaler/observe/observations.h"
#include "scaler/runtime/asio_loop.h"
#include "tests/bench/frames.h"

namespace spillway::bench {
namespace {

constexpr int kHighWaterMark = 10'000;
using Stopwatch = std::chrono::steady_clock;

double SecondsSince(Stopwatch::time_point start) {
  return std::chrono::duration<double>(Stopwatch::now() - start).count();
}

// Of all threads, the sender's too.
double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Case {
  const char* name;
  int per_frame;
  int frames;

  double samples() const { return static_cast<double>(per_frame) * frames; }
};

// Sends the frames of a case round and round, as fast as they are taken.
class Sender {
 public:
  Sender(const std::string& address, const Case& of, const std::vector<std::string>& frames)
      : thread_([=, &frames] {
          pthread_setname_np(pthread_self(), "sender");
          zmq::context_t context;
          zmq::socket_t socket(context, zmq::socket_type::push);
          socket.set(zmq::sockopt::sndhwm, kHighWaterMark);
          socket.connect(address);
          for (int i = 0; i < of.frames; ++i) {
            socket.send(zmq::buffer(frames[static_cast<std::size_t>(i) % frames.size()]),
                        zmq::send_flags::none);
          }
        }) {}
  ~Sender() { thread_.join(); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

 private:
  std::thread thread_;
};

// Samples per second that ZeroMQ gives to a thread that only receives.
double Raw(const Case& of, const std::vector<std::string>& frames) {
  zmq::context_t context;
  zmq::socket_t socket(context, zmq::socket_type::pull);
  socket.set(zmq::sockopt::rcvhwm, kHighWaterMark);
  socket.bind("tcp://127.0.0.1:*");
  const Sender sender(socket.get(zmq::sockopt::last_endpoint), of, frames);
  zmq::message_t message;
  if (!socket.recv(message)) std::abort();
  const auto start = Stopwatch::now();
  for (int i = 1; i < of.frames; ++i) {
    if (!socket.recv(message)) std::abort();
  }
  return of.samples() / SecondsSince(start);
}

// Samples per second from the same socket through decoder, queue and loop into the windows.
double Whole(const Case& of, const std::vector<std::string>& frames) {
  const SystemClock clock;
  AsioLoop loop(clock);
  Metrics metrics;
  Log log;
  Observations observations(120);
  bus::SubscriberConfig config;
  config.receive_high_water_mark = kHighWaterMark;
  config.inbound = {{bus::SocketKind::kPull, true, "tcp://127.0.0.1:*", {}}};
  double taken = 0;
  Stopwatch::time_point start;
  bus::Context context;
  bus::Subscriber subscriber(context, config, {kCluster}, clock, loop, metrics, log,
                             [&](const SampleBatch& batch) {
                               if (taken == 0) start = Stopwatch::now();
                               observations.Take(batch, [](const std::string&) {});
                               taken += static_cast<double>(batch.samples.size());
                               if (taken >= of.samples()) loop.Stop();
                             });
  const Sender sender(subscriber.addresses()[0], of, frames);
  loop.Run();
  return of.samples() / SecondsSince(start);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Measure(const Case& of, int rounds) {
  std::vector<double> raw;
  std::vector<double> whole;
  std::vector<double> ratios;
  double raw_cpu = 0;
  double whole_cpu = 0;
  std::size_t bytes = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto frames = Frames(of.per_frame, SystemClock().Now());
    bytes = frames[0].size();
    const double before = CpuSeconds();
    raw.push_back(Raw(of, frames));
    const double between = CpuSeconds();
    whole.push_back(Whole(of, frames));
    raw_cpu += between - before;
    whole_cpu += CpuSeconds() - between;
    ratios.push_back(whole.back() / raw.back());
  }
  const double nanoseconds = 1e9 / (of.samples() * rounds);
  fmt::print("{:<17} {:>6} {:>13.0f} {:>18.0f} {:>6.2f} {:>14.0f} {:>12.0f}\n", of.name, bytes,
             Median(raw), Median(whole), Median(ratios), raw_cpu * nanoseconds,
             whole_cpu * nanoseconds);
}

}  // namespace
}  // namespace spillway::bench

int main(int argc, char** argv) {
  using namespace spillway::bench;
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  fmt::print(
      "medians of {} rounds, samples per second; CPU time is of all threads, the sender's too\n",
      rounds);
  fmt::print("{:<17} {:>6} {:>13} {:>18} {:>6} {:>14} {:>12}\n", "frames", "bytes", "ZeroMQ alone",
             "socket to windows", "ratio", "alone: ns CPU", "ours: ns CPU");
  for (const Case& of :
       {Case{"one sample each", 1, 3'000'000}, Case{"100 samples each", 100, 100'000}}) {
    Measure(of, rounds);
  }
}
