#include "scaler/runtime/shown_config.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::string_view kHidden = "***";

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

}  // namespace

json ShownConfig(const json& tree) {
  if (tree.is_string()) return WithoutUser(tree.get_ref<const std::string&>());
  json shown = tree;
  if (tree.is_array()) {
    for (json& entry : shown) entry = ShownConfig(entry);
  }
  if (tree.is_object()) {
    for (const auto& [name, value] : tree.items()) shown[name] = ShownMember(name, value);
  }
  return shown;
}

json ShownMember(std::string_view name, const json& value) {
  const bool is_hidden = IsSecretName(name) && value.is_primitive() && !value.is_null();
  return is_hidden ? json(kHidden) : ShownConfig(value);
}

}  // namespace spillway
