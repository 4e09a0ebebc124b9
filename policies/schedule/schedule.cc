#include "policies/schedule/schedule.h"

#include <fmt/core.h>

#include <utility>

#include "policies/text.h"
#include "scaler/model/rfc3339.h"

namespace spillway {

SchedulePolicy::SchedulePolicy(std::string name, ScheduleConfig config)
    : Policy(std::move(name)), config_(std::move(config)) {}

Recommendation SchedulePolicy::Evaluate(const PolicyInput& input) {
  const Timetable& hours = config_.hours;
  const std::optional<Time> start = hours.StartOf(input.now);

  Recommendation r;
  r.valid_until = hours.NextChange(input.now);
  if (!start) {
    r.reason = {"schedule_off",
                fmt::format("outside of its hours ({}); the next start is {}", hours.Text(),
                            TimeText(r.valid_until)),
                {}};
    return r;
  }
  r.kind = config_.stand.kind;
  r.wanted = config_.stand.amount;
  r.reason = {"schedule_on",
              fmt::format("{} of {} from {} to {} ({})", Name(r.kind), CapacityText(r.wanted),
                          TimeText(*start), TimeText(*start + hours.duration), hours.Text()),
              {}};
  return r;
}

std::unique_ptr<Policy> ParseSchedule(const std::string& name, const ConfigNode& node,
                                      const PolicyContext& context) {
  const std::optional<Timetable> hours = ParseTimetable(node);
  const Stand stand = ParseStand(node, context.host_size, RecommendationKind::kFloor);
  node.Finish();
  if (!hours) return nullptr;
  return std::make_unique<SchedulePolicy>(name, ScheduleConfig{*hours, stand});
}

}  // namespace spillway
