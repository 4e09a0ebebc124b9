#include "scaler/trace/span_sender.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace spillway {
namespace {

constexpr Duration kFirstDelay = std::chrono::seconds(1);
constexpr Duration kLongestDelay = std::chrono::minutes(1);

// Those that the protocol lets one repeat.
bool MayBeRepeated(int status) {
  constexpr std::array kStatuses = {429, 502, 503, 504};
  return std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end();
}

}  // namespace

SpanSender::SpanSender(const TracesConfig& config, TraceSource source, Postbox postbox,
                       SpanSenderLimits limits)
    : config_(config),
      source_(std::move(source)),
      postbox_(postbox),
      limits_(limits),
      sent_(postbox_.metrics.GetCounter("spillway_trace_spans_total",
                                        "Spans that the collector has taken.")) {
  for (const auto& [name, header] : config_.headers) {
    headers_.emplace_back(name, ReadSecret(header, "traces: the header " + name));
  }
  for (const char* reason : {"queue_full", "refused", "not_taken"}) DroppedFor(reason);
}

Counter SpanSender::DroppedFor(const char* reason) {
  return postbox_.metrics.GetCounter("spillway_trace_dropped_total",
                                     "Spans that were let go, by reason.", {{"reason", reason}});
}

void SpanSender::Add(Span span) {
  if (waiting_.size() >= limits_.queued) {
    waiting_.pop_front();
    DroppedFor("queue_full").Add();
  }
  waiting_.push_back(std::move(span));
  if (is_under_way_ || attempts_ > 0) return;
  if (waiting_.size() == limits_.batch) return SendIn(Duration(0));
  if (timer_ == 0) SendIn(config_.send_every);
}

void SpanSender::SendIn(Duration delay) {
  if (timer_ != 0) postbox_.loop.Cancel(timer_);
  timer_ = postbox_.loop.At(postbox_.loop.Now() + delay, [this] {
    timer_ = 0;
    Send();
  });
}

void SpanSender::Send() {
  if (batch_.empty()) {
    const auto size = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), limits_.batch));
    std::move(waiting_.begin(), waiting_.begin() + size, std::back_inserter(batch_));
    waiting_.erase(waiting_.begin(), waiting_.begin() + size);
  }
  if (batch_.empty()) return;
  HttpRequest request;
  request.method = "POST";
  request.url = config_.endpoint + "/v1/traces";
  request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "spillway"}};
  request.secret_headers = headers_;
  request.body = OtlpTraces(batch_, source_);
  request.tls.ca_file = config_.ca_file;
  request.timeout = config_.timeout;
  request.max_response_bytes = 64 << 10;
  request.where = "traces";
  is_under_way_ = true;
  postbox_.workers.Ask<HttpResponse>(
      Lane::kDown, channel_,
      [&http = postbox_.http, request = std::move(request)] { return http.Send(request); },
      [this](const Result<HttpResponse>& answer) { OnAnswer(answer); });
}

void SpanSender::OnAnswer(const Result<HttpResponse>& answer) {
  is_under_way_ = false;
  if (!answer) return TryAgain(Describe(answer.error()), Duration(0));
  const std::string said = "answered " + std::to_string(answer->status);
  if (MayBeRepeated(answer->status)) return TryAgain(said, RetryAfter(*answer));
  if (answer->status < 200 || answer->status >= 300) return LetBatchGo("refused", said);
  const auto size = std::ssize(batch_);
  const std::int64_t refused = std::clamp<std::int64_t>(RefusedSpans(answer->body), 0, size);
  if (refused > 0) DroppedFor("refused").Add(static_cast<double>(refused));
  sent_.Add(static_cast<double>(size - refused));
  batch_.clear();
  attempts_ = 0;
  if (!waiting_.empty()) SendIn(waiting_.size() < limits_.batch ? config_.send_every : Duration(0));
}

void SpanSender::TryAgain(const std::string& why, Duration at_least) {
  if (++attempts_ >= limits_.attempts) return LetBatchGo("not_taken", why);
  postbox_.log.Limited(LogLevel::kWarning, "trace.not_taken",
                       {{"spans", batch_.size()}, {"attempts", attempts_}, {"error", why}});
  SendIn(std::max(at_least, DelayAfter(attempts_, kFirstDelay, kLongestDelay, postbox_.random)));
}

void SpanSender::LetBatchGo(const char* reason, const std::string& why) {
  postbox_.log.Limited(LogLevel::kError, "trace.spans_lost",
                       {{"spans", batch_.size()}, {"reason", reason}, {"error", why}});
  DroppedFor(reason).Add(static_cast<double>(batch_.size()));
  batch_.clear();
  attempts_ = 0;
  if (!waiting_.empty()) SendIn(config_.send_every);
}

}  // namespace spillway
