#include "policies/predictive/learner.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "policies/predictive/archive.h"
#include "policies/predictive/levels.h"

namespace spillway::predictive {
namespace {

// What the bytes of a memory are; another layout gets another number.
constexpr std::uint32_t kLayout = 0x50524432;  // "PRD2"

constexpr double kFleetHalfLifeDays = 4;
// Before that the histograms hold too few outcomes for chances of a percent.
constexpr double kNewForDays = 0.25;
constexpr double kNewMargin = 1.5;
constexpr Duration kNewWindow = std::chrono::minutes(30);
// Following another fleet each step would launch for the noise of their ranking.
constexpr Duration kChooseEvery = std::chrono::minutes(5);
// Longer silence is another load: the hours in between say nothing.
constexpr std::int64_t kMostSkippedDays = 1;

}  // namespace

Learner::Learner(const LearnerConfig& config)
    : config_(config),
      steps_a_day_(86400.0 / Seconds(config.step)),
      boot_steps_(config.boot_steps),
      past_(config.step),
      at_launch_(config.boot_steps + 1, steps_a_day_),
      midway_(config.boot_steps / 2 + 1, steps_a_day_),
      fleets_(config.boot_steps, kFleetHalfLifeDays * steps_a_day_, config.launch_price),
      portfolio_(config.violation_budget, steps_a_day_),
      recent_(static_cast<std::size_t>(
          std::max<std::int64_t>(kNewWindow / config.step, config.boot_steps + 1))) {}

bool Learner::is_new() const { return static_cast<double>(steps_) < kNewForDays * steps_a_day_; }

void Learner::Pass(std::int64_t step, double demand_hosts, std::int64_t ready_hosts) {
  const auto need = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(std::ceil(std::min(demand_hosts, 1e6) - 1e-9)));
  if (last_step_ >= 0) {
    portfolio_.Pass(ready_hosts < need);
    fleets_.Pass(need);
    const auto gap =
        std::min(step - last_step_ - 1, kMostSkippedDays * static_cast<std::int64_t>(steps_a_day_));
    for (std::int64_t i = 0; i < gap; ++i) past_.Skip();
  }
  const Time begun{config_.step * step};
  past_.Add(begun, demand_hosts);
  at_launch_.Learn(step, past_.level(), demand_hosts);
  midway_.Learn(step, past_.level(), demand_hosts);

  curve_ = at_launch_.Forecast(step, begun, past_);
  const Wants launch = WantsOf(curve_);
  fleets_.Want(launch, Larger(launch, WantsOf(midway_.Forecast(step, begun, past_))));
  const auto choose_every = std::max<std::int64_t>(1, kChooseEvery / config_.step);
  if (step / choose_every != last_step_ / choose_every) portfolio_.Choose(fleets_);

  recent_[static_cast<std::size_t>(steps_) % recent_.size()] = static_cast<float>(demand_hosts);
  last_step_ = step;
  ++steps_;
  const bool is_beyond = need > Levels().back();
  wanted_ =
      is_new() || is_beyond ? CautiousWant(demand_hosts) : fleets_.WantedBy(portfolio_.followed());
  if (portfolio_.is_exhausted()) wanted_ = std::max(wanted_, need);
}

std::int64_t Learner::CautiousWant(double demand_hosts) {
  const double highest =
      std::max<double>(demand_hosts, *std::max_element(recent_.begin(), recent_.end()));
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(kNewMargin * highest)));
}

void Learner::Retarget(std::int64_t boot_steps) {
  if (boot_steps == boot_steps_) return;
  boot_steps_ = boot_steps;
  at_launch_.Retarget(boot_steps + 1);
  midway_.Retarget(boot_steps / 2 + 1);
  fleets_.Retarget(boot_steps);
}

void Learner::Fields(auto& self, auto& archive) {
  archive(self.boot_steps_, self.past_, self.at_launch_, self.midway_, self.fleets_,
          self.portfolio_, self.recent_, self.last_step_, self.steps_, self.wanted_);
}

// Layout, length of a step, checksum of the rest, the rest.
std::string Learner::Memory() const {
  Writer content;
  Fields(*this, content);
  const std::string bytes = std::move(content).bytes();
  Writer head;
  head(kLayout, config_.step.count(), Checksum(bytes));
  return std::move(head).bytes() + bytes;
}

bool Learner::Recall(std::string_view memory) {
  Reader head(memory);
  std::uint32_t layout = 0;
  Duration::rep step = 0;
  std::uint64_t checksum = 0;
  head(layout, step, checksum);
  if (!head.is_good() || layout != kLayout || step != config_.step.count()) return false;
  if (Checksum(head.rest()) != checksum) return false;
  std::int64_t boot_steps = 0;
  Reader ahead(head.rest());
  ahead(boot_steps);
  Retarget(boot_steps);
  Reader content(head.rest());
  Fields(*this, content);
  return content.is_done();
}

}  // namespace spillway::predictive
