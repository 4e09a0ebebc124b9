// What a row of the table of routes is made of.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "scaler/control/audit_log.h"
#include "scaler/control/control_loop.h"
#include "scaler/control/history.h"
#include "scaler/control/orders.h"
#include "scaler/control/queries.h"
#include "scaler/control/reload.h"
#include "scaler/runtime/http_server.h"
#include "scaler/runtime/metrics.h"
#include "scaler/serve/access.h"
#include "scaler/serve/event_stream.h"
#include "scaler/serve/posts.h"

namespace spillway {

// What handlers work with. All that is referred to outlives the router.
struct ApiContext {
  const ControlLoop& control;
  Queries& queries;
  const History& history;
  Metrics& metrics;
  Log& log;
  Access& access;
  Orders& orders;
  const AuditLog& audit;
  Posts& posts;
  EventStream& events;
  const std::string& config;                                 // the text of the configuration, YAML
  const std::map<std::string, std::string>& provider_kinds;  // by name
  ReloadConfig reload{};
  // What is known of the shadows of a cluster, an array.
  std::function<nlohmann::json(const std::string& cluster)> shadow_scores;
  bool open_metrics = false;  // /metrics is answered without a token
};

struct ApiRequest {
  const HttpQuestion& http;
  std::map<std::string, std::string, std::less<>> parts;  // of the path, by name
  Caller caller;

  const std::string& Part(std::string_view name) const { return parts.find(name)->second; }
};

// Answers, or throws a Problem.
using Handler = HttpAnswer (*)(const ApiContext&, const ApiRequest&);

// Who may ask.
enum class Need {
  kNothing,  // no token
  kMetrics,  // viewer, unless the configuration opens them
  kViewer,
  kViewerOfAll,  // of all clusters
  kOperator,
  kAdmin,
  kAdminOfAll,  // of all clusters
};

// GET only reads; a POST is an action, and has a line of the audit log.
struct Route {
  std::string_view method;
  std::string_view path;  // "/v1/hosts/{host}"
  Need need = Need::kAdmin;
  Handler handler = nullptr;
};

}  // namespace spillway
