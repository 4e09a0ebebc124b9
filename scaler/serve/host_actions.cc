// POST /v1/hosts/{host}/…: what people do with a host.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/asked.h"
#include "scaler/serve/hosts.h"
#include "scaler/serve/resources.h"
#include "scaler/serve/tags.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string WordsOf(HostAction action, const HostRecord& host) {
  const std::string guests = fmt::format("its {} guests", host.guests.count);
  switch (action) {
    case HostAction::kProtect: return "no decision gives it back until it is unprotected";
    case HostAction::kUnprotect: return "decisions may give it back";
    case HostAction::kDrain:
      return "it takes no new guests, " + guests + " move away, and it stays, paid and no capacity";
    case HostAction::kUndrain: return "it takes guests again, and is capacity";
    case HostAction::kRetire: return guests + " move away, and then it is given back";
    case HostAction::kRetireNow: return "it is given back, and " + guests + " are lost with it";
    case HostAction::kRetry:
      return "it is looked at now, and what it was taken from is left alone no longer";
  }
  return "";
}

json PreviewJson(HostAction action, const HostRecord& before, const HostRecord& after) {
  const bool is_news = before != after || action == HostAction::kRetry;
  return {{"dry_run", true},
          {"host", ApiJson(after)},
          {"words", {is_news ? WordsOf(action, before) : "it is so already"}}};
}

HttpAnswer Order(const ApiContext& context, const ApiRequest& request, Body& body,
                 HostAction action) {
  const HostRecord host = FindHost(context, request);
  const bool is_dry_run = IsDryRun(request);
  const HostOrder order{action, ReadWord(context, request, body)};
  body.Finish();
  CheckMatch(request.http, TagOf(host));
  const Result<HostRecord> after =
      is_dry_run ? context.orders.Foresee(host, order) : context.orders.Give(host, order);
  if (!after) throw Problem(409, "conflict", after.error().text);
  return is_dry_run ? JsonAnswer(PreviewJson(action, host, *after)) : AnswerHost(*after);
}

HttpAnswer Order(const ApiContext& context, const ApiRequest& request, HostAction action) {
  Body body(request.http.body);
  return Order(context, request, body, action);
}

}  // namespace

HttpAnswer ProtectHost(const ApiContext& context, const ApiRequest& request) {
  return Order(context, request, HostAction::kProtect);
}

HttpAnswer UnprotectHost(const ApiContext& context, const ApiRequest& request) {
  return Order(context, request, HostAction::kUnprotect);
}

HttpAnswer DrainHost(const ApiContext& context, const ApiRequest& request) {
  return Order(context, request, HostAction::kDrain);
}

HttpAnswer UndrainHost(const ApiContext& context, const ApiRequest& request) {
  return Order(context, request, HostAction::kUndrain);
}

HttpAnswer RetireHost(const ApiContext& context, const ApiRequest& request) {
  Body body(request.http.body);
  const bool is_now = body.Flag("now");
  return Order(context, request, body, is_now ? HostAction::kRetireNow : HostAction::kRetire);
}

HttpAnswer RetryHost(const ApiContext& context, const ApiRequest& request) {
  return Order(context, request, HostAction::kRetry);
}

}  // namespace spillway
