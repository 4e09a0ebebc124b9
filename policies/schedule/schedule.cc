#include "policies/schedule/schedule.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "policies/text.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

std::optional<Cron> ParseCron(const ConfigNode& node, const std::string& expression) {
  if (expression.empty()) return std::nullopt;  // Required() has said so
  Result<Cron> cron = Cron::Parse(expression);
  if (cron) return *cron;
  node["cron"].Fail(cron.error().text);
  return std::nullopt;
}

std::optional<Zone> ParseZone(const ConfigNode& node, const std::string& name) {
  std::optional<Zone> zone = Zone::Find(name);
  if (!zone) {
    node["time_zone"].Fail(
        "expected an IANA time zone that this system knows, such as "
        "Europe/Berlin, got \"" +
        name + "\"");
  }
  return zone;
}

}  // namespace

SchedulePolicy::SchedulePolicy(std::string name, ScheduleConfig config)
    : Policy(std::move(name)), config_(std::move(config)) {}

std::optional<Time> SchedulePolicy::LastStart(Time now) const {
  const auto local = config_.cron.AtOrBefore(config_.zone.LatestShown(now));
  return local ? std::optional(config_.zone.MomentOf(*local)) : std::nullopt;
}

Time SchedulePolicy::NextStart(Time now) const {
  const auto local = config_.cron.After(config_.zone.LatestShown(now));
  return local ? config_.zone.MomentOf(*local) : kDistantFuture;
}

Recommendation SchedulePolicy::Evaluate(const PolicyInput& input) {
  const std::optional<Time> last = LastStart(input.now);
  const Time next = NextStart(input.now);
  const std::string when = fmt::format("\"{}\" {}", config_.expression, config_.zone.name());

  Recommendation r;
  if (!last || *last + config_.duration <= input.now) {
    r.valid_until = next;
    r.reason = {
        "schedule_off",
        fmt::format("outside of its hours ({}); the next start is {}", when, TimeText(next)),
        {}};
    return r;
  }
  const Time end = *last + config_.duration;
  r.kind = config_.stand.kind;
  r.wanted = config_.stand.amount;
  r.valid_until = std::min(end, next);
  r.reason = {"schedule_on",
              fmt::format("{} of {} from {} to {} ({})", Name(r.kind), CapacityText(r.wanted),
                          TimeText(*last), TimeText(end), when),
              {}};
  return r;
}

std::unique_ptr<Policy> ParseSchedule(const std::string& name, const ConfigNode& node,
                                      const PolicyContext& context) {
  const std::string expression = node.String("cron").Required();
  const std::optional<Cron> cron = ParseCron(node, expression);
  const std::optional<Zone> zone = ParseZone(node, node.String("time_zone").Or("UTC"));
  const Duration duration = node.DurationOf("duration").AtLeast(std::chrono::minutes(1)).Required();
  const Stand stand = ParseStand(node, context.host_size, RecommendationKind::kFloor);
  node.Finish();
  if (!cron || !zone) return nullptr;
  return std::make_unique<SchedulePolicy>(
      name, ScheduleConfig{expression, *cron, *zone, duration, stand});
}

}  // namespace spillway
