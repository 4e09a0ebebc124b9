#include "tests/support/adapter_world.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bus/adapters/feed.h"
#include "scaler/runtime/yaml.h"

namespace spillway::testing {

std::pair<adapters::IngestConfig, std::string> ReadAdapters(const std::string& yaml) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(yaml, lines);
  ConfigDocument document(tree, {});
  adapters::IngestConfig config = adapters::ParseIngest(document.Root(), {"edge", "core"});
  std::string errors;
  for (const ConfigError& error : document.Errors()) errors += Describe(error) + "\n";
  return {std::move(config), std::move(errors)};
}

AdapterWorld::AdapterWorld(const std::string& yaml) {
  auto [config, errors] = ReadAdapters(yaml);
  if (!errors.empty()) throw std::runtime_error(errors);
  config.place.port = 0;
  bus::SubscriberConfig inbound;
  inbound.inbound = {{bus::SocketKind::kPull, true, adapters::kFeedAddress, {}}};
  inbound.limits.oldest = std::chrono::hours(24 * 365 * 100);
  inbound.limits.furthest = std::chrono::hours(24 * 365 * 100);
  subscriber_ = std::make_unique<bus::Subscriber>(
      context_, inbound, std::set<std::string>{"edge", "core"}, clock_, loop_, metrics_, log_,
      [this](const SampleBatch& batch) { Take(batch); });
  const adapters::BusSide side{context_, 1 << 20, [this] { return is_behind_.load(); }};
  ingest_ = std::make_unique<adapters::Ingest>(std::move(config), side, clock_, metrics_, log_);
}

AdapterWorld::~AdapterWorld() = default;

HttpResponse AdapterWorld::Post(const std::string& path, const std::string& body,
                                std::vector<std::pair<std::string, std::string>> headers) {
  HttpRequest request;
  request.method = "POST";
  request.headers = std::move(headers);
  request.body = body;
  return Send(std::move(request), path);
}

HttpResponse AdapterWorld::Get(const std::string& path) { return Send({}, path); }

HttpResponse AdapterWorld::Send(HttpRequest request, const std::string& path) {
  request.url = url() + path;
  request.where = path;
  const Result<HttpResponse> response = http_.Send(request);
  if (!response) throw std::runtime_error(Describe(response.error()));
  return *response;
}

const std::vector<std::string>& AdapterWorld::Arrived(std::size_t at_least) {
  loop_.PumpUntil([&] { return arrived_.size() >= at_least; });
  return arrived_;
}

void AdapterWorld::Take(const SampleBatch& batch) {
  for (const SeriesAnnouncement& announced : batch.announced) keys_[announced.id] = announced.key;
  for (const Sample& sample : batch.samples) {
    const SeriesKey& key = keys_[sample.series];
    std::string labels;
    for (const auto& [name, value] : key.labels) {
      labels += (labels.empty() ? "" : ",") + name + "=" + value;
    }
    arrived_.push_back(
        fmt::format("{}: {}{{{}}} {}", key.cluster, key.metric, labels, sample.value));
    times_.push_back(sample.time);
  }
}

}  // namespace spillway::testing
