#include "bus/adapters/reading.h"

#include <algorithm>
#include <utility>

namespace spillway::adapters {

void AddLabel(Labels& labels, const std::string& name, std::string value) {
  const auto is_it = [&](const auto& label) { return label.first == name; };
  const bool is_full = labels.size() >= kMaxReadLabels;
  if (is_full || std::any_of(labels.begin(), labels.end(), is_it)) return;
  labels.emplace_back(name, std::move(value));
}

std::string_view Name(Loss loss) {
  switch (loss) {
    case Loss::kDenied: return "denied";
    case Loss::kNotFound: return "not_found";
    case Loss::kTooLarge: return "too_large";
    case Loss::kBadEncoding: return "bad_encoding";
    case Loss::kBadBody: return "bad_body";
    case Loss::kBusy: return "busy";
    case Loss::kBadReading: return "bad_reading";
    case Loss::kNotANumber: return "not_a_number";
    case Loss::kNotFinite: return "not_finite";
    case Loss::kStale: return "stale";
    case Loss::kTooMany: return "too_many";
    case Loss::kOverflow: return "overflow";
    case Loss::kEvent: return "event";
    case Loss::kUnmapped: return "unmapped";
    case Loss::kDropped: return "dropped";
    case Loss::kNoCluster: return "no_cluster";
    case Loss::kNoAnswer: return "no_answer";
    case Loss::kRefused: return "refused";
    case Loss::kTooOld: return "too_old";
  }
  return "unknown";
}

}  // namespace spillway::adapters
