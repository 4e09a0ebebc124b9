// A provider's creation budget: how fast machines are asked for, and how many may be on their way
// at once. One for each provider; loop thread only.
#pragma once

#include <cstdint>

#include "providers/provider.h"
#include "scaler/model/time.h"

namespace spillway {

class CreationGate {
 public:
  CreationGate(const CreateBudget& budget, Time now)
      : budget_(budget), tokens_(budget.burst), filled_at_(now) {}

  // True, and one create is taken from the budget, when one more may be asked for now, with
  // `in_flight` on their way.
  bool Admit(Time now, std::int64_t in_flight);
  // When it is worth asking again.
  Time NextTry(Time now) const;
  // The provider says that it is too much: nothing until `until`.
  void PauseUntil(Time until);

 private:
  void Refill(Time now);

  const CreateBudget budget_;
  double tokens_;
  Time filled_at_;
  Time paused_until_ = kDistantPast;
};

}  // namespace spillway
