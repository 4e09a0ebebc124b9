// A limit cycle for people: the counterexample as a plot, why each direction was taken, and what
// can be done.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scaler/app/flap_check.h"
#include "scaler/cli/terminal_text.h"

namespace spillway {

// REQUIRES: finding.proof.cycle. Lines end with a newline.
std::string CycleView(const FlapFinding& finding, const TextStyle& style);

// {"cluster", "shadow", "runs", "evaluations", "allowed", "cycle"}; without a cycle it is null.
nlohmann::json FlapJson(const FlapFinding& finding);

}  // namespace spillway
