#include "providers/recent_machines.h"

namespace spillway {

void RecentMachines::Remember(const std::string& machine_id) {
  const Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  std::erase_if(made_, [&](const auto& entry) { return now - entry.second > grace_; });
  made_[machine_id] = now;
}

bool RecentMachines::Has(const std::string& machine_id) const {
  const std::lock_guard lock(mutex_);
  const auto made = made_.find(machine_id);
  return made != made_.end() && clock_.Now() - made->second <= grace_;
}

}  // namespace spillway
