#include "policies/schedule/timetable.h"

#include <fmt/core.h>

#include <algorithm>

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

std::optional<Time> Timetable::StartOf(Time now) const {
  const auto local = cron.AtOrBefore(zone.LatestShown(now));
  if (!local) return std::nullopt;
  const Time start = zone.MomentOf(*local);
  return start + duration > now ? std::optional(start) : std::nullopt;
}

Time Timetable::NextStart(Time now) const {
  const auto local = cron.After(zone.LatestShown(now));
  return local ? zone.MomentOf(*local) : kDistantFuture;
}

Time Timetable::NextChange(Time now) const {
  const std::optional<Time> start = StartOf(now);
  const Time next = NextStart(now);
  return start ? std::min(*start + duration, next) : next;
}

std::string Timetable::Text() const { return fmt::format("\"{}\" {}", expression, zone.name()); }

std::optional<Timetable> ParseTimetable(const ConfigNode& node) {
  const std::string expression = node.String("cron").Required();
  const std::optional<Cron> cron = ParseCron(node, expression);
  const std::optional<Zone> zone = ParseZone(node, node.String("time_zone").Or("UTC"));
  const Duration duration = node.DurationOf("duration").AtLeast(std::chrono::minutes(1)).Required();
  if (!cron || !zone) return std::nullopt;
  return Timetable{expression, *cron, *zone, duration};
}

}  // namespace spillway
