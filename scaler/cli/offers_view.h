// `spillway offers`: what can be had, cheapest first.
#pragma once

#include <span>
#include <string>

#include "scaler/cli/offer_query.h"
#include "scaler/cli/terminal_text.h"

namespace spillway {

// Those that fit; `with_others`: and the others, each with its reason. At the end the sums.
std::string OffersView(std::span<const JudgedOffer> offers, bool with_others,
                       const TextStyle& style);

// [{…the members of the offer…, "round_trip_ms", "why_not": {"code", "text", "facts"}}]; null what
// is not known or, of `why_not`, of an offer that fits.
std::string OffersJson(std::span<const JudgedOffer> offers, bool with_others);

}  // namespace spillway
