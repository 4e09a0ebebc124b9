// Everything that comes from outside at once, through the real binary: senders on the bus, Telegraf
// and Prometheus at the adapters, readers of the API. Nothing is lost without a counter. How late
// the loop turns meanwhile is measured by its own metric and printed; SPILLWAY_LOAD_SECONDS says
// for how long (docs/metrics.md).
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <snappy.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <sstream>
#include <thread>
#include <vector>
#include <zmq.hpp>

#include "bus/adapters/prometheus/remote_write.pb.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int kSamplesOfAFrame = 50;
constexpr int kReadingsOfAPost = 100;

std::chrono::milliseconds Stretch() {
  const char* seconds = std::getenv("SPILLWAY_LOAD_SECONDS");
  return std::chrono::seconds(seconds == nullptr ? 5 : std::atoi(seconds));
}

// What one sender or reader did. Its thread's, until it has ended.
struct Tally {
  std::int64_t sent = 0;      // samples, readings or requests
  std::int64_t taken = 0;     // of them, in requests that were answered with 2xx
  std::int64_t sent_off = 0;  // requests that were told to come again, or lost
  std::vector<double> answer_ms;
};

// A frame of good samples but one of a cluster that nobody knows; `number` makes the values move.
std::string Frame(int sender, std::int64_t number) {
  std::string frame = "[";
  for (int i = 0; i < kSamplesOfAFrame; ++i) {
    frame += fmt::format(R"({}{{"cluster":"{}","metric":"demand_{}_{}","value":{}}})",
                         i == 0 ? "" : ",", i == 7 ? "moon" : "edge", sender, i % 20, number + i);
  }
  return frame + "]";
}

// Sends frames until it is told to stop; each hundredth is none.
Tally SendFrames(const std::string& address, int sender, const std::atomic<bool>& is_over) {
  Tally tally;
  zmq::context_t context;
  zmq::socket_t socket(context, zmq::socket_type::push);
  socket.set(zmq::sockopt::sndtimeo, 1000);
  socket.set(zmq::sockopt::linger, 60'000);  // until everything is out
  socket.connect(address);
  for (std::int64_t number = 1; !is_over; ++number) {
    const bool is_garbage = number % 100 == 0;
    const std::string frame = is_garbage ? "[{" : Frame(sender, number);
    // Waits while the service is behind.
    const bool is_sent = socket.send(zmq::buffer(frame), zmq::send_flags::none).has_value();
    if (is_sent) tally.sent += is_garbage ? 1 : kSamplesOfAFrame;
  }
  return tally;
}

// Lines of InfluxDB; the last of them is none.
std::string Lines(std::int64_t number) {
  std::string lines;
  for (int i = 0; i + 1 < kReadingsOfAPost; ++i) {
    lines += fmt::format("farm,host=n{} load={}\n", i % 20, number);
  }
  return lines + "farm load=\n";
}

std::string RemoteWrite(std::int64_t number) {
  adapters::prometheus::WriteRequest request;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  for (int i = 0; i < kReadingsOfAPost; ++i) {
    auto& series = *request.add_timeseries();
    auto& name = *series.add_labels();
    name.set_name("__name__");
    name.set_value("scraped_" + std::to_string(i % 20));
    auto& sample = *series.add_samples();
    sample.set_value(static_cast<double>(number));
    sample.set_timestamp(now.count());
  }
  std::string packed;
  const std::string text = request.SerializeAsString();
  snappy::Compress(text.data(), text.size(), &packed);
  return packed;
}

// Where the service says, last, that it listens; `event`: of whom.
std::string UrlOf(const Deployment& deployment, const std::string& event) {
  const std::string log = deployment.log();
  const std::string field = " port=";
  const std::size_t at = log.find(field, log.rfind(event)) + field.size();
  return "http://127.0.0.1:" + log.substr(at, log.find_first_of(" \n", at) - at);
}

// Asks again and again with what `make` gives; a request counts for `parts` sent.
Tally Ask(const std::function<HttpRequest(std::int64_t)>& make, int parts,
          const std::function<bool(int status)>& is_taken, const std::atomic<bool>& is_over) {
  Tally tally;
  HttpClient http;
  for (std::int64_t number = 1; !is_over; ++number) {
    HttpRequest request = make(number);
    request.timeout = 30s;
    const auto before = Clock::now();
    const Result<HttpResponse> answer = http.Send(request);
    tally.answer_ms.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - before).count());
    tally.sent += parts;
    if (answer && is_taken(answer->status)) {
      tally.taken += parts;
    } else {
      ++tally.sent_off;
    }
  }
  return tally;
}

// The service's histogram of how late its loop turned: beats and their sum, and beats by bound.
struct Lag {
  double beats = 0;
  double seconds = 0;
  std::vector<std::pair<double, double>> at_most;

  static Lag Of(Deployment& deployment) {
    constexpr const char* kName = "spillway_runtime_loop_lag_seconds";
    Lag lag;
    std::istringstream lines(deployment.Get("/metrics").body);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(kName)) continue;
      const double value = std::strtod(line.substr(line.rfind(' ')).c_str(), nullptr);
      if (line.find("_sum") != line.npos) lag.seconds = value;
      if (line.find("_count") != line.npos) lag.beats = value;
      const std::size_t bound = line.find("le=\"");
      if (bound != line.npos) {
        lag.at_most.emplace_back(std::strtod(line.c_str() + bound + 4, nullptr), value);
      }
    }
    return lag;
  }
  Lag Since(const Lag& before) const {
    Lag lag{beats - before.beats, seconds - before.seconds, at_most};
    for (std::size_t i = 0; i < lag.at_most.size(); ++i) {
      lag.at_most[i].second -= before.at_most.at(i).second;
    }
    return lag;
  }
  double mean_ms() const { return beats == 0 ? 0 : seconds / beats * 1000; }
  // The bound of the bucket in which the latest of all beats is.
  double worst_ms() const {
    for (const auto& [bound, count] : at_most) {
      if (count >= beats) return bound * 1000;
    }
    return 0;
  }
};

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

Tally Sum(const std::vector<Tally>& tallies) {
  Tally sum;
  for (const Tally& tally : tallies) {
    sum.sent += tally.sent;
    sum.taken += tally.taken;
    sum.sent_off += tally.sent_off;
    sum.answer_ms.insert(sum.answer_ms.end(), tally.answer_ms.begin(), tally.answer_ms.end());
  }
  return sum;
}

// All of the load, from its beginning to its end.
class Load {
 public:
  Load(Deployment& deployment, std::string token)
      : deployment_(deployment), token_(std::move(token)) {}

  ~Load() { End(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void Run(std::chrono::milliseconds stretch) {
    const std::string address = deployment_.inbound_address();
    for (int i = 0; i < 3; ++i) {
      Start(bus, [this, address, i] { return SendFrames(address, i, is_over_); });
    }
    for (int i = 0; i < 2; ++i) {
      Start(influx, [this] { return Post("/telegraf/write", "text/plain", "", Lines); });
      Start(prometheus, [this] {
        return Post("/prom/api/v1/write", "application/x-protobuf", "snappy", RemoteWrite);
      });
      Start(readers, [this] { return Read(); });
    }
    deployment_.Pass(stretch);
    End();
  }

  std::vector<Tally> bus, influx, prometheus, readers;

 private:
  void End() {
    is_over_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  void Start(std::vector<Tally>& group, std::function<Tally()> run) {
    group.reserve(8);  // a thread keeps a reference to its place
    Tally& tally = group.emplace_back();
    threads_.emplace_back([&tally, run = std::move(run)] { tally = run(); });
  }
  Tally Post(const std::string& path, const std::string& type, const std::string& encoding,
             std::string (*body)(std::int64_t)) {
    return Ask(
        [&](std::int64_t number) {
          HttpRequest request;
          request.method = "POST";
          request.url = adapters_ + path;
          request.headers = {{"Content-Type", type}};
          if (!encoding.empty()) request.headers.emplace_back("Content-Encoding", encoding);
          request.body = body(number);
          return request;
        },
        // 400: a reading of it is wrong, the others are taken.
        kReadingsOfAPost, [](int status) { return status / 100 == 2 || status == 400; }, is_over_);
  }
  Tally Read() {
    constexpr const char* kPaths[] = {"/v1/clusters", "/v1/clusters/edge", "/v1/decisions",
                                      "/v1/hosts",    "/v1/offers",        "/metrics"};
    return Ask(
        [&](std::int64_t number) {
          HttpRequest request;
          request.url = api_ + kPaths[number % std::size(kPaths)];
          request.secret_headers = {{"Authorization", Secret("Bearer " + token_)}};
          return request;
        },
        1, [](int status) { return status == 200; }, is_over_);
  }

  Deployment& deployment_;
  const std::string api_ = UrlOf(deployment_, "serve.listening");
  const std::string adapters_ = UrlOf(deployment_, "adapters.listening");
  const std::string token_;
  std::atomic<bool> is_over_ = false;
  std::vector<std::thread> threads_;
};

void Print(const Load& load, const Lag& idle, const Lag& busy, Deployment& deployment) {
  const auto row = [](const char* what, const Tally& tally, double counted) {
    fmt::print("{:<24}{:>10}{:>10}{:>10}{:>11.1f}{:>11.1f}\n", what, tally.sent, tally.sent_off,
               counted, Quantile(tally.answer_ms, 0.5), Quantile(tally.answer_ms, 0.99));
  };
  fmt::print("{:<24}{:>10}{:>10}{:>10}{:>11}{:>11}\n", "from", "sent", "sent off", "rejected",
             "p50 (ms)", "p99 (ms)");
  row("bus", Sum(load.bus), deployment.Metric("spillway_bus_rejected_total"));
  row("influx", Sum(load.influx), deployment.Metric("spillway_adapter_rejected_total", "telegraf"));
  row("prometheus", Sum(load.prometheus),
      deployment.Metric("spillway_adapter_rejected_total", "adapter=\"prom\""));
  row("readers of the API", Sum(load.readers), 0);
  fmt::print(
      "the loop was late by {:.3f} ms (mean of {} beats, the worst at most {:g} ms); without load "
      "by {:.3f} ms ({} beats, {:g} ms): {:.1f} times\n",
      busy.mean_ms(), busy.beats, busy.worst_ms(), idle.mean_ms(), idle.beats, idle.worst_ms(),
      idle.mean_ms() > 0 ? busy.mean_ms() / idle.mean_ms() : 0);
}

TEST(Load, FromEverySideAtOnceLosesNothingWithoutACounter) {
  DeploymentOptions options;
  options.adapters = {"{name: telegraf, type: influx, cluster: edge}",
                      "{name: prom, type: prometheus, cluster: edge}"};
  Deployment deployment(options);
  deployment.Start();
  const Finished token =
      deployment.Command({"tokens", "add", "reader", "--config", deployment.config_path()});
  ASSERT_EQ(token.exit_code, 0) << token.err;
  ASSERT_EQ(deployment.Stop(), 0);
  deployment.Start();  // it knows the token at once; a running one within seconds
  const Lag first = Lag::Of(deployment);
  deployment.Pass(std::min<std::chrono::milliseconds>(Stretch(), 5s));
  const Lag idle = Lag::Of(deployment).Since(first);

  Load load(deployment, token.out.substr(0, token.out.find('\n')));
  const Lag before = Lag::Of(deployment);
  load.Run(Stretch());
  const Lag busy = Lag::Of(deployment).Since(before);

  const auto metric = [&](const char* name, const std::string& labels = "") {
    return deployment.Metric(name, labels);
  };
  const auto rejected = [&](const std::string& adapter, const std::string& reason) {
    return metric("spillway_adapter_rejected_total",
                  fmt::format("adapter=\"{}\",reason=\"{}\"", adapter, reason));
  };
  // What the adapters took is samples, but for one line in each of Telegraf's.
  const Tally influx = Sum(load.influx);
  const Tally prometheus = Sum(load.prometheus);
  const double bad_lines = static_cast<double>(influx.taken / kReadingsOfAPost);
  EXPECT_EQ(rejected("telegraf", "bad_reading"), bad_lines);
  EXPECT_EQ(metric("spillway_adapter_samples_total", "telegraf"),
            static_cast<double>(influx.taken) - bad_lines);
  EXPECT_EQ(metric("spillway_adapter_samples_total", "\"prom\""),
            static_cast<double>(prometheus.taken));
  EXPECT_EQ(rejected("telegraf", "busy"), static_cast<double>(influx.sent_off));
  EXPECT_EQ(rejected("prom", "busy"), static_cast<double>(prometheus.sent_off));

  // And all of that, with what came on the bus, went to the loop or is counted.
  const double sent =
      static_cast<double>(Sum(load.bus).sent) + metric("spillway_adapter_samples_total");
  deployment.WaitFor(
      "everything that was sent in a counter",
      [&] {
        return metric("spillway_bus_samples_total") + metric("spillway_bus_rejected_total") ==
                   sent &&
               metric("spillway_bus_queue_samples") == 0;
      },
      120s);
  EXPECT_EQ(metric("spillway_observe_dropped_total"), 0);
  EXPECT_GT(metric("spillway_bus_rejected_total", "unknown_cluster"), 0);
  EXPECT_EQ(Sum(load.readers).sent_off, 0) << "a reader got no answer";
  Print(load, idle, busy, deployment);
  EXPECT_EQ(deployment.Stop(), 0);
}

}  // namespace
}  // namespace spillway::testing
