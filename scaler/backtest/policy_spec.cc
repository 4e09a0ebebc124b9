#include "scaler/backtest/policy_spec.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "policies/builtin.h"
#include "policies/remote/synchronous_link.h"
#include "scaler/backtest/references/hosts_policy.h"
#include "scaler/runtime/units.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using nlohmann::json;

json ReadTree(const std::string& text, const std::string& label) {
  std::map<std::string, int> lines;
  try {
    return ReadYaml(text, lines);
  } catch (const std::runtime_error& error) {
    throw PolicySpecError(label + ": " + error.what());
  }
}

std::string TextOf(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw PolicySpecError(path + ": expected a policy to read: " + std::strerror(errno));
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool IsFile(const std::string& text) { return text.ends_with(".yaml") || text.ends_with(".yml"); }

bool IsKnown(const std::string& kind) {
  const auto builtin = BuiltinPolicies();
  return FindReference(kind) != nullptr ||
         std::any_of(builtin.begin(), builtin.end(),
                     [&](const PolicyKind& known) { return known.kind == kind; });
}

std::string KnownKinds() {
  std::string kinds;
  for (const PolicyKind& known : BuiltinPolicies()) kinds += " " + std::string(known.kind);
  kinds += "; to compare with:";
  for (const ReferenceKind& known : References()) kinds += " " + std::string(known.kind);
  return kinds;
}

std::vector<json> EntriesOf(const json& tree, const std::string& label) {
  const json& list = tree.is_object() && tree.contains("policies") ? tree["policies"] : tree;
  std::vector<json> entries;
  if (list.is_array()) {
    entries.assign(list.begin(), list.end());
  } else {
    entries.push_back(list);
  }
  for (const json& entry : entries) {
    if (entry.is_object() && entry.contains("type") && entry["type"].is_string()) continue;
    throw PolicySpecError(label + ": expected a mapping with a `type`, as in `policies`");
  }
  if (entries.empty()) throw PolicySpecError(label + ": expected at least one policy");
  return entries;
}

// Wherever in a composition it stands.
bool HoldsRemote(const json& tree) {
  if (tree.is_object() && tree.value("type", json()) == "remote") return true;
  return tree.is_structured() && std::any_of(tree.begin(), tree.end(), HoldsRemote);
}

// What a backtest knows and an entry may leave out. References know it anyway.
json Defaults(const json& entry, const ReferenceContext& context) {
  if (FindReference(entry["type"].get<std::string>()) != nullptr) return json::object();
  const SignalSpec load = LastLoad(context.model.step);
  const json signal = {{"metric", load.metric},
                       {"function", "last"},
                       {"across", "sum"},
                       {"window", FormatDuration(load.window)},
                       {"max_age", FormatDuration(load.max_age)},
                       {"forget_after", FormatDuration(load.forget_after)}};
  return {{"signal", signal},
          {"signals", json::array({signal})},
          {"fallback",
           {{"name", "fallback"},
            {"type", "target_tracking"},
            {"signal", signal},
            {"kind", "load"},
            {"target", context.course.capacity}}},
          {"kind", "load"},
          {"target", context.course.capacity},
          {"violation_budget", context.model.violation_budget},
          {"time_to_ready", FormatDuration(context.model.boot)},
          {"step", FormatDuration(context.model.step)}};
}

struct ParsedEntry {
  std::unique_ptr<Policy> policy;
  std::vector<ConfigError> errors;
};

ParsedEntry Parse(const json& entry, const ReferenceContext& context) {
  ConfigDocument document(entry, {});
  const ConfigNode root = document.Root();
  ParsedEntry parsed;
  if (const ReferenceKind* reference = FindReference(entry["type"].get<std::string>())) {
    const std::string name = root.String("name").Required();
    (void)root.String("type").Required();
    parsed.policy = reference->parse(name, root, context);
  } else {
    Conversations conversations;
    const PolicyContext own{kBacktestCluster, kBacktestHost, Hypervisor::kLxc, &conversations};
    parsed.policy = ParsePolicy(root, own);
    for (const auto& conversation : conversations) {
      if (context.link != nullptr) context.link->Serve(*conversation);
    }
  }
  parsed.errors = document.Errors();
  return parsed;
}

bool IsUnknownKey(const ConfigError& error) {
  return error.message.find("unknown key") != std::string::npos;
}

// A default that the kind has no key for is taken out again.
std::unique_ptr<Policy> ParseWithDefaults(json entry, const ReferenceContext& context,
                                          const std::string& label) {
  const json defaults = Defaults(entry, context);
  std::vector<std::string> added;
  for (const auto& [key, value] : defaults.items()) {
    if (entry.contains(key)) continue;
    entry[key] = value;
    added.push_back(key);
  }
  if (!entry.contains("name")) entry["name"] = entry["type"];
  ParsedEntry parsed = Parse(entry, context);
  bool again = false;
  for (const ConfigError& error : parsed.errors) {
    const bool is_ours = std::find(added.begin(), added.end(), error.path) != added.end();
    if (!is_ours || !IsUnknownKey(error)) continue;
    entry.erase(error.path);
    again = true;
  }
  if (again) parsed = Parse(entry, context);
  if (!parsed.errors.empty()) {
    std::string text;
    for (const ConfigError& error : parsed.errors) {
      text += (text.empty() ? "" : "\n") + label + ": " + Describe(error);
    }
    throw PolicySpecError(text);
  }
  return std::move(parsed.policy);
}

}  // namespace

PolicySpec PolicySpec::Read(const std::string& text) {
  if (IsFile(text)) {
    return {std::filesystem::path(text).stem().string(),
            EntriesOf(ReadTree(TextOf(text), text), text)};
  }
  const std::size_t brace = std::min(text.find('{'), text.size());
  const std::string kind = text.substr(0, brace);
  if (!IsKnown(kind)) {
    throw PolicySpecError("\"" + kind + "\" is no kind of policy; there are" + KnownKinds());
  }
  json entry = brace == text.size() ? json::object() : ReadTree(text.substr(brace), text);
  entry["type"] = kind;
  return {text, {std::move(entry)}};
}

bool PolicySpec::IsRemote() const {
  return std::any_of(entries_.begin(), entries_.end(), HoldsRemote);
}

std::vector<PolicySpec> PolicySpec::ReadList(const std::string& texts) {
  std::vector<PolicySpec> specs;
  std::string text;
  int depth = 0;
  for (const char c : texts + ",") {
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    if (c != ',' || depth > 0) {
      if (!text.empty() || c != ' ') text += c;
      continue;
    }
    if (!text.empty()) specs.push_back(Read(text));
    text.clear();
  }
  return specs;
}

std::string PolicySpec::kind() const {
  return IsOneKind() ? entries_[0]["type"].get<std::string>() : std::string();
}

PolicySpec PolicySpec::With(const std::string& key, const json& value) const {
  std::vector<json> entries = entries_;
  entries[0][key] = value;
  json settings = entries[0];
  settings.erase("type");
  std::string text;
  for (const auto& [name, setting] : settings.items()) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name,
                        setting.is_string() ? setting.get<std::string>() : setting.dump());
  }
  return {kind() + "{" + text + "}", std::move(entries)};
}

Policies PolicySpec::Make(const ReferenceContext& context) const {
  Policies policies;
  for (const json& entry : entries_) {
    policies.push_back(ParseWithDefaults(entry, context, label_));
  }
  return policies;
}

}  // namespace spillway
