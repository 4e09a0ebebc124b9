// From the clock on the wall to the one notion of time, through the system's IANA time zone
// database. The door for the date library.
#pragma once

#include <optional>
#include <string>

#include "policies/schedule/cron.h"
#include "scaler/model/time.h"

namespace date {
class time_zone;
}

namespace spillway {

class Zone {
 public:
  // "Europe/Berlin"; nothing when the database does not have it.
  static std::optional<Zone> Find(const std::string& name);

  const std::string& name() const { return name_; }

  // The latest minute that the wall clock has shown until `t`. In the second pass of an hour that
  // is repeated (clocks put back) that is the end of the first pass; so that
  // MomentOf(l) <= t exactly when l <= LatestShown(t).
  LocalMinute LatestShown(Time t) const;

  // The first moment at which the wall clock shows `local`; for a minute that is left out (clocks
  // put forward), the first moment after the gap.
  Time MomentOf(LocalMinute local) const;

 private:
  Zone(std::string name, const date::time_zone& zone) : name_(std::move(name)), zone_(&zone) {}

  std::string name_;
  const date::time_zone* zone_;  // of the database, which lives as long as the process
};

}  // namespace spillway
