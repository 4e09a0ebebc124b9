// /v1/config: what the service runs with.
#include <map>
#include <nlohmann/json.hpp>

#include "scaler/runtime/shown_config.h"
#include "scaler/runtime/yaml.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/asked.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

using nlohmann::json;

json ChangesJson(const std::vector<ConfigChange>& changes) {
  json items = json::array();
  for (const ConfigChange& change : changes) {
    items.push_back({{"path", change.path},
                     {"before", change.before},
                     {"after", change.after},
                     {"effect", change.needs_restart ? "restart" : "at_once"}});
  }
  return items;
}

Problem ProblemOf(const ReloadOutcome& outcome) {
  std::vector<ProblemPlace> places;
  for (const ConfigError& error : outcome.errors) {
    const std::string line = error.line > 0 ? "line " + std::to_string(error.line) + ": " : "";
    places.push_back({error.path.empty() ? "file" : "file." + error.path, line + error.message});
  }
  Problem problem = [&]() -> Problem {
    switch (outcome.result) {
      case ReloadResult::kWrong:
        return {422, "config_wrong", "the configuration file is wrong; the old one goes on"};
      case ReloadResult::kFailed:
        return {503, "store_failed", "the store did not answer; the old configuration goes on"};
      default:
        return {409, "config_refused",
                "the configuration cannot be taken now; the old one goes on"};
    }
  }();
  return problem.With(std::move(places));
}

HttpAnswer AnswerOf(const ReloadOutcome& outcome, bool is_dry) {
  if (outcome.result != ReloadResult::kApplied) return ProblemOf(outcome).Answer();
  return JsonAnswer({{"dry_run", is_dry},
                     {"applied", !is_dry},
                     {"needs_restart", outcome.needs_restart()},
                     {"changes", ChangesJson(outcome.changes)}});
}

}  // namespace

HttpAnswer GetConfig(const ApiContext& context, const ApiRequest& request) {
  Query(request.http.query).Finish();
  std::map<std::string, int> lines;
  return JsonAnswer({{"config", ShownConfig(ReadYaml(context.config, lines))}});
}

HttpAnswer PostConfigReload(const ApiContext& context, const ApiRequest& request) {
  const bool is_dry = IsDryRun(request);
  Body body(request.http.body);
  const PersonsWord word = ReadWord(context, request, body);
  body.Finish();
  ReloadOrder order{word.by, is_dry, word.reason};
  HttpAnswer answer;
  answer.later = [reload = context.reload, order = std::move(order)](const auto& deliver) {
    reload(order, [deliver, is_dry = order.is_dry](const ReloadOutcome& outcome) {
      deliver(AnswerOf(outcome, is_dry));
    });
  };
  return answer;
}

}  // namespace spillway
