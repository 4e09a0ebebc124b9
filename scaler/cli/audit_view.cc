#include "scaler/cli/audit_view.h"

#include <nlohmann/json.hpp>

#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string TextAt(const json& entry, const char* name) {
  const json& value = entry.at(name);
  return value.is_null() ? "" : value.get<std::string>();
}

}  // namespace

std::string AuditView(const json& entries, Time now, const TextStyle& style) {
  if (entries.empty()) return "nobody asked for anything yet\n";
  Table table({{.title = "WHEN", .rank = 1},
               {.title = "WHO", .rank = 2},
               {.title = "ROLE", .rank = 4},
               {.title = "FROM", .rank = 5},
               {.title = "ACTION"},
               {.title = "SUBJECT"},
               {.title = "OUTCOME", .rank = 3},
               {.title = "WHY", .is_cuttable = true}});
  for (const json& entry : entries) {
    const auto time = ParseRfc3339(TextAt(entry, "time"));
    const std::string outcome = TextAt(entry, "outcome");
    const std::string reason = TextAt(entry, "reason");
    const std::string detail = TextAt(entry, "detail");
    table.Add({time ? AgoText(*time, now) : TextAt(entry, "time"),
               TextAt(entry, "who"),
               TextAt(entry, "role"),
               TextAt(entry, "peer"),
               TextAt(entry, "action"),
               TextAt(entry, "subject"),
               {outcome, outcome == "refused" ? Ink::kBad : Ink::kPlain},
               reason + (reason.empty() || detail.empty() ? "" : "; ") + detail});
  }
  return table.Text(style);
}

}  // namespace spillway
