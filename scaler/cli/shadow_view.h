// Shadows beside what acts, for people and for scripts.
#pragma once

#include <span>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/rehearsal/shadow_score.h"

namespace spillway {

// "calm: 12 % cheaper, violated 0.3 % against 0.5 %, 4 launches against 12, in 3.2 h".
std::string ShadowText(const ShadowScore& score);

// A table with two rows for each: what acts, and the shadow.
std::string CompareView(std::span<const ShadowScore> scores, const TextStyle& style);

}  // namespace spillway
