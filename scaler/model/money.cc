#include "scaler/model/money.h"

#include <algorithm>

namespace spillway {
namespace {

__extension__ typedef __int128 Wide;  // price times milliseconds outgrows 64 bits

}  // namespace

Duration PaidTime(const Billing& billing, Duration used) {
  const Duration least = std::max({used, billing.minimum, Duration(0)});
  const std::int64_t step = std::max<std::int64_t>(billing.step.count(), 1);
  return Duration((least.count() + step - 1) / step * step);
}

Money Cost(Money price_per_hour, const Billing& billing, Duration used) {
  constexpr std::int64_t kHourMs = 3'600'000;
  const Wide product = static_cast<Wide>(price_per_hour.micros) * PaidTime(billing, used).count();
  return {static_cast<std::int64_t>((product + kHourMs - 1) / kHourMs)};
}

}  // namespace spillway
