#include "scaler/cli/explain_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "policies/text.h"
#include "scaler/cli/passed_over.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"
#include "scaler/model/json.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

std::string Title(const TextStyle& style, const std::string& title) {
  return "\n" + Painted(style, Ink::kStrong, title) + "\n";
}

std::string Head(const Decision& decision, Time now, const TextStyle& style) {
  std::string text = Painted(style, Ink::kStrong, Printable(decision.id)) + ": " +
                     Painted(style, InkOf(decision.verdict), std::string(Name(decision.verdict))) +
                     fmt::format(" cluster {}, {} ({})\n\n", Printable(decision.cluster),
                                 TimeText(decision.time), AgoText(decision.time, now));
  const auto line = [&](const char* name, const std::string& value) {
    text += Hanging(style, fmt::format("  {:<8}", name), value);
  };
  const bool is_changed = decision.wanted != decision.previous;
  line("wanted", CapacityText(decision.wanted) +
                     (is_changed ? "; before: " + CapacityText(decision.previous) : ", as before"));
  line("ready", CapacityText(decision.ready));
  line("usable", CapacityText(decision.usable) + ", with what was on its way up");
  return text;
}

std::string Seen(const Decision& decision, const TextStyle& style) {
  if (decision.signals.empty()) return "";
  Table table({{.title = "SIGNAL"},
               {.title = "VALUE", .is_number = true},
               {.title = "STATE"},
               {.title = "AGE", .is_number = true},
               {.title = "SERIES", .is_number = true, .rank = 1},
               {.title = "SILENT", .is_number = true, .rank = 1},
               {.title = "POINTS", .is_number = true, .rank = 2}});
  for (const Signal& signal : decision.signals) {
    const bool was_seen = signal.state != SignalState::kMissing;
    table.Add({signal.name,
               ValueText(signal),
               {std::string(Name(signal.state)), InkOf(signal.state)},
               was_seen ? SpanText(signal.age) : "-",
               std::to_string(signal.series),
               signal.silent > 0 ? std::to_string(signal.silent) : "",
               std::to_string(signal.points)});
  }
  return Title(style, "What was seen") + table.Text(style, 2);
}

std::string Said(const Decision& decision, const TextStyle& style) {
  if (decision.recommendations.empty()) return "";
  std::string text = Title(style, "What the policies said");
  for (const Recommendation& r : decision.recommendations) {
    std::string claim = r.policy + " " + ClaimText(r);
    if (!r.may_shrink) claim += ", and may not shrink anything";
    if (r.valid_until < kDistantFuture) claim += ", until " + TimeText(r.valid_until);
    text += Hanging(style, "  ", claim);
    text += Hanging(style, "      ", r.reason.text);
  }
  return text;
}

std::string Decided(const Decision& decision, const TextStyle& style) {
  std::string text = Title(style, "What was made of it, in order");
  int number = 0;
  for (const Reason& reason : decision.reasons) {
    text += Hanging(style, fmt::format("{:>4}. ", ++number),
                    fmt::format("{} ({})", reason.text, reason.code));
  }
  if (!decision.may_shrink) text += "      nothing may be given back\n";
  if (!decision.may_buy) text += "      nothing may be bought\n";
  text += Hanging(
      style, "      ",
      fmt::format("so it is to {}: {}", Name(decision.verdict), CapacityText(decision.wanted)));
  return text;
}

std::string MoneyLines(const MoneyState& money, const TextStyle& style) {
  Table table({{.title = "MONEY"},
               {.title = "AN HOUR", .is_number = true},
               {.title = "THIS MONTH", .is_number = true}});
  table.Add({"spent", "", MoneyText(money.spent_this_month)});
  table.Add({"running", MoneyText(money.running_per_hour), ""});
  table.Add({"reserved, at worst", "", MoneyText(money.reserved)});
  table.Add({"room left", MoneyText(money.room_per_hour), MoneyText(money.room_this_month)});
  return "\n" + table.Text(style, 2);
}

std::string WhyChosen(const Plan& plan, const Take& take) {
  const auto chosen =
      std::find_if(plan.offers.begin(), plan.offers.end(), [&](const Considered& c) {
        return c.chosen && c.subject == take.offer.id && c.pool == take.pool;
      });
  return chosen == plan.offers.end() ? "" : chosen->reason.text;
}

}  // namespace

std::string PlanView(const DecisionRecord& record, const TextStyle& style) {
  const Plan& plan = record.plan;
  std::string text = Title(style, "The plan");
  const auto item = [&](const char* verb, const std::string& what, const std::string& why) {
    text += Hanging(style, fmt::format("  {:<11}", verb), what);
    if (!why.empty()) text += Hanging(style, Padded("", 17), why);
  };
  for (const std::string& host : plan.reclaim) item("take back", host, "");
  for (const Take& take : plan.take) {
    item("take",
         fmt::format("{} × {} for pool {}, each {} at {} an hour", take.count, take.offer.id,
                     take.pool, CapacityText(take.offer.capacity),
                     MoneyText(take.offer.price_per_hour)),
         WhyChosen(plan, take));
  }
  for (const GiveBack& given : plan.give_back) item("give back", given.host, given.reason.text);
  if (plan.IsEmpty()) item("nothing", "no host is taken, none is given back", "");
  if (!plan.shortfall.IsZero()) {
    item("missing", CapacityText(plan.shortfall) + " are wanted and not to be had", "");
  }
  for (const Reason& reason : plan.reasons) text += Hanging(style, "  - ", reason.text);
  if (!plan.IsEmpty() && !record.acted) text += "  It was not carried out: a dry run.\n";
  return text;
}

std::string ExplainView(const DecisionRecord& record, Time now, const TextStyle& style) {
  const Decision& decision = record.decision;
  std::string text = Head(decision, now, style);
  text += Seen(decision, style);
  text += Said(decision, style);
  text += Decided(decision, style);
  text += MoneyLines(decision.money, style);
  text += PlanView(record, style);
  text += PassedOver("Offers that were passed over", record.plan.offers, style);
  text += PassedOver("Hosts that stay as they are", record.plan.hosts, style);
  return text;
}

std::string ExplainJson(const DecisionRecord& record) { return JsonText(record); }

}  // namespace spillway
