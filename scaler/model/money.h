// Money in millionths of the one currency that a deployment uses. Whole numbers: a limit is kept
// exactly, and sums do not depend on their order.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

#include "scaler/model/time.h"

namespace spillway {

struct Money {
  std::int64_t micros = 0;

  static constexpr Money Unlimited() { return {std::numeric_limits<std::int64_t>::max() / 4}; }
  static Money FromDouble(double units) {
    return {static_cast<std::int64_t>(std::llround(units * 1e6))};
  }
  double ToDouble() const { return static_cast<double>(micros) / 1e6; }

  friend auto operator<=>(const Money&, const Money&) = default;
  Money& operator+=(Money o) {
    micros += o.micros;
    return *this;
  }
  friend Money operator+(Money a, Money b) { return {a.micros + b.micros}; }
  friend Money operator-(Money a, Money b) { return {a.micros - b.micros}; }
  friend Money operator*(Money a, std::int64_t n) { return {a.micros * n}; }
};

// How a provider charges for a machine: time is rounded up to whole steps, with a minimum.
struct Billing {
  Duration step = std::chrono::seconds(1);
  Duration minimum = std::chrono::seconds(60);

  friend bool operator==(const Billing&, const Billing&) = default;
};

// The time that is paid when a machine runs for `used` (0 or more).
Duration PaidTime(const Billing& billing, Duration used);

// What `used` costs at `price_per_hour`, rounded up to the next millionth.
Money Cost(Money price_per_hour, const Billing& billing, Duration used);

}  // namespace spillway
