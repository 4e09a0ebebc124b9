// What a plan looked at and did not choose, told without flooding the screen.
#pragma once

#include <span>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/plan.h"

namespace spillway {

// Those of `considered` that were not chosen, under `title`, put together by pool and reason code
// in the order of their first appearance. Of each group the first few are named, with the text
// of their reason; one text is said once. Empty when all were chosen.
std::string PassedOver(const std::string& title, std::span<const Considered> considered,
                       const TextStyle& style);

}  // namespace spillway
