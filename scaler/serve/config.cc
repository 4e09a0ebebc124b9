// /v1/config: what the service runs with.
#include <map>
#include <nlohmann/json.hpp>

#include "scaler/runtime/shown_config.h"
#include "scaler/runtime/yaml.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

using nlohmann::json;

// Nothing, or what is said of it.
std::string ReasonIn(const std::string& body) {
  constexpr std::size_t kLongest = 500;
  if (body.empty()) return "";
  const json tree = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!tree.is_object()) throw Invalid({{"body", "expected an object of JSON, or nothing"}});
  std::vector<ProblemPlace> errors;
  for (const auto& [name, unused] : tree.items()) {
    if (name != "reason") errors.push_back({"body." + name, "is unknown; possible: reason"});
  }
  const json reason = tree.value("reason", json(""));
  if (!reason.is_string() || reason.get_ref<const std::string&>().size() > kLongest) {
    errors.push_back({"body.reason", "expected a text of at most 500 characters"});
  }
  if (!errors.empty()) throw Invalid(std::move(errors));
  return reason;
}

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
  Query query(request.http.query);
  const bool is_dry = query.Flag("dry_run");
  query.Finish();
  ReloadOrder order{request.caller.name, is_dry, ReasonIn(request.http.body)};
  HttpAnswer answer;
  answer.later = [reload = context.reload, order = std::move(order)](const auto& deliver) {
    reload(order, [deliver, is_dry = order.is_dry](const ReloadOutcome& outcome) {
      deliver(AnswerOf(outcome, is_dry));
    });
  };
  return answer;
}

}  // namespace spillway
