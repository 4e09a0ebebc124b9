// A range of one setting: "target=0.3..0.9:7".
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "scaler/backtest/policy_spec.h"

namespace spillway {

// The text is no sweep; says what was expected.
class SettingRangeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct SettingRange {
  std::string key;
  std::vector<nlohmann::json> values;  // numbers, or durations as text; equal steps, both ends
};

// KEY=FROM..TO[:N], N from 2 to 100, default 9; both numbers or both durations ("1m..30m"). Whole
// bounds with whole steps between them give whole numbers.
SettingRange ParseSettingRange(const std::string& text);

// Each policy with each value, policy by policy. Throws SettingRangeError for one that is made of
// several.
std::vector<PolicySpec> Swept(const std::vector<PolicySpec>& policies, const SettingRange& sweep);

}  // namespace spillway
