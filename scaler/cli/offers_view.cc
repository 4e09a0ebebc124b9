#include "scaler/cli/offers_view.h"

#include <fmt/core.h>

#include <map>
#include <nlohmann/json.hpp>

#include "policies/text.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"
#include "scaler/model/json.h"
#include "scaler/runtime/units.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string HypervisorsText(const Offer& offer) {
  std::string text;
  for (const Hypervisor hypervisor : offer.hypervisors) {
    text += (text.empty() ? "" : " ") + std::string(Name(hypervisor));
  }
  return text;
}

// "by 1 s, 1 min at least"
std::string BillingText(const Billing& billing) {
  std::string text = "by " + SpanText(billing.step);
  if (billing.minimum > billing.step) text += ", " + SpanText(billing.minimum) + " at least";
  return text;
}

std::string Sums(std::span<const JudgedOffer> offers, bool with_others) {
  std::map<std::string, int> others;
  int fitting = 0;
  for (const JudgedOffer& judged : offers) {
    if (judged.why_not) {
      ++others[judged.why_not->code];
    } else {
      ++fitting;
    }
  }
  std::string text = fmt::format("{} {}", fitting, fitting == 1 ? "offer" : "offers");
  if (others.empty()) return text;
  text += "; left out: ";
  bool is_first = true;
  for (const auto& [code, count] : others) {
    text += fmt::format("{}{} for {}", is_first ? "" : ", ", count, code);
    is_first = false;
  }
  return text + (with_others ? "" : "; --all shows them");
}

}  // namespace

std::string OffersView(std::span<const JudgedOffer> offers, bool with_others,
                       const TextStyle& style) {
  Table table({{.title = "OFFER"},
               {.title = "HOSTS", .rank = 1},
               {.title = "HYPERVISORS", .rank = 1},
               {.title = "COUNTRY", .rank = 2},
               {.title = "ROUND TRIP", .is_number = true, .rank = 2},
               {.title = "VCPU", .is_number = true},
               {.title = "MEMORY", .is_number = true},
               {.title = "PER HOUR", .is_number = true},
               {.title = "BILLS", .rank = 4},
               {.title = "READY IN", .is_number = true, .rank = 3},
               {.title = "STOCK", .is_number = true, .rank = 3},
               {.title = "WHY NOT", .is_cuttable = true}});
  for (const JudgedOffer& judged : offers) {
    if (judged.why_not && !with_others) continue;
    const Offer& offer = judged.offer;
    table.Add({{offer.id, judged.why_not ? Ink::kFaint : Ink::kPlain},
               std::string(Name(offer.cluster_type)),
               HypervisorsText(offer),
               offer.country,
               judged.round_trip ? fmt::format("{} ms", judged.round_trip->count()) : "",
               std::to_string(offer.capacity.vcpu),
               FormatMemoryMib(offer.capacity.memory_mib),
               PriceText(offer.price_per_hour),
               BillingText(offer.billing),
               SpanText(offer.time_to_ready),
               offer.stock ? std::to_string(*offer.stock) : "",
               judged.why_not ? Printable(judged.why_not->text) : ""});
  }
  const std::string sums = Hanging(style, "", Sums(offers, with_others));
  return table.is_empty() ? sums : table.Text(style) + "\n" + sums;
}

std::string OffersJson(std::span<const JudgedOffer> offers, bool with_others) {
  json report = json::array();
  for (const JudgedOffer& judged : offers) {
    if (judged.why_not && !with_others) continue;
    json entry = judged.offer;
    entry["round_trip_ms"] = judged.round_trip ? json(judged.round_trip->count()) : json(nullptr);
    entry["why_not"] = judged.why_not ? json(*judged.why_not) : json(nullptr);
    report.push_back(std::move(entry));
  }
  return JsonText(report);
}

}  // namespace spillway
