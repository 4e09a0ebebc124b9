#include "scaler/serve/router.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "scaler/serve/page.h"
#include "scaler/serve/problem.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

constexpr std::array kRoutes = {
    Route{"GET", "/healthz", Need::kNothing, GetHealth},
    Route{"GET", "/readyz", Need::kNothing, GetReadiness},
    Route{"GET", "/metrics", Need::kMetrics, GetMetrics},
    Route{"GET", "/v1/clusters", Need::kViewer, ListClusters},
    Route{"GET", "/v1/clusters/{cluster}", Need::kViewer, GetCluster},
    Route{"GET", "/v1/clusters/{cluster}/history", Need::kViewer, GetHistory},
    Route{"GET", "/v1/clusters/{cluster}/why_not", Need::kViewer, GetWhyNot},
    Route{"GET", "/v1/hosts", Need::kViewer, ListHosts},
    Route{"GET", "/v1/hosts/{host}", Need::kViewer, GetHost},
    Route{"GET", "/v1/decisions", Need::kViewer, ListDecisions},
    Route{"GET", "/v1/decisions/{decision}", Need::kViewer, GetDecision},
    Route{"GET", "/v1/events", Need::kViewer, GetEvents},
    Route{"GET", "/v1/policies", Need::kViewer, ListPolicies},
    Route{"GET", "/v1/providers", Need::kViewer, ListProviders},
    Route{"GET", "/v1/offers", Need::kViewer, ListOffers},
    Route{"GET", "/v1/audit", Need::kAdminOfAll, ListAudit},
    Route{"GET", "/v1/config", Need::kViewerOfAll, GetConfig},
    Route{"POST", "/v1/config/reload", Need::kAdminOfAll, PostConfigReload},
    Route{"GET", "/v1/me", Need::kViewer, GetMe},
    Route{"GET", "/v1/openapi.yaml", Need::kViewer, GetContract},
    Route{"POST", "/v1/clusters/{cluster}/pause", Need::kOperator, PauseCluster},
    Route{"POST", "/v1/clusters/{cluster}/resume", Need::kOperator, ResumeCluster},
    Route{"POST", "/v1/clusters/{cluster}/scale", Need::kOperator, ScaleCluster},
    Route{"POST", "/v1/clusters/{cluster}/unscale", Need::kOperator, UnscaleCluster},
    Route{"POST", "/v1/clusters/{cluster}/policies/{policy}/promote", Need::kAdmin, PromotePolicy},
    Route{"POST", "/v1/hosts/{host}/protect", Need::kOperator, ProtectHost},
    Route{"POST", "/v1/hosts/{host}/unprotect", Need::kOperator, UnprotectHost},
    Route{"POST", "/v1/hosts/{host}/drain", Need::kOperator, DrainHost},
    Route{"POST", "/v1/hosts/{host}/undrain", Need::kOperator, UndrainHost},
    Route{"POST", "/v1/hosts/{host}/retire", Need::kOperator, RetireHost},
    Route{"POST", "/v1/hosts/{host}/retry", Need::kOperator, RetryHost},
};

using Parts = std::map<std::string, std::string, std::less<>>;

// The segment up to the next slash; `path` loses it.
std::string_view NextSegment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// The named parts of `path`; nothing when it is not of this pattern.
std::optional<Parts> Match(std::string_view pattern, std::string_view path) {
  Parts parts;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = NextSegment(pattern);
    const std::optional<std::string> got = PercentDecoded(NextSegment(path));
    if (!got || got->empty()) return std::nullopt;
    if (expected.starts_with('{')) {
      parts.emplace(expected.substr(1, expected.size() - 2), *got);
    } else if (expected != *got) {
      return std::nullopt;
    }
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(parts)) : std::nullopt;
}

void Demand(const Caller& caller, Role role) {
  if (caller.role >= role) return;
  throw Problem(403, "role_too_low",
                "expected the role " + std::string(Name(role)) + ", the token " + caller.name +
                    " has " + std::string(Name(caller.role)));
}

bool IsOpen(const ApiContext& context, Need need) {
  return need == Need::kNothing || (need == Need::kMetrics && context.open_metrics);
}

void Permit(const Caller& caller, Need need) {
  if (need == Need::kOperator) Demand(caller, Role::kOperator);
  if (need == Need::kAdmin || need == Need::kAdminOfAll) Demand(caller, Role::kAdmin);
  const bool is_of_all =
      need == Need::kViewerOfAll || need == Need::kAdminOfAll || need == Need::kMetrics;
  if (is_of_all && !caller.clusters.empty()) {
    throw Problem(403, "scope_too_small", "expected a token for all clusters");
  }
}

HttpAnswer Serve(const ApiContext& context, const HttpQuestion& question, const Route& route,
                 Parts parts) {
  ApiRequest request{question, std::move(parts), {}};
  if (IsOpen(context, route.need)) return route.handler(context, request);
  const Time now = context.control.now();
  request.caller = context.access.Admit(question, now);
  const auto act = [&] {
    Permit(request.caller, route.need);
    return route.handler(context, request);
  };
  if (route.method != "POST") return act();
  return context.posts.Answer(question, request.caller, now, act);
}

// What is not there is told to those only who may see what is.
HttpAnswer NoRoute(const ApiContext& context, const HttpQuestion& question,
                   const std::set<std::string_view>& allowed) {
  context.access.Admit(question, context.control.now());
  if (allowed.empty())
    throw NotFound("there is no " + question.path + "; /v1/openapi.yaml has all");
  std::string methods;
  for (const std::string_view method : allowed) {
    methods.append(methods.empty() ? "" : ", ").append(method);
  }
  throw Problem(405, "method_not_allowed", "expected " + methods + " for " + question.path)
      .With("Allow", methods);
}

HttpAnswer Dispatch(const ApiContext& context, const HttpQuestion& question) {
  if (!question.path.starts_with('/')) throw NotFound("expected a path that begins with /");
  if (std::optional<HttpAnswer> page = PageAnswer(question)) return std::move(*page);
  const std::string_view asked = question.method;
  const std::string_view method = asked == "HEAD" ? "GET" : asked;
  std::set<std::string_view> allowed;
  for (const Route& route : kRoutes) {
    std::optional<Parts> parts = Match(route.path, question.path);
    if (!parts) continue;
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
    if (route.method != method) continue;
    return Serve(context, question, route, std::move(*parts));
  }
  return NoRoute(context, question, allowed);
}

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

HttpServer::Router MakeRouter(ApiContext context) {
  return [context = std::move(context)](const HttpQuestion& question) {
    try {
      return Dispatch(context, question);
    } catch (const Problem& problem) {
      return problem.Answer();
    }
  };
}

HttpAnswer AnswerRefusal(const HttpRefusal& refusal) {
  const bool is_too_large = refusal.status == 413 || refusal.status == 431;
  return Problem(refusal.status, is_too_large ? "too_large" : "no_http", refusal.what).Answer();
}

}  // namespace spillway
