// Hours that come again: they begin whenever a cron expression fits the wall clock of a zone, and
// last for a time.
//
//   cron: "0 18 * * mon-fri"     # five fields, names, @daily …: cron.h
//   time_zone: Europe/Berlin     # IANA; default UTC
//   duration: 4h                 # elapsed time, which does not stretch with the clock
//
// When clocks are put forward, a start in the hour that is left out happens at the first moment
// after it; when they are put back, a start in the hour that is repeated happens once, in its first
// pass.
#pragma once

#include <optional>
#include <string>

#include "policies/schedule/cron.h"
#include "policies/schedule/zone.h"
#include "scaler/model/time.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

struct Timetable {
  std::string expression;  // as written, for reasons
  Cron cron;
  Zone zone;
  Duration duration{0};  // above 0

  // The last start, when `now` lies within `duration` after it: in (now - duration, now].
  std::optional<Time> StartOf(Time now) const;
  // The first start after `now`.
  Time NextStart(Time now) const;
  // When StartOf may give another answer than it does at `now`.
  Time NextChange(Time now) const;
  // "\"0 18 * * mon-fri\" Europe/Berlin"
  std::string Text() const;
};

// Reads the three members of `node`; does not Finish it. Nothing when the expression or the time
// zone is wrong.
std::optional<Timetable> ParseTimetable(const ConfigNode& node);

}  // namespace spillway
