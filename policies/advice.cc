#include "policies/advice.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "policies/signal_config.h"
#include "policies/unknown.h"
#include "scaler/model/json.h"

namespace spillway {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestText = 500;
constexpr std::size_t kLongestWord = 48;
constexpr std::size_t kMostFacts = 32;
// A year: what is meant to hold longer may be said again.
constexpr double kLongestMs = 366.0 * 24 * 3600 * 1000;

// Ends the reading of one answer.
struct Wrong {
  std::string where;
  std::string text;
};

std::string Show(const Json& value) {
  const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= 60 ? text : text.substr(0, 60) + "…";
}

[[noreturn]] void Refuse(const std::string& where, const std::string& expected, const Json& got) {
  throw Wrong{where, "expected " + expected + ", got " + Show(got)};
}

void CheckMembers(const Json& object, const std::string& where,
                  std::initializer_list<std::string_view> known) {
  if (!object.is_object()) Refuse(where, "an object", object);
  for (const auto& [name, value] : object.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string words;
    for (const std::string_view word : known) words.append(words.empty() ? "" : ", ").append(word);
    throw Wrong{where, fmt::format("\"{}\" is no member; there are {}", name, words)};
  }
}

double Number(const Json& value, const std::string& where, double most) {
  const double number = value.is_number() ? value.get<double>() : -1;
  if (!(number >= 0 && number <= most)) {
    Refuse(where, fmt::format("a number from 0 to {:g}", most), value);
  }
  return number;
}

std::int64_t Whole(const Json& value, const std::string& where, double most) {
  const double number = Number(value, where, most);
  if (number != std::floor(number)) Refuse(where, "a whole number", value);
  return static_cast<std::int64_t>(number);
}

Capacity ReadAmount(const Json& answer, const AdviceRules& rules) {
  if (answer.contains("hosts") == answer.contains("capacity")) {
    throw Wrong{"", "expected exactly one of hosts and capacity"};
  }
  if (answer.contains("hosts")) {
    // A part of a host is the capacity of that part.
    return Scaled(rules.host_size,
                  Number(answer["hosts"], "hosts", static_cast<double>(rules.most_hosts)));
  }
  const Json& capacity = answer["capacity"];
  CheckMembers(capacity, "capacity", {"vcpu", "memory_mib"});
  const Capacity most = rules.host_size * rules.most_hosts;
  const auto member = [&](const char* name, std::int64_t bound) {
    return Whole(capacity.value(name, Json()), std::string("capacity.") + name,
                 static_cast<double>(bound));
  };
  return {member("vcpu", most.vcpu), member("memory_mib", most.memory_mib)};
}

RecommendationKind ReadKind(const Json& answer) {
  const Json kind = answer.value("kind", Json("target"));
  for (const auto known : {RecommendationKind::kTarget, RecommendationKind::kFloor,
                           RecommendationKind::kCeiling, RecommendationKind::kAbstain}) {
    if (kind == std::string(Name(known))) return known;
  }
  Refuse("kind", "target, floor, ceiling or abstain", kind);
}

std::string Text(const Json& value, const std::string& where, std::size_t longest) {
  if (!value.is_string()) Refuse(where, "a text", value);
  std::string text = value.get<std::string>();
  if (text.size() > longest) {
    throw Wrong{where, fmt::format("expected at most {} bytes, got {}", longest, text.size())};
  }
  return text;
}

std::string Code(const Json& value) {
  const std::string code = Text(value, "reason.code", kLongestWord);
  const bool is_plain = !code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!is_plain) Refuse("reason.code", "lower-case letters, digits and underscores", value);
  return code;
}

Fact ReadFact(const std::string& name, const Json& value) {
  const std::string where = "reason.facts." + name.substr(0, kLongestWord);
  if (name.size() > kLongestWord) throw Wrong{where, "the name is too long"};
  if (value.is_boolean()) return {name, value.get<bool>()};
  if (value.is_number_integer()) return {name, value.get<std::int64_t>()};
  if (value.is_number() && std::isfinite(value.get<double>())) return {name, value.get<double>()};
  if (value.is_string()) return {name, Text(value, where, kLongestText)};
  Refuse(where, "a finite number, a text or a boolean", value);
}

Reason ReadReason(const Json& answer, const std::string& by) {
  Reason reason{"advice", by + " says so", {}};
  if (!answer.contains("reason")) return reason;
  const Json& given = answer["reason"];
  if (given.is_string()) {
    reason.text = Text(given, "reason", kLongestText);
    return reason;
  }
  CheckMembers(given, "reason", {"code", "text", "facts"});
  if (given.contains("code")) reason.code = Code(given["code"]);
  if (given.contains("text")) reason.text = Text(given["text"], "reason.text", kLongestText);
  if (!given.contains("facts")) return reason;
  const Json& facts = given["facts"];
  if (!facts.is_object() || facts.size() > kMostFacts) {
    Refuse("reason.facts", fmt::format("an object of at most {} members", kMostFacts), facts);
  }
  for (const auto& [name, value] : facts.items()) reason.facts.push_back(ReadFact(name, value));
  return reason;
}

Recommendation Read(const Json& answer, const AdviceRules& rules, Time now) {
  if (answer.is_number()) return Read({{"hosts", answer}}, rules, now);
  CheckMembers(answer, "", {"hosts", "capacity", "kind", "reason", "valid_for_ms"});
  Recommendation r;
  r.kind = ReadKind(answer);
  if (r.kind != RecommendationKind::kAbstain) {
    r.wanted = ReadAmount(answer, rules);
  } else if (answer.contains("hosts") || answer.contains("capacity")) {
    throw Wrong{"kind", "abstain says nothing; hosts and capacity have no place beside it"};
  }
  r.reason = ReadReason(answer, rules.by);
  if (answer.contains("valid_for_ms")) {
    r.valid_until = now + Duration(Whole(answer["valid_for_ms"], "valid_for_ms", kLongestMs));
  }
  return r;
}

}  // namespace

Json ClusterJson(const PolicyInput& input) {
  const ClusterView& cluster = input.cluster;
  Json json = {{"now_ms", input.now.time_since_epoch().count()},
               {"name", cluster.name},
               {"host_size", cluster.host_size},
               {"ready", cluster.ready},
               {"usable", cluster.usable},
               {"wanted", cluster.wanted},
               {"ready_hosts", cluster.ready_hosts},
               {"usable_hosts", cluster.usable_hosts}};
  if (cluster.time_to_ready) json["time_to_ready_ms"] = cluster.time_to_ready->count();
  return json;
}

Json SignalsJson(std::span<const Signal> signals) {
  Json all = Json::object();
  for (const Signal& signal : signals) {
    Json& one = all[signal.name];
    one = {{"state", std::string(Name(signal.state))},
           {"age_ms", signal.age.count()},
           {"points", signal.points},
           {"series", signal.series},
           {"silent", signal.silent}};
    if (signal.has_value()) one["value"] = signal.value;
  }
  return all;
}

Result<Recommendation> ReadAdvice(const Json& answer, const AdviceRules& rules, Time now) {
  try {
    return Read(answer, rules, now);
  } catch (const Wrong& wrong) {
    return Error{ErrorKind::kInvalid, wrong.where, "bad_answer",
                 wrong.where.empty() ? wrong.text : wrong.where + ": " + wrong.text};
  }
}

std::vector<SignalSpec> ParseSignals(const ConfigNode& policy) {
  std::vector<SignalSpec> specs;
  std::set<std::string> names;
  for (const ConfigNode& node : policy.List("signals")) {
    specs.push_back(ParseSignal(node));
    if (names.insert(specs.back().name).second) continue;
    node.Fail("the signal \"" + specs.back().name + "\" stands twice; give it another name");
  }
  return specs;
}

std::optional<Reason> WhyAnyUnknown(std::span<const Signal> signals,
                                    std::span<const SignalSpec> specs) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (auto why = WhyUnknown(signals[i], specs[i])) return why;
  }
  return std::nullopt;
}

Recommendation WithoutShrinking(Recommendation advice) {
  advice.may_shrink = false;
  const bool takes_away =
      advice.kind == RecommendationKind::kCeiling || advice.kind == RecommendationKind::kAbstain;
  if (!takes_away) return advice;
  advice.kind = RecommendationKind::kUnknown;
  advice.wanted = {};
  return advice;
}

Recommendation BoundBySignals(Recommendation advice, std::span<const Signal> signals,
                              std::span<const SignalSpec> specs, Time seen) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const Duration left = std::max(specs[i].max_age - signals[i].age, Duration(0)) + Duration(1);
    advice.valid_until = std::min(advice.valid_until, seen + left);
    if (signals[i].state != SignalState::kPartial) continue;
    advice = WithoutShrinking(std::move(advice));
    advice.reason.text +=
        fmt::format("; {} of {} series of {} fell silent, so it may only grow", signals[i].silent,
                    signals[i].series + signals[i].silent, specs[i].name);
  }
  return advice;
}

}  // namespace spillway
