// One field of a cron expression.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/result.h"

namespace spillway {

// What a field may hold. `names[i]` stands for the value `first_name + i`.
struct CronFieldRule {
  std::string_view name;
  int least;
  int most;
  std::span<const std::string_view> names = {};
  int first_name = 0;
};

// The values that `text` stands for, ascending and each once. kInvalid with the expectation.
Result<std::vector<int>> ParseCronField(std::string_view text, const CronFieldRule& rule);

}  // namespace spillway
