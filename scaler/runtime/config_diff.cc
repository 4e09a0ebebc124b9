#include "scaler/runtime/config_diff.h"

#include <algorithm>
#include <optional>
#include <set>

#include "scaler/runtime/config_node.h"
#include "scaler/runtime/shown_config.h"

namespace spillway {
namespace {

using nlohmann::json;

// The names of a list's entries; nothing when one has none, or two have the same.
std::optional<std::vector<std::string>> NamesOf(const json& list) {
  std::vector<std::string> names;
  if (!list.is_array()) return std::nullopt;
  for (const json& entry : list) {
    if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string()) {
      return std::nullopt;
    }
    names.push_back(entry["name"]);
  }
  const bool is_unique = std::set(names.begin(), names.end()).size() == names.size();
  return is_unique ? std::optional(std::move(names)) : std::nullopt;
}

std::vector<std::string> Shared(const std::vector<std::string>& names,
                                const std::vector<std::string>& others) {
  std::vector<std::string> shared;
  std::copy_if(
      names.begin(), names.end(), std::back_inserter(shared),
      [&](const std::string& name) { return std::count(others.begin(), others.end(), name) > 0; });
  return shared;
}

class Difference {
 public:
  // `name`: of the member that they are.
  void Add(const std::string& path, const std::string& name, const json& before,
           const json& after) {
    if (before == after) return;
    if (before.is_object() && after.is_object()) return AddMembers(path, before, after);
    const auto names_before = NamesOf(before);
    const auto names_after = NamesOf(after);
    if (names_before && names_after && !names_before->empty() && !names_after->empty()) {
      return AddEntries(path, before, *names_before, after, *names_after);
    }
    changes.push_back({path, ShownMember(name, before), ShownMember(name, after)});
  }

  std::vector<ConfigChange> changes;

 private:
  void AddMembers(const std::string& path, const json& before, const json& after) {
    std::set<std::string> keys;
    for (const json* side : {&before, &after}) {
      for (const auto& [key, unused] : side->items()) keys.insert(key);
    }
    for (const std::string& key : keys) {
      Add(MemberPath(path, key), key, before.value(key, json()), after.value(key, json()));
    }
  }

  void AddEntries(const std::string& path, const json& before,
                  const std::vector<std::string>& names_before, const json& after,
                  const std::vector<std::string>& names_after) {
    const std::vector<std::string> was = Shared(names_before, names_after);
    const std::vector<std::string> is = Shared(names_after, names_before);
    if (was != is) changes.push_back({path, was, is});
    for (const std::string& name : names_before) AddEntry(path, name, before, after);
    for (const std::string& name : names_after) {
      if (FindNamed(before, name) == nullptr) AddEntry(path, name, before, after);
    }
  }

  void AddEntry(const std::string& path, const std::string& name, const json& before,
                const json& after) {
    const json* was = FindNamed(before, name);
    const json* is = FindNamed(after, name);
    Add(path + "[" + name + "]", "", was == nullptr ? json() : *was, is == nullptr ? json() : *is);
  }
};

}  // namespace

std::string Describe(const ConfigChange& change) {
  return change.path + ": " + change.before.dump() + " -> " + change.after.dump();
}

std::vector<ConfigChange> DiffConfigs(const json& before, const json& after) {
  Difference difference;
  difference.Add("", "", before, after);
  return std::move(difference.changes);
}

const json* FindNamed(const json& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const json& entry) {
    return entry.is_object() && entry.value("name", json()) == name;
  });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace spillway
