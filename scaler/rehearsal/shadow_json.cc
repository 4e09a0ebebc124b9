#include "scaler/rehearsal/shadow_json.h"

#include <nlohmann/json.hpp>

namespace spillway {
namespace {

nlohmann::json FleetJson(const ShadowScore& score, const FleetScore& fleet) {
  const std::optional<double> share = score.ViolatedShare(fleet);
  return {{"cost", fleet.cost.ToDouble()},
          {"violated_s", Seconds(fleet.violated)},
          {"violated_share", share ? nlohmann::json(*share) : nlohmann::json()},
          {"launches", fleet.launches},
          {"ready_hosts", fleet.ready}};
}

}  // namespace

nlohmann::json ShadowJson(const ShadowScore& score) {
  return {{"cluster", score.cluster},
          {"policy", score.policy},
          {"since", score.since.time_since_epoch().count()},
          {"until", score.until.time_since_epoch().count()},
          {"watched_s", Seconds(score.watched)},
          {"judged_s", Seconds(score.judged)},
          {"start_s", Seconds(score.start)},
          {"acting", FleetJson(score, score.acting)},
          {"shadow", FleetJson(score, score.shadow)},
          {"says", score.says}};
}

}  // namespace spillway
