#include "policies/schedule/zone.h"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace spillway {
namespace {

date::local_seconds ToDate(LocalMinute t) { return date::local_seconds(t.time_since_epoch()); }

LocalMinute FromDate(date::local_seconds t) {
  return LocalMinute(std::chrono::floor<std::chrono::minutes>(t.time_since_epoch()));
}

}  // namespace

std::optional<Zone> Zone::Find(const std::string& name) {
  try {
    return Zone(name, *date::locate_zone(name));
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

LocalMinute Zone::LatestShown(Time t) const {
  const date::sys_seconds now(std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()));
  const date::local_seconds shown(now.time_since_epoch() + zone_->get_info(now).offset);
  const date::local_info info = zone_->get_info(shown);
  const bool is_second_pass = info.result == date::local_info::ambiguous && now >= info.first.end;
  if (!is_second_pass) return FromDate(shown);
  const date::local_seconds first_pass_end(info.first.end.time_since_epoch() + info.first.offset);
  return FromDate(first_pass_end - std::chrono::seconds(1));
}

Time Zone::MomentOf(LocalMinute local) const {
  const date::local_info info = zone_->get_info(ToDate(local));
  const date::sys_seconds moment =
      info.result == date::local_info::nonexistent
          ? info.first.end
          : date::sys_seconds(ToDate(local).time_since_epoch() - info.first.offset);
  return Time(moment.time_since_epoch());
}

}  // namespace spillway
