#include "scaler/rehearsal/shadow_score.h"

#include <nlohmann/json.hpp>

#include "scaler/model/json.h"

namespace spillway {
namespace {

using nlohmann::json;

json FleetJson(const FleetScore& fleet) {
  return {{"cost_micros", fleet.cost.micros},
          {"violated_ms", fleet.violated.count()},
          {"launches", fleet.launches},
          {"ready", fleet.ready}};
}

FleetScore FleetFrom(const json& j) {
  FleetScore fleet;
  fleet.cost.micros = j.at("cost_micros").get<std::int64_t>();
  fleet.violated = Duration(j.at("violated_ms").get<std::int64_t>());
  fleet.launches = j.at("launches").get<std::int64_t>();
  fleet.ready = j.at("ready").get<std::int64_t>();
  return fleet;
}

}  // namespace

std::optional<double> ShadowScore::ViolatedShare(const FleetScore& fleet) const {
  if (judged <= Duration(0)) return std::nullopt;
  return Seconds(fleet.violated) / Seconds(judged);
}

std::string TextOf(const ShadowScore& score) {
  const json j = {{"cluster", score.cluster},
                  {"policy", score.policy},
                  {"since", score.since.time_since_epoch().count()},
                  {"until", score.until.time_since_epoch().count()},
                  {"watched_ms", score.watched.count()},
                  {"judged_ms", score.judged.count()},
                  {"has_objective", score.has_objective},
                  {"start_ms", score.start.count()},
                  {"acting", FleetJson(score.acting)},
                  {"shadow", FleetJson(score.shadow)},
                  {"says", score.says}};
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<ShadowScore> ShadowScoreFrom(std::string_view text) {
  try {
    const json j = json::parse(text);
    ShadowScore score;
    score.cluster = j.at("cluster").get<std::string>();
    score.policy = j.at("policy").get<std::string>();
    score.since = Time(Duration(j.at("since").get<std::int64_t>()));
    score.until = Time(Duration(j.at("until").get<std::int64_t>()));
    score.watched = Duration(j.at("watched_ms").get<std::int64_t>());
    score.judged = Duration(j.at("judged_ms").get<std::int64_t>());
    score.has_objective = j.at("has_objective").get<bool>();
    score.start = Duration(j.at("start_ms").get<std::int64_t>());
    score.acting = FleetFrom(j.at("acting"));
    score.shadow = FleetFrom(j.at("shadow"));
    score.says = j.at("says").get<std::string>();
    return score;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace spillway
