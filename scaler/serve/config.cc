// /v1/config: what the service runs with.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "scaler/runtime/yaml.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::string_view kHidden = "***";

// The configuration refers to secrets by file or variable, and those names may be seen. A word that
// says it holds one itself is hidden all the same: drivers of others take what they like.
bool IsSecretName(std::string_view name) {
  constexpr std::array<std::string_view, 5> kWords = {"password", "secret", "token", "credential",
                                                      "private_key"};
  constexpr std::array<std::string_view, 3> kReferences = {"_file", "_env", "_path"};
  const bool refers = std::any_of(kReferences.begin(), kReferences.end(),
                                  [&](std::string_view end) { return name.ends_with(end); });
  return !refers && std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return name.find(word) != name.npos;
  });
}

// "https://user:password@host/" without what stands before the @.
std::string WithoutUser(const std::string& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return text;
  const std::size_t start = scheme + 3;
  const std::size_t end = std::min(text.find_first_of("/?#", start), text.size());
  const std::size_t at = text.rfind('@', end);
  if (at == std::string::npos || at < start || at >= end) return text;
  return text.substr(0, start) + std::string(kHidden) + text.substr(at);
}

json Hidden(const json& tree) {
  if (tree.is_string()) return WithoutUser(tree.get_ref<const std::string&>());
  json shown = tree;
  if (tree.is_array()) {
    for (json& entry : shown) entry = Hidden(entry);
  }
  if (tree.is_object()) {
    for (const auto& [name, value] : tree.items()) {
      const bool is_hidden = IsSecretName(name) && value.is_primitive() && !value.is_null();
      shown[name] = is_hidden ? json(kHidden) : Hidden(value);
    }
  }
  return shown;
}

}  // namespace

HttpAnswer GetConfig(const ApiContext& context, const ApiRequest& request) {
  Query(request.http.query).Finish();
  std::map<std::string, int> lines;
  return JsonAnswer({{"config", Hidden(ReadYaml(context.config, lines))}});
}

}  // namespace spillway
