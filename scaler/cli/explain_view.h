// `spillway explain` and `spillway plan`: a decision told from what was seen to what was done.
#pragma once

#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/plan.h"

namespace spillway {

// Every reason of the record is told; of offers and hosts that were passed over for the same
// reason a few are named and the rest counted.
std::string ExplainView(const DecisionRecord& record, Time now, const TextStyle& style);

// Its part about the plan.
std::string PlanView(const DecisionRecord& record, const TextStyle& style);

// The record, whole.
std::string ExplainJson(const DecisionRecord& record);

}  // namespace spillway
