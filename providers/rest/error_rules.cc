#include "providers/rest/error_rules.h"

#include <algorithm>
#include <cctype>

namespace spillway {
namespace {

bool Contains(std::string_view text, std::string_view part) {
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return part.empty() ||
         std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool HasStatus(const ErrorRule& rule, int status) {
  return rule.status == 0 || rule.status == status || rule.status == status / 100;
}

ErrorKind KindOfStatus(int status, bool is_of_api) {
  switch (status) {
    case 401:
    case 403: return ErrorKind::kDenied;
    case 404: return is_of_api ? ErrorKind::kNotFound : ErrorKind::kInvalid;
    case 408: return ErrorKind::kTransient;
    case 409: return ErrorKind::kConflict;
    case 429: return ErrorKind::kThrottled;
    default: return status >= 500 ? ErrorKind::kTransient : ErrorKind::kInvalid;
  }
}

}  // namespace

ErrorKind KindOf(std::span<const ErrorRule> rules, int status, const RefusalWords& words) {
  const auto fits = [&](const ErrorRule& rule) {
    return HasStatus(rule, status) && (rule.code.empty() || rule.code == words.code) &&
           Contains(words.text, rule.text);
  };
  const auto rule = std::find_if(rules.begin(), rules.end(), fits);
  if (rule != rules.end()) return rule->kind;
  return KindOfStatus(status, !words.code.empty() || !words.text.empty());
}

}  // namespace spillway
