// Spans to a collector: in batches, from a queue with a bound. What a collector does not take in
// time is let go and counted: traces are for looking at, not for the books. Loop thread only; the
// calls are made on workers.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "scaler/runtime/postbox.h"
#include "scaler/trace/config.h"
#include "scaler/trace/otlp.h"

namespace spillway {

struct SpanSenderLimits {
  std::size_t queued = 4096;
  std::size_t batch = 512;
  std::int64_t attempts = 8;  // of a batch
};

class SpanSender {
 public:
  // Reads the headers' secrets; throws std::runtime_error when one is not there. All in `postbox`
  // outlives it, and the loop runs no task after it.
  SpanSender(const TracesConfig& config, TraceSource source, Postbox postbox,
             SpanSenderLimits limits = {});
  SpanSender(const SpanSender&) = delete;
  SpanSender& operator=(const SpanSender&) = delete;

  // It is sent with the next batch: when one is full, or after a while. Beyond the bound the oldest
  // is let go.
  void Add(Span span);

 private:
  void SendIn(Duration delay);
  void Send();
  void OnAnswer(const Result<HttpResponse>& answer);
  void TryAgain(const std::string& why, Duration at_least);
  void LetBatchGo(const char* reason, const std::string& why);
  Counter DroppedFor(const char* reason);

  const TracesConfig config_;
  const TraceSource source_;
  const Postbox postbox_;
  const SpanSenderLimits limits_;
  const Channel channel_{"traces", 1};
  std::vector<std::pair<std::string, Secret>> headers_;
  std::deque<Span> waiting_;
  std::vector<Span> batch_;  // that is being sent, or will be again
  std::int64_t attempts_ = 0;
  bool is_under_way_ = false;
  EventLoop::TimerId timer_ = 0;
  Counter sent_;
};

}  // namespace spillway
