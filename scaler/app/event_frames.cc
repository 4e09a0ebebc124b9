#include "scaler/app/event_frames.h"

#include <nlohmann/json.hpp>

#include "scaler/model/json.h"

namespace spillway {

nlohmann::json DecisionBody(const DecisionRecord& record) {
  const Decision& decision = record.decision;
  nlohmann::json take = nlohmann::json::array();
  for (const Take& t : record.plan.take) {
    take.push_back({{"pool", t.pool}, {"offer", t.offer.id}, {"count", t.count}});
  }
  nlohmann::json give_back = nlohmann::json::array();
  for (const GiveBack& g : record.plan.give_back) give_back.push_back(g.host);
  return {{"id", decision.id},
          {"cluster", decision.cluster},
          {"time", decision.time.time_since_epoch().count()},
          {"verdict", std::string(Name(decision.verdict))},
          {"wanted", decision.wanted},
          {"previous", decision.previous},
          {"ready", decision.ready},
          {"usable", decision.usable},
          {"reasons", decision.reasons},
          {"acted", record.acted},
          {"plan",
           {{"reclaim", record.plan.reclaim},
            {"take", std::move(take)},
            {"give_back", std::move(give_back)},
            {"shortfall", record.plan.shortfall},
            {"reasons", record.plan.reasons}}}};
}

nlohmann::json HostBody(const HostRecord& host) {
  return {{"host", host.id},
          {"cluster", host.cluster},
          {"pool", host.pool},
          {"provider", host.provider},
          {"location", host.location},
          {"plan", host.plan},
          {"capacity", host.capacity},
          {"state", std::string(Name(host.state))},
          {"goal", std::string(Name(host.goal))},
          {"address", host.address},
          {"decision", host.decision},
          {"retired_by", host.retired_by},
          {"failure", host.failure},
          {"time", host.state_since.time_since_epoch().count()}};
}

}  // namespace spillway
