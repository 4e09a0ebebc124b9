#include "bus/adapters/reading.h"

namespace spillway::adapters {

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
