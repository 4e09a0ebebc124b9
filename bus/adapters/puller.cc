#include "bus/adapters/puller.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "bus/adapters/receipt.h"

namespace spillway::adapters {
namespace {

constexpr Duration kBetweenNews = std::chrono::seconds(1);
constexpr Duration kLongestWait = std::chrono::minutes(2);
constexpr int kMostDoublings = 3;
constexpr std::size_t kMostWarnings = 100;

Counter Outcomes(Metrics& metrics, const std::string& adapter, const std::string& outcome) {
  return metrics.GetCounter("spillway_adapter_pulls_total",
                            "Times that adapters asked other systems, by outcome.",
                            {{"adapter", adapter}, {"outcome", outcome}});
}

double Seconds(Time time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

}  // namespace

Duration BackOff(Duration every, int failures, double chance) {
  const Duration longest = std::max(every, kLongestWait);
  const Duration whole = std::min(longest, every * (1 << std::min(failures - 1, kMostDoublings)));
  return whole / 2 + std::chrono::duration_cast<Duration>(whole / 2 * chance);
}

Puller::Puller(Setup setup, EventLoop& loop, Workers& workers, Metrics& metrics, Log& log)
    : name_(std::move(setup.name)),
      every_(setup.every),
      source_(std::move(setup.source)),
      mapping_(std::move(setup.mapping)),
      outlet_(std::move(setup.outlet)),
      loop_(loop),
      workers_(workers),
      log_(log),
      tally_(name_, metrics, log),
      done_(Outcomes(metrics, name_, "done")),
      failed_(Outcomes(metrics, name_, "failed")),
      last_success_(metrics.GetGauge(
          "spillway_adapter_last_success_timestamp_seconds",
          "When an adapter's system last answered; before the first answer, when it was started.",
          {{"adapter", name_}})),
      random_(setup.seed) {
  last_success_.Set(Seconds(loop_.Now()));
}

void Puller::OnNews() {
  has_news_ = true;
  if (is_asking_ || failures_ > 0) return;
  AskAt(std::max(loop_.Now(), asked_at_ + kBetweenNews));
}

void Puller::Refuse(Lost lost) { tally_.Refused({&lost, 1}); }

void Puller::AskAt(Time when) {
  loop_.Cancel(timer_);
  timer_ = loop_.At(when, [this] { Ask(); });
}

void Puller::Ask() {
  asked_at_ = loop_.Now();
  if (outlet_.is_busy()) {
    Refuse({Loss::kBusy, "the service is behind; nothing was asked"});
    return AskAt(asked_at_ + every_);
  }
  is_asking_ = true;
  has_news_ = false;
  workers_.Run<Pulled>(
      Lane::kUp, {"adapter " + name_, 1},
      [source = source_.get(), now = asked_at_]() -> Pulled {
        try {
          return source->Pull(now);
        } catch (const std::exception& error) {
          return {.readings = {}, .lost = {}, .failure = Lost{Loss::kBadBody, error.what()}};
        }
      },
      [this](Pulled pulled) { Take(std::move(pulled)); });
}

void Puller::Take(Pulled pulled) {
  is_asking_ = false;
  Count(pulled);
  Receipt receipt{{}, std::move(pulled.lost), {}};
  if (pulled.failure) receipt.lost.push_back(*pulled.failure);
  MapAll(mapping_, pulled.readings, receipt);
  outlet_.give(receipt.samples);
  tally_.Handed(receipt.samples.size());
  tally_.Refused(receipt.lost);
  for (const std::string& warning : pulled.warnings) {
    const bool is_new =
        told_warnings_.size() < kMostWarnings && told_warnings_.insert(warning).second;
    if (is_new) log_.Warning("adapters.warned", {{"adapter", name_}, {"warning", warning}});
  }
  AskAt(NextTime(pulled));
}

void Puller::Count(const Pulled& pulled) {
  if (pulled.failure) {
    failed_.Add();
    ++failures_;
    return;
  }
  done_.Add();
  last_success_.Set(Seconds(loop_.Now()));
  if (failures_ > 0) {
    log_.Info("adapters.answers_again", {{"adapter", name_}, {"after_failures", failures_}});
  }
  failures_ = 0;
}

Time Puller::NextTime(const Pulled& pulled) {
  const Time now = loop_.Now();
  if (failures_ > 0) return now + BackOff(every_, failures_, random_.Unit());
  if (has_news_) return std::max(now, asked_at_ + kBetweenNews);
  return std::max(now, asked_at_ + std::min(every_, pulled.again_in.value_or(every_)));
}

}  // namespace spillway::adapters
