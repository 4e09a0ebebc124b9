// Adapters on a real port with the real bus behind them; keeps what arrives.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bus/adapters/ingest.h"
#include "bus/subscriber.h"
#include "scaler/runtime/http_client.h"
#include "tests/unit/bus/pumped_loop.h"

namespace spillway::testing {

class AdapterWorld {
 public:
  // `yaml`: what stands below `adapters:`, without `ingest`'s port. The cluster is "edge".
  explicit AdapterWorld(const std::string& yaml);
  ~AdapterWorld();

  // Whether the bus has more than enough to do.
  void SetBehind(bool is_behind) { is_behind_ = is_behind; }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(ingest_->port().value()); }
  // Where the adapter `name` gets datagrams.
  std::uint16_t datagram_port(const std::string& name) const {
    return ingest_->datagram_port(name);
  }
  HttpResponse Post(const std::string& path, const std::string& body,
                    std::vector<std::pair<std::string, std::string>> headers = {});
  HttpResponse Get(const std::string& path);

  // Every sample that came as "cluster: metric{label=value,…} value", in order; waits for so many.
  const std::vector<std::string>& Arrived(std::size_t at_least);
  const std::vector<Time>& times() const { return times_; }
  bool listens() const { return ingest_->port().has_value(); }
  // Waits until `is_done`; false after half a minute.
  bool Until(const std::function<bool()>& is_done) { return loop_.PumpUntil(is_done); }
  std::string Exposed() const { return metrics_.Expose(); }
  // The counter's line with this value.
  bool Counts(const std::string& line) const {
    return Exposed().find(line + "\n") != std::string::npos;
  }

 private:
  HttpResponse Send(HttpRequest request, const std::string& path);
  void Take(const SampleBatch& batch);

  std::atomic<bool> is_behind_ = false;
  SystemClock clock_;
  PumpedLoop loop_;
  Metrics metrics_;
  Log log_{LogLevel::kOff};
  HttpClient http_;
  bus::Context context_;
  std::map<SeriesId, SeriesKey> keys_;
  std::vector<std::string> arrived_;
  std::vector<Time> times_;
  std::unique_ptr<bus::Subscriber> subscriber_;
  std::unique_ptr<adapters::Ingest> ingest_;
};

// `yaml` as `adapters:` of a configuration with the cluster "edge"; the errors, a line each, if
// any.
std::pair<adapters::IngestConfig, std::string> ReadAdapters(const std::string& yaml);

}  // namespace spillway::testing
