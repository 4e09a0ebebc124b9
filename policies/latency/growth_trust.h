// Whether growing has been seen to help. A response time that is slow for another reason, such as a
// database or a road that is too long, would else be answered by host after host up to the
// cluster's limits.
//
// It is taken to help until shown otherwise: three times in a row the fleet grew, was given time to
// show in the signal, and the response time did not fall by a tenth. Three, because a load that
// rises as fast as the fleet looks the same for a while. Then nothing is added for half an hour,
// after which it is tried again. A response time that is right again clears everything.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "scaler/model/capacity.h"
#include "scaler/model/time.h"

namespace spillway {

class GrowthTrust {
 public:
  // To be told of every evaluation, `seen` being too slow or not, `settle` the time that a change
  // of the fleet takes to show. Until when nothing is to be added; nothing: growing may help.
  std::optional<Time> HeldUntil(double seen, bool is_too_slow, const Capacity& ready,
                                Duration settle, Time now);

  nlohmann::json ToJson() const;
  // False, and unchanged, when it is not what ToJson gives.
  bool FromJson(const nlohmann::json& json);

 private:
  struct Trial {
    double seen = 0;
    Capacity ready;
  };

  std::optional<Trial> trial_;
  Capacity ready_;
  Time ready_since_ = kDistantPast;
  std::int64_t failures_ = 0;  // in a row
  Time held_until_ = kDistantPast;
};

}  // namespace spillway
