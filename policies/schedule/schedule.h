// Hours at which a cluster has a target, a floor or a ceiling of its own.
//
//   cron: "0 18 * * mon-fri"     # five fields, names, @daily …: cron.h
//   time_zone: Europe/Berlin     # IANA; default UTC
//   duration: 4h
//   kind: floor                  # the default; or target, or ceiling
//   hosts: 6                     # or capacity: {vcpu, memory}
//
// Active while some start lies in (now - duration, now]; between times it abstains. When clocks
// are put forward, a start in the hour that is left out happens at the first moment after it; when
// they are put back, a start in the hour that is repeated happens once, in its first pass. A
// duration is elapsed time and does not stretch with the clock.
#pragma once

#include <memory>
#include <string>

#include "policies/amount.h"
#include "policies/policy.h"
#include "policies/schedule/cron.h"
#include "policies/schedule/zone.h"

namespace spillway {

struct ScheduleConfig {
  std::string expression;  // as written, for reasons
  Cron cron;
  Zone zone;
  Duration duration{0};
  Stand stand;
};

class SchedulePolicy final : public Policy {
 public:
  // REQUIRES: duration above 0.
  SchedulePolicy(std::string name, ScheduleConfig config);

  std::span<const SignalSpec> signals() const override { return {}; }
  // Holds until it ends or starts anew; when it abstains, until the next start.
  Recommendation Evaluate(const PolicyInput& input) override;

 private:
  std::optional<Time> LastStart(Time now) const;
  Time NextStart(Time now) const;

  const ScheduleConfig config_;
};

// Nothing when the expression or the time zone is wrong.
std::unique_ptr<Policy> ParseSchedule(const std::string& name, const ConfigNode& node,
                                      const PolicyContext& context);

}  // namespace spillway
