#include "scaler/cli/record_text.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "policies/text.h"

namespace spillway {

std::string MoneyText(Money money) {
  if (money >= Money::Unlimited()) return "no limit";
  std::string text = fmt::format("{:.4f}", money.ToDouble());
  const std::size_t least = text.find('.') + 3;
  while (text.size() > least && text.back() == '0') text.pop_back();
  return text;
}

std::string PriceText(Money price) { return fmt::format("{:.4f}", price.ToDouble()); }

std::string HostCountText(std::int64_t hosts) {
  return fmt::format("{} {}", hosts, hosts == 1 ? "host" : "hosts");
}

std::string AgoText(Time then, Time now) {
  return then > now ? "in " + SpanText(then - now) : SpanText(now - then) + " ago";
}

std::string ValueText(const Signal& signal) {
  return signal.has_value() ? FigureText(signal.value) : "-";
}

std::string ClaimText(const Recommendation& r) {
  switch (r.kind) {
    case RecommendationKind::kTarget: return "wants " + CapacityText(r.wanted);
    case RecommendationKind::kFloor: return "asks for at least " + CapacityText(r.wanted);
    case RecommendationKind::kCeiling: return "allows at most " + CapacityText(r.wanted);
    case RecommendationKind::kAbstain: return "says nothing";
    case RecommendationKind::kUnknown:
      return r.wanted.IsZero() ? "cannot tell"
                               : "cannot tell, and asks for at least " + CapacityText(r.wanted);
  }
  return "";
}

Ink InkOf(HostState state) {
  switch (state) {
    case HostState::kReady: return Ink::kGood;
    case HostState::kFailed: return Ink::kBad;
    case HostState::kGone: return Ink::kFaint;
    case HostState::kRequested:
    case HostState::kCreating:
    case HostState::kBooting:
    case HostState::kConfiguring:
    case HostState::kEnrolling:
    case HostState::kCordoned:
    case HostState::kDraining:
    case HostState::kRemoving: return Ink::kBusy;
  }
  return Ink::kPlain;
}

Ink InkOf(SignalState state) {
  switch (state) {
    case SignalState::kFresh: return Ink::kGood;
    case SignalState::kPartial: return Ink::kBusy;
    case SignalState::kStale:
    case SignalState::kMissing:
    case SignalState::kNotFinite: return Ink::kBad;
  }
  return Ink::kPlain;
}

Ink InkOf(Verdict verdict) { return verdict == Verdict::kHold ? Ink::kPlain : Ink::kBusy; }

std::string WhyText(const HostRecord& host) {
  if (!host.failure.empty()) return host.failure;
  if (host.outcome_unknown) {
    return "the answer to its creation was lost; looking for the machine";
  }
  if (host.state == HostState::kConfiguring) {
    if (const ProbeAnswer* open = FirstOpen(host.probes)) return open->name + ": " + open->text;
  }
  if (host.last_error && host.attempts > 0) {
    return fmt::format("{} ({} times in a row)", Describe(*host.last_error), host.attempts);
  }
  if (!host.retired_by.empty()) return "given back by " + host.retired_by;
  if (host.is_protected) return "protected; asked for by " + host.decision;
  return host.decision.empty() ? "" : "asked for by " + host.decision;
}

std::string JsonText(const nlohmann::json& records) {
  return records.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace spillway
