#include "policies/remote/remote.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "policies/builtin.h"
#include "policies/unknown.h"

namespace spillway {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMostHosts = 1'000'000;

RemoteRules ParseRules(const std::string& name, const ConfigNode& node) {
  RemoteRules rules;
  const Duration least = std::chrono::milliseconds(1);
  rules.worker = node.String("worker").Or(name);
  rules.signals = ParseSignals(node);
  rules.ask_every = node.DurationOf("ask_every").AtLeast(least).Or(rules.ask_every);
  rules.deadline = node.DurationOf("deadline").AtLeast(least).Or(rules.deadline);
  rules.valid_for = node.DurationOf("valid_for").AtLeast(rules.deadline).Or(rules.valid_for);
  rules.silence = node.DurationOf("silence").AtLeast(least).Or(rules.silence);
  rules.most_hosts = node.Integer("most_hosts").Between(1, kMostHosts).Or(rules.most_hosts);
  return rules;
}

// Answers name the cluster and the policy, wherever in a composition it stands.
void RefuseNamesake(const ConfigNode& node, const std::string& name, const PolicyContext& context) {
  if (context.conversations == nullptr) return;
  for (const auto& other : *context.conversations) {
    if (other->cluster() != context.cluster || other->policy() != name) continue;
    node["name"].Fail("the remote policy \"" + name + "\" stands twice in this cluster");
  }
}

}  // namespace

RemotePolicy::RemotePolicy(std::string name, std::shared_ptr<Conversation> conversation,
                           std::unique_ptr<Policy> fallback)
    : Policy(std::move(name)),
      conversation_(std::move(conversation)),
      fallback_(std::move(fallback)),
      signals_(conversation_->rules().signals) {
  signals_.insert(signals_.end(), fallback_->signals().begin(), fallback_->signals().end());
}

std::optional<Measure> RemotePolicy::measure(std::size_t i) const {
  const std::size_t own = conversation_->rules().signals.size();
  return i < own ? std::nullopt : fallback_->measure(i - own);
}

Recommendation RemotePolicy::Evaluate(const PolicyInput& input) {
  const std::vector<SignalSpec>& own_specs = conversation_->rules().signals;
  PolicyInput own = input;
  own.signals = input.signals.first(own_specs.size());
  own.waiting = {};
  PolicyInput others = input;
  others.signals = input.signals.subspan(own_specs.size());
  Recommendation spare = fallback_->Evaluate(others);

  if (auto unknown = WhyAnyUnknown(own.signals, own_specs)) {
    return WithoutShrinking(FallenBack(std::move(spare), *unknown));
  }
  conversation_->Ask(own);
  if (const Recommendation* says = conversation_->Holding(input.now)) {
    return Answered(*says, input.now);
  }
  const Reason why = conversation_->WhyNot(input.now);
  if (!conversation_->IsBeginning(input.now)) return FallenBack(std::move(spare), why);
  Recommendation hold = CannotTell({}, input, why);
  hold.valid_until = input.now + conversation_->rules().deadline;
  return hold;
}

// To be asked again in time, so that the next answer is there when this one ends.
Recommendation RemotePolicy::Answered(const Recommendation& says, Time now) const {
  Recommendation r = says;
  const Time half_way = conversation_->asked_at() + conversation_->rules().valid_for / 2;
  if (half_way > now) r.valid_until = std::min(r.valid_until, half_way);
  return r;
}

Recommendation RemotePolicy::FallenBack(Recommendation says, const Reason& why) const {
  says.reason.text = why.text + "; " + fallback_->name() + " instead: " + says.reason.text;
  says.reason.facts.push_back({"because", why.code});
  says.reason.facts.push_back({"fallback", fallback_->name()});
  says.reason.facts.push_back({"fallback_code", says.reason.code});
  says.reason.code = "remote_fallback";
  return says;
}

std::string RemotePolicy::Memory() const {
  const std::string spare = fallback_->Memory();
  if (conversation_->memory().is_null() && spare.empty()) return {};
  // The fallback's are bytes, which JSON has no place for.
  return Json{{"remote_memory", conversation_->memory()}, {"fallback_bytes", spare.size()}}.dump(
             -1, ' ', false, Json::error_handler_t::replace) +
         "\n" + spare;
}

bool RemotePolicy::Recall(std::string_view memory) {
  if (memory.empty()) return true;
  const std::size_t line = memory.find('\n');
  if (line == std::string_view::npos) return false;
  Json stored = Json::parse(memory.substr(0, line), nullptr, /*allow_exceptions=*/false);
  if (!stored.is_object() || !stored.contains("remote_memory")) return false;
  if (!fallback_->Recall(memory.substr(line + 1))) return false;
  conversation_->Remember(std::move(stored["remote_memory"]));
  return true;
}

std::unique_ptr<Policy> ParseRemote(const std::string& name, const ConfigNode& node,
                                    const PolicyContext& context) {
  const RemoteRules rules = ParseRules(name, node);
  const ConfigNode fallback = node["fallback"];
  if (fallback.IsMissing()) {
    fallback.Fail("is required: the policy that speaks when nobody answers");
    node.Finish();
    return nullptr;
  }
  std::unique_ptr<Policy> spare = ParsePolicy(fallback, context);
  node.Finish();
  if (!spare) return nullptr;
  RefuseNamesake(node, name, context);
  auto conversation =
      std::make_shared<Conversation>(context.cluster, name, context.host_size, rules);
  if (context.conversations != nullptr) context.conversations->push_back(conversation);
  return std::make_unique<RemotePolicy>(name, std::move(conversation), std::move(spare));
}

}  // namespace spillway
