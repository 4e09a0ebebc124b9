// Machines of the last minutes. A provider may not know yet what it has just made: "no such
// machine" is believed only of older ones.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "scaler/model/time.h"
#include "scaler/runtime/clock.h"

namespace spillway {

// Thread-safe. Remembers for `grace`; what was made before this process began counts as old.
class RecentMachines {
 public:
  // `clock` outlives it.
  explicit RecentMachines(const Clock& clock, Duration grace = std::chrono::minutes(5))
      : clock_(clock), grace_(grace) {}

  void Remember(const std::string& machine_id);
  bool Has(const std::string& machine_id) const;

 private:
  const Clock& clock_;
  const Duration grace_;
  mutable std::mutex mutex_;          // guards `made_`
  std::map<std::string, Time> made_;  // by id
};

}  // namespace spillway
