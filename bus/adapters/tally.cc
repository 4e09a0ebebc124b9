#include "bus/adapters/tally.h"

#include <utility>

namespace spillway::adapters {
namespace {

// Long texts of senders are cut in log lines.
constexpr std::size_t kMaxDetail = 160;

bool IsAsTold(Loss loss) {
  return loss == Loss::kDropped || loss == Loss::kUnmapped || loss == Loss::kStale ||
         loss == Loss::kEvent;
}

}  // namespace

Tally::Tally(std::string adapter, Metrics& metrics, Log& log)
    : adapter_(std::move(adapter)),
      metrics_(metrics),
      log_(log),
      samples_(metrics.GetCounter("spillway_adapter_samples_total",
                                  "Samples that adapters handed to the bus.",
                                  {{"adapter", adapter_}})) {
  for (int i = 0; i < kLosses; ++i) {
    const std::string reason(Name(static_cast<Loss>(i)));
    lost_[i] = metrics.GetCounter("spillway_adapter_rejected_total",
                                  "Requests and readings that adapters did not take, by reason.",
                                  {{"adapter", adapter_}, {"reason", reason}});
  }
}

void Tally::Answered(int status) {
  metrics_
      .GetCounter("spillway_adapter_requests_total", "Requests to adapters, by answer.",
                  {{"adapter", adapter_}, {"code", std::to_string(status)}})
      .Add();
}

void Tally::Handed(std::size_t samples) { samples_.Add(static_cast<double>(samples)); }

void Tally::Refused(std::span<const Lost> lost) {
  std::array<std::size_t, kLosses> counts{};
  std::array<const Lost*, kLosses> firsts{};
  for (const Lost& one : lost) {
    const auto i = static_cast<std::size_t>(one.reason);
    if (counts[i]++ == 0) firsts[i] = &one;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) Refused(*firsts[i], counts[i]);
  }
}

void Tally::Refused(const Lost& lost, std::size_t count) {
  lost_[static_cast<std::size_t>(lost.reason)].Add(static_cast<double>(count));
  if (IsAsTold(lost.reason)) return;
  log_.Limited(
      LogLevel::kWarning, "adapters." + std::string(Name(lost.reason)),
      {{"adapter", adapter_}, {"count", count}, {"first", lost.detail.substr(0, kMaxDetail)}});
}

}  // namespace spillway::adapters
