#include "bus/adapters/pulling.h"

#include <algorithm>
#include <utility>

#include "bus/adapters/puller.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/thread_workers.h"

namespace spillway::adapters {
namespace {

// Each source waits on a thread of its own, up to this many.
constexpr std::size_t kMostThreads = 8;

}  // namespace

struct Pulling::Impl {
  Impl(EventLoop& loop, int threads) : workers(loop, threads) {}

  // The order in which they are destroyed matters: who tells of news goes first, then the workers.
  HttpClient http;
  std::vector<std::unique_ptr<Puller>> pullers;
  ThreadWorkers workers;
  std::vector<std::unique_ptr<News>> news;
};

Pulling::Pulling(std::vector<SourceConfig> sources, std::size_t max_bytes, Feed& feed,
                 bus::Context& context, EventLoop& loop, Metrics& metrics, Log& log) {
  std::erase_if(sources, [](const SourceConfig& source) { return !source.adapter.pull; });
  if (sources.empty()) return;
  impl_ = std::make_unique<Impl>(loop, static_cast<int>(std::min(sources.size(), kMostThreads)));
  for (SourceConfig& source : sources) {
    const ParsedPull& pull = *source.adapter.pull;
    auto& puller = *impl_->pullers.emplace_back(std::make_unique<Puller>(
        Puller::Setup{source.name,
                      pull.every,
                      pull.open({impl_->http, source.name, ReadToken(source.token), max_bytes}),
                      std::move(source.mapping),
                      {[&feed] { return feed.IsBusy(); },
                       [&feed](std::span<const MappedSample> samples) { feed.Give(samples); }},
                      Random::SeedFromSystem()},
        loop, impl_->workers, metrics, log));
    loop.Post([&puller] { puller.Start(); });
    if (!pull.listen) continue;
    impl_->news.push_back(
        pull.listen(context, {[&loop, &puller] { loop.Post([&puller] { puller.OnNews(); }); },
                              [&puller](Lost lost) { puller.Refuse(std::move(lost)); }}));
  }
}

Pulling::~Pulling() = default;

}  // namespace spillway::adapters
