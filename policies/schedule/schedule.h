// Hours at which a cluster has a target, a floor or a ceiling of its own.
//
//   cron: "0 18 * * mon-fri"     # with time_zone and duration: timetable.h
//   time_zone: Europe/Berlin
//   duration: 4h
//   kind: floor                  # the default; or target, or ceiling
//   hosts: 6                     # or capacity: {vcpu, memory}
//
// Between its hours it abstains.
#pragma once

#include <memory>
#include <string>

#include "policies/amount.h"
#include "policies/policy.h"
#include "policies/schedule/timetable.h"

namespace spillway {

struct ScheduleConfig {
  Timetable hours;
  Stand stand;
};

class SchedulePolicy final : public Policy {
 public:
  SchedulePolicy(std::string name, ScheduleConfig config);

  std::span<const SignalSpec> signals() const override { return {}; }
  // Holds until it ends or starts anew; when it abstains, until the next start.
  Recommendation Evaluate(const PolicyInput& input) override;

 private:
  const ScheduleConfig config_;
};

// Nothing when the expression or the time zone is wrong.
std::unique_ptr<Policy> ParseSchedule(const std::string& name, const ConfigNode& node,
                                      const PolicyContext& context);

}  // namespace spillway
