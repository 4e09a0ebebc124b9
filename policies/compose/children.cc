#include "policies/compose/children.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "policies/builtin.h"
#include "policies/text.h"

namespace spillway {
namespace {

// "12:" and then 12 bytes, for each text.
void Pack(const std::string& text, std::string& bytes) {
  bytes += std::to_string(text.size()) + ":" + text;
}

std::optional<std::string_view> Unpack(std::string_view& bytes) {
  std::size_t size = 0;
  const char* end = bytes.data() + bytes.size();
  const auto [colon, failure] = std::from_chars(bytes.data(), end, size);
  if (failure != std::errc() || colon == end || *colon != ':') return std::nullopt;
  bytes.remove_prefix(static_cast<std::size_t>(colon - bytes.data()) + 1);
  if (size > bytes.size()) return std::nullopt;
  const std::string_view text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return text;
}

// Name and memory of each child; nothing when the bytes are something else.
std::optional<std::vector<std::pair<std::string_view, std::string_view>>> Parts(
    std::string_view bytes) {
  std::vector<std::pair<std::string_view, std::string_view>> parts;
  while (!bytes.empty()) {
    const auto name = Unpack(bytes);
    const auto memory = name ? Unpack(bytes) : std::nullopt;
    if (!memory) return std::nullopt;
    parts.emplace_back(*name, *memory);
  }
  return parts;
}

void AddFacts(const Recommendation& r, std::vector<Fact>& facts) {
  const std::string prefix = r.policy + ".";
  facts.push_back({prefix + "kind", std::string(Name(r.kind))});
  facts.push_back({prefix + "code", r.reason.code});
  facts.push_back({prefix + "why", r.reason.text});
  if (r.kind != RecommendationKind::kAbstain) {
    facts.push_back({prefix + "vcpu", r.wanted.vcpu});
    facts.push_back({prefix + "memory_mib", r.wanted.memory_mib});
  }
  for (const Fact& fact : r.reason.facts) facts.push_back({prefix + fact.name, fact.value});
}

}  // namespace

Children::Children(std::vector<std::unique_ptr<Policy>> policies) : policies_(std::move(policies)) {
  for (const auto& policy : policies_) {
    const auto signals = policy->signals();
    signals_.insert(signals_.end(), signals.begin(), signals.end());
    const auto waiting = policy->waiting();
    waiting_.insert(waiting_.end(), waiting.begin(), waiting.end());
  }
}

std::optional<Measure> Children::measure(std::size_t i) const {
  for (const auto& policy : policies_) {
    const std::size_t count = policy->signals().size();
    if (i < count) return policy->measure(i);
    i -= count;
  }
  return std::nullopt;
}

std::vector<Recommendation> Children::Evaluate(const PolicyInput& input) {
  std::vector<Recommendation> said;
  PolicyInput part = input;
  std::size_t signal = 0;
  std::size_t list = 0;
  for (const auto& policy : policies_) {
    part.signals = input.signals.subspan(signal, policy->signals().size());
    const std::size_t lists = policy->waiting().size();
    if (!input.waiting.empty()) part.waiting = input.waiting.subspan(list, lists);
    signal += part.signals.size();
    list += lists;
    said.push_back(policy->Evaluate(part));
    said.back().policy = policy->name();
  }
  return said;
}

std::string Children::Memory() const {
  std::string bytes;
  for (const auto& policy : policies_) {
    const std::string memory = policy->Memory();
    if (memory.empty()) continue;
    Pack(policy->name(), bytes);
    Pack(memory, bytes);
  }
  return bytes;
}

std::vector<PolicyNews> Children::Refresh() {
  std::vector<PolicyNews> all;
  for (const auto& policy : policies_) {
    for (PolicyNews& one : policy->Refresh()) all.push_back(std::move(one));
  }
  return all;
}

bool Children::Recall(std::string_view memory) {
  const auto parts = Parts(memory);
  if (!parts) return false;
  bool went_on = parts->empty();
  for (const auto& policy : policies_) {
    for (const auto& [name, bytes] : *parts) {
      if (name == policy->name() && policy->Recall(bytes)) went_on = true;
    }
  }
  return went_on;
}

std::vector<std::unique_ptr<Policy>> ParseChildren(const ConfigNode& node,
                                                   const PolicyContext& context) {
  std::vector<std::unique_ptr<Policy>> children;
  std::set<std::string> names;
  const std::vector<ConfigNode> entries = node.List("policies");
  for (const ConfigNode& entry : entries) {
    auto child = ParsePolicy(entry, context);
    if (!child) continue;
    if (!names.insert(child->name()).second) {
      entry["name"].Fail("the policy \"" + child->name() + "\" stands twice");
      continue;
    }
    children.push_back(std::move(child));
  }
  if (entries.empty()) node["policies"].Fail("is required: a list of at least one policy");
  return children;
}

Recommendation Composed(const std::vector<Recommendation>& heard, Time now, RecommendationKind kind,
                        Capacity wanted, Reason reason) {
  Recommendation r;
  r.kind = kind;
  r.wanted = wanted;
  r.reason = std::move(reason);
  for (const Recommendation& child : heard) {
    if (!child.may_shrink || child.kind == RecommendationKind::kUnknown) r.may_shrink = false;
    if (child.valid_until > now) r.valid_until = std::min(r.valid_until, child.valid_until);
    r.near.insert(r.near.end(), child.near.begin(), child.near.end());
    if (child.piece) r.piece = Max(r.piece.value_or(Capacity{}), *child.piece);
    AddFacts(child, r.reason.facts);
  }
  return r;
}

std::string WhatTheySay(const std::vector<Recommendation>& heard) {
  std::string text;
  for (const Recommendation& r : heard) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", r.policy, Name(r.kind));
    if (!r.wanted.IsZero() || Asks(r)) text += " of " + CapacityText(r.wanted);
  }
  return text;
}

bool Asks(const Recommendation& r) {
  const bool adds = r.kind == RecommendationKind::kUnknown && !r.wanted.IsZero();
  return r.kind == RecommendationKind::kTarget || r.kind == RecommendationKind::kFloor || adds;
}

bool HasKind(const std::vector<Recommendation>& heard, RecommendationKind kind) {
  return std::any_of(heard.begin(), heard.end(), [kind](const auto& r) { return r.kind == kind; });
}

}  // namespace spillway
