// /v1/audit: what people asked for.
#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

using nlohmann::json;

json EntryJson(const AuditEntry& entry) {
  return {{"id", entry.id},
          {"time", ApiJson(entry.time)},
          {"who", entry.who},
          {"role", Name(entry.role)},
          {"peer", entry.peer},
          {"action", entry.action},
          {"subject", entry.subject},
          {"reason", entry.reason},
          {"outcome", entry.is_done ? "done" : "refused"},
          {"detail", entry.detail}};
}

}  // namespace

HttpAnswer ListAudit(const ApiContext& context, const ApiRequest& request) {
  Query query(request.http.query);
  const std::int64_t limit = query.Integer("limit", 1, 200, 50);
  const std::string cursor = query.Text("cursor").value_or("");
  query.Finish();
  const AuditPage page = context.audit.Newest(static_cast<std::size_t>(limit), cursor);
  json items = json::array();
  for (const AuditEntry& entry : page.entries) items.push_back(EntryJson(entry));
  return JsonAnswer(
      {{"items", std::move(items)},
       {"next_cursor",
        page.has_more && !page.entries.empty() ? json(page.entries.back().id) : json(nullptr)}});
}

}  // namespace spillway
