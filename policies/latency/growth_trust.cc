#include "policies/latency/growth_trust.h"

#include <nlohmann/json.hpp>

namespace spillway {
namespace {

constexpr std::int64_t kTrials = 3;
constexpr double kHelped = 0.9;
constexpr Duration kHold = std::chrono::minutes(30);

}  // namespace

std::optional<Time> GrowthTrust::HeldUntil(double seen, bool is_too_slow, const Capacity& ready,
                                           Duration settle, Time now) {
  if (ready != ready_) {
    ready_ = ready;
    ready_since_ = now;
  }
  if (!is_too_slow) {
    trial_.reset();
    failures_ = 0;
    held_until_ = kDistantPast;
    return std::nullopt;
  }
  if (now < held_until_) return held_until_;
  if (!trial_) trial_ = Trial{seen, ready};
  const bool has_grown = ready != trial_->ready && ready.Covers(trial_->ready);
  if (!has_grown || now - ready_since_ < settle) return std::nullopt;

  failures_ = seen <= kHelped * trial_->seen ? 0 : failures_ + 1;
  trial_ = Trial{seen, ready};
  if (failures_ < kTrials) return std::nullopt;
  failures_ = 0;
  held_until_ = now + kHold;
  return held_until_;
}

nlohmann::json GrowthTrust::ToJson() const {
  return {{"failures", failures_}, {"held_until", held_until_.time_since_epoch().count()}};
}

bool GrowthTrust::FromJson(const nlohmann::json& json) {
  const auto whole = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_number_integer();
  };
  if (!whole("failures") || !whole("held_until")) return false;
  failures_ = json["failures"].get<std::int64_t>();
  held_until_ = Time(Duration(json["held_until"].get<std::int64_t>()));
  return true;
}

}  // namespace spillway
