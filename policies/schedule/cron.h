// Cron expressions over the minutes of a wall clock. Knows no time zones (zone.h does).
//
//   minute hour day-of-month month day-of-week
//   0-59   0-23 1-31         1-12  0-7 (0 and 7 are Sunday)
//
// Each field is a list of `*`, values, ranges `a-b` and any of these with a step `/n` (`a/n` goes
// from a to the end). Months and weekdays also by their English names of three letters, in any
// case. Or one word for all: @hourly @daily @midnight @weekly @monthly @yearly @annually.
//
// When both day fields are restricted, a day that fits either of them fits; a day field that
// begins with `*` counts as not restricted, and then a day has to fit both.
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

#include "scaler/model/result.h"

namespace spillway {

// What a clock on the wall shows, to the minute.
using LocalMinute = std::chrono::local_time<std::chrono::minutes>;

class Cron {
 public:
  // kInvalid: the text says which field is wrong and what was expected, or that it never occurs.
  static Result<Cron> Parse(std::string_view expression);

  // The first minute after `t` that fits, the last one at `t` or before. Nothing when there is
  // none within 50 years, which no expression that Parse accepts needs.
  std::optional<LocalMinute> After(LocalMinute t) const;
  std::optional<LocalMinute> AtOrBefore(LocalMinute t) const;

 private:
  Cron() = default;
  bool FitsDay(std::chrono::local_days day) const;
  std::optional<std::chrono::minutes> FirstOfDay(std::chrono::minutes from) const;
  std::optional<std::chrono::minutes> LastOfDay(std::chrono::minutes upto) const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;  // 0 is Sunday; 7 is folded into it
  bool any_day_ = false;     // the field began with `*`
  bool any_weekday_ = false;
};

}  // namespace spillway
