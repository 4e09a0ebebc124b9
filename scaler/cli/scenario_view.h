// How a scenario came out, for people: what was expected beside what was got, and for a step that
// failed everything that was said in it.
#pragma once

#include <string>
#include <vector>

#include "scaler/cli/terminal_text.h"
#include "scaler/rehearsal/scenario.h"

namespace spillway {

// True when every step came out as expected.
bool Passed(const std::vector<PlayedStep>& steps);

// Nothing for a scenario that passed. Lines end with a newline.
std::string FailedSteps(const std::vector<PlayedStep>& steps, Time start, const TextStyle& style);

// Everything that policies, decision and plan said.
std::string Told(const DecisionRecord& record, const TextStyle& style);

}  // namespace spillway
