#include "scaler/app/config_effects.h"

#include <array>
#include <string_view>

namespace spillway {
namespace {

using nlohmann::json;

enum class Effect { kAtOnce, kRestart };

struct Rule {
  std::string_view part;    // a key of the file
  std::string_view member;  // of that; empty: all of it
  Effect effect;
};

// The last rule that fits holds. What stands in none needs a restart: sockets, the store, accounts,
// what the deployment is called.
constexpr std::array kRules = {
    Rule{"clusters", "", Effect::kAtOnce},
    Rule{"control", "", Effect::kAtOnce},
    Rule{"control", "points_per_series", Effect::kRestart},
    Rule{"control", "workers_per_lane", Effect::kRestart},
    Rule{"provision", "", Effect::kAtOnce},
    Rule{"bus", "heartbeat", Effect::kAtOnce},
};

// What stands at the beginning of `path`, up to the next member or entry.
std::string_view FirstWord(std::string_view path) {
  return path.substr(0, path.find_first_of(".["));
}

bool Fits(const Rule& rule, std::string_view path) {
  const std::string_view part = FirstWord(path);
  if (part != rule.part) return false;
  if (rule.member.empty()) return true;
  path.remove_prefix(std::min(part.size() + 1, path.size()));
  return FirstWord(path) == rule.member;
}

// A part that came or went as a whole is told member by member where its members differ in effect.
std::vector<ConfigChange> ByMember(const ConfigChange& change) {
  bool is_mixed = false;
  for (const Rule& rule : kRules) is_mixed |= rule.part == change.path && !rule.member.empty();
  if (!is_mixed) return {change};
  const auto whole = [](const json& part) { return part.is_null() ? json::object() : part; };
  return DiffConfigs({{change.path, whole(change.before)}}, {{change.path, whole(change.after)}});
}

bool NeedsRestart(std::string_view path) {
  Effect effect = Effect::kRestart;
  for (const Rule& rule : kRules) {
    if (Fits(rule, path)) effect = rule.effect;
  }
  return effect == Effect::kRestart;
}

// Makes the member of `tree` what it is in `source`.
void CopyMember(const json& source, const Rule& rule, json& tree) {
  const std::string part(rule.part);
  if (rule.member.empty()) {
    source.contains(part) ? void(tree[part] = source[part]) : void(tree.erase(part));
    return;
  }
  const std::string member(rule.member);
  if (source.contains(part) && source[part].contains(member)) {
    tree[part][member] = source[part][member];
  } else if (tree.contains(part) && tree[part].is_object()) {
    tree[part].erase(member);
  }
}

}  // namespace

std::vector<ConfigChange> ChangesOf(const json& running, const json& next) {
  std::vector<ConfigChange> changes;
  for (const ConfigChange& change : DiffConfigs(running, next)) {
    for (ConfigChange& one : ByMember(change)) {
      one.needs_restart = NeedsRestart(one.path);
      changes.push_back(std::move(one));
    }
  }
  return changes;
}

json UntilRestart(const json& running, const json& next) {
  json tree = running;
  for (const Rule& rule : kRules) {
    CopyMember(rule.effect == Effect::kAtOnce ? next : running, rule, tree);
  }
  return tree;
}

}  // namespace spillway
