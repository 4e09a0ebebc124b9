#include "bus/adapters/ingest.h"

#include <pthread.h>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "bus/adapters/datagram_door.h"
#include "bus/adapters/feed.h"
#include "bus/adapters/pulling.h"
#include "bus/adapters/receipt.h"
#include "bus/adapters/tally.h"
#include "scaler/runtime/asio_loop.h"

namespace spillway::adapters {
namespace {

constexpr std::string_view kRetryAfterSeconds = "1";

struct Source {
  Source(SourceConfig c, Metrics& metrics, Log& log)
      : config(std::move(c)), token(ReadToken(config.token)), tally(config.name, metrics, log) {}

  const SourceConfig config;
  const Secret token;
  Tally tally;
};

// "/telegraf/write" -> "telegraf", "/write".
std::pair<std::string, std::string_view> Split(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t slash = std::min(path.find('/'), path.size());
  return {std::string(path.substr(0, slash)), path.substr(slash)};
}

}  // namespace

struct Ingest::Impl {
  Impl(IngestConfig config, BusSide bus, const SystemClock& clock, Metrics& metrics, Log& the_log)
      : log(the_log),
        max_unpacked_bytes(config.max_unpacked_bytes),
        strangers("", metrics, log),
        sources(Open(config.sources, metrics, log)),
        loop(clock),
        feed(bus.context, loop, bus.max_frame_bytes, std::move(bus.is_behind)),
        doors(OpenDoors(config.sources, metrics)),
        pulling(std::move(config.sources), max_unpacked_bytes, feed, bus.context, loop, metrics,
                log) {
    if (!sources.empty()) Listen(config);
    thread = std::thread([this] { loop.Run(); });
    pthread_setname_np(thread.native_handle(), "spillway-ingest");
  }

  ~Impl() {
    loop.Stop();
    thread.join();
  }

  // Takes those that speak HTTP out of `configs`.
  static std::map<std::string, Source> Open(std::vector<SourceConfig>& configs, Metrics& metrics,
                                            Log& log) {
    std::map<std::string, Source> sources;
    for (SourceConfig& config : configs) {
      if (!config.adapter.http) continue;
      const std::string name = config.name;
      sources.try_emplace(name, std::move(config), metrics, log);
    }
    return sources;
  }

  // Takes those that get datagrams out of `configs`.
  std::map<std::string, DatagramDoor> OpenDoors(std::vector<SourceConfig>& configs,
                                                Metrics& metrics) {
    std::map<std::string, DatagramDoor> opened;
    for (SourceConfig& config : configs) {
      if (!config.adapter.datagram) continue;
      const std::string name = config.name;
      const auto [door, _] =
          opened.try_emplace(name, std::move(config), loop, feed, Tally(name, metrics, log));
      log.Info("adapters.listening_udp", {{"adapter", name}, {"port", door->second.port()}});
    }
    return opened;
  }

  void Listen(IngestConfig& config) {
    server.emplace(
        loop, std::move(config.place),
        [this](const HttpQuestion& question) { return Answer(question); },
        [this](const HttpQuestion& question, const std::string& what) {
          log.Error("adapters.request_failed", {{"path", question.path}, {"error", what}});
        },
        HttpLimits{.body_bytes = config.max_body_bytes},
        [this](const HttpRefusal& refusal) { return Refuse(refusal); });
  }

  HttpAnswer Answer(const HttpQuestion& question) {
    const auto [name, path] = Split(question.path);
    const auto source = sources.find(name);
    if (source == sources.end()) {
      strangers.Refused(std::vector<Lost>{{Loss::kNotFound, question.path}});
      strangers.Answered(404);
      return {404, "text/plain", "there is no adapter of this name\n"};
    }
    HttpAnswer answer = AnswerFor(source->second, question, path);
    source->second.tally.Answered(answer.status);
    return answer;
  }

  HttpAnswer AnswerFor(Source& source, const HttpQuestion& question, std::string_view path) {
    const HttpAdapter& adapter = *source.config.adapter.http;
    const auto refuse = [&](int status, Loss reason, const std::string& text) {
      source.tally.Refused(std::vector<Lost>{{reason, text}});
      return adapter.Refusal(status, WithoutBody(question, path, loop.Now()), text);
    };
    if (!IsAuthorized(question.Header("authorization"), source.token)) {
      return refuse(401, Loss::kDenied, "a token is needed");
    }
    if (feed.IsBusy()) {
      HttpAnswer again = refuse(503, Loss::kBusy, "the service is behind; come again");
      again.headers.emplace_back("retry-after", kRetryAfterSeconds);
      return again;
    }
    Receipt receipt =
        Receive(adapter, source.config.mapping, question, path, max_unpacked_bytes, loop.Now());
    feed.Give(receipt.samples);
    source.tally.Handed(receipt.samples.size());
    source.tally.Refused(receipt.lost);
    return std::move(receipt.answer);
  }

  HttpAnswer Refuse(const HttpRefusal& refusal) {
    const auto [name, path] = Split(refusal.target.substr(0, refusal.target.find('?')));
    const auto source = sources.find(name);
    const bool is_known = source != sources.end();
    Tally& tally = is_known ? source->second.tally : strangers;
    const Loss reason = refusal.status == 413 ? Loss::kTooLarge : Loss::kBadBody;
    tally.Refused(std::vector<Lost>{{reason, refusal.what}});
    tally.Answered(refusal.status);
    if (!is_known) return RefusedInText(refusal);
    const AdapterRequest request{"", path, "", "", "", loop.Now()};
    return source->second.config.adapter.http->Refusal(refusal.status, request, refusal.what);
  }

  Log& log;
  const std::size_t max_unpacked_bytes;
  Tally strangers;                        // to no adapter of ours
  std::map<std::string, Source> sources;  // those that are sent to
  AsioLoop loop;
  Feed feed;
  std::map<std::string, DatagramDoor> doors;
  Pulling pulling;
  std::optional<HttpServer> server;  // nothing: nobody sends over HTTP
  std::thread thread;                // last: it uses all of the above
};

Ingest::Ingest(IngestConfig config, BusSide bus, const SystemClock& clock, Metrics& metrics,
               Log& log)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(bus), clock, metrics, log)) {}

Ingest::~Ingest() = default;

std::optional<std::uint16_t> Ingest::port() const {
  if (!impl_->server) return std::nullopt;
  return impl_->server->port();
}

std::uint16_t Ingest::datagram_port(const std::string& name) const {
  const auto door = impl_->doors.find(name);
  return door == impl_->doors.end() ? 0 : door->second.port();
}

void Ingest::RenewCertificate() {
  if (!impl_->server) return;
  impl_->loop.Post([impl = impl_.get()] {
    try {
      impl->server->RenewCertificate();
    } catch (const std::runtime_error& error) {
      impl->log.Error("adapters.certificate_not_renewed", {{"error", error.what()}});
    }
  });
}

}  // namespace spillway::adapters
