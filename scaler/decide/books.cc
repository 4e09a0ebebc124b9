#include "scaler/decide/books.h"

#include <algorithm>
#include <chrono>

namespace spillway {
namespace {

std::chrono::year_month MonthOf(Time t) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(t));
  return day.year() / day.month();
}

std::int64_t MonthNumber(Time t) {
  const auto month = MonthOf(t);
  const std::int64_t year = static_cast<int>(month.year());
  return year * 12 + static_cast<unsigned>(month.month()) - 1;
}

Time MonthStart(Time t) { return std::chrono::sys_days(MonthOf(t) / 1); }

Money SettledThisMonth(const ClusterState& state, Time now) {
  return state.month == MonthNumber(now) ? state.settled : Money{};
}

Money Room(Money limit, Money used) { return limit == Money::Unlimited() ? limit : limit - used; }

}  // namespace

Money CostThisMonth(const HostRecord& host, Time now) {
  if (!host.paid_from) return {};
  const Time end = std::min(host.gone_at.value_or(now), now);
  const auto cost_until = [&](Time t) {
    return t <= *host.paid_from ? Money{}
                                : Cost(host.price_per_hour, host.billing, t - *host.paid_from);
  };
  return cost_until(end) - cost_until(std::min(end, MonthStart(now)));
}

MoneyState MoneyOf(const MoneyEnvelope& envelope, const ClusterState& state,
                   std::span<const HostRecord> hosts, Time now) {
  MoneyState money;
  money.spent_this_month = SettledThisMonth(state, now);
  for (const HostRecord& host : hosts) {
    if (!IsLive(host)) continue;
    money.spent_this_month += CostThisMonth(host, now);
    money.reserved += Cost(host.price_per_hour, host.billing, envelope.reserve);
    money.running_per_hour += host.price_per_hour;
  }
  money.room_per_hour = Room(envelope.per_hour, money.running_per_hour);
  money.room_this_month = Room(envelope.per_month, money.spent_this_month + money.reserved);
  return money;
}

ClusterState AfterGone(ClusterState state, const HostRecord& host, Time now) {
  state.settled = SettledThisMonth(state, now) + CostThisMonth(host, now);
  state.month = MonthNumber(now);
  return state;
}

}  // namespace spillway
