#include "scaler/store/retention.h"

#include <algorithm>
#include <chrono>

namespace spillway {

Time GoneHostsCutoff(const Retention& retention, Time now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(today);
  const auto last_month = date.year() / date.month() - std::chrono::months(1);
  const Time last_month_begins = std::chrono::sys_days(last_month / 1);
  return std::min(now - retention.gone_hosts, last_month_begins);
}

}  // namespace spillway
