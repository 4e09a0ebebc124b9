// How records and their parts are said to people; what several views share.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/decision.h"
#include "scaler/model/host.h"

namespace spillway {

// At least two decimals, more where there is something to see: "12.50", "0.0225". Without limit:
// "no limit".
std::string MoneyText(Money money);

// A price in a column: always four decimals, so that the points stand below each other.
std::string PriceText(Money price);

// "1 host", "3 hosts"
std::string HostCountText(std::int64_t hosts);

// How long ago `then` was: "12 s ago", "3.5 h ago"; "in 4 min" when it is still to come.
std::string AgoText(Time then, Time now);

// "0.93", or "-" when its state gives it no value.
std::string ValueText(const Signal& signal);

// "wants 40 vCPU, 160 GiB": what a policy says, without its reason.
std::string ClaimText(const Recommendation& recommendation);

Ink InkOf(HostState state);
Ink InkOf(SignalState state);
Ink InkOf(Verdict verdict);

// Why the host stands where it stands, in a line: its failure, its trouble, or who asked for it.
std::string WhyText(const HostRecord& host);

// Records for scripts: indented, with a newline at the end. Text that is no UTF-8 is replaced, not
// refused.
std::string JsonText(const nlohmann::json& records);

}  // namespace spillway
