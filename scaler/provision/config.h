// How patient provisioning is. Durations in the service's time.
#pragma once

#include "scaler/model/time.h"

namespace spillway {

struct ProvisionConfig {
  // A host that stays longer in a state has failed, is removed and counts against its offer.
  Duration creating_limit = std::chrono::minutes(10);
  Duration booting_limit_virtual = std::chrono::minutes(10);
  Duration booting_limit_metal = std::chrono::minutes(30);
  Duration configuring_limit = std::chrono::minutes(20);
  Duration enrolling_limit = std::chrono::minutes(10);
  // A ready host that its manager cannot reach for so long has failed.
  Duration unhealthy_limit = std::chrono::minutes(15);
  // A drain that takes longer is reported; guests are never hurt for it.
  Duration draining_alarm = std::chrono::minutes(30);

  Duration look_interval = std::chrono::seconds(5);         // at what is on its way
  Duration ready_look_interval = std::chrono::seconds(30);  // at what is ready

  // A create of unknown outcome did not happen when two looks at least this long after it see
  // nothing.
  Duration appear_grace = std::chrono::minutes(2);

  Duration sweep_interval = std::chrono::minutes(3);
  // A machine without a record, or a record without a machine, is left alone until it is this old
  // and two complete listings have agreed.
  Duration sweep_min_age = std::chrono::minutes(5);

  int create_attempts = 6;  // of one host, on transient errors

  friend bool operator==(const ProvisionConfig&, const ProvisionConfig&) = default;
};

}  // namespace spillway
