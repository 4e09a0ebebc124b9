// The fleet of a backtest as arithmetic: the same rules that the live loop keeps with the
// simulated provider, without hosts, plans and calls. A test proves that both are the same. Pure.
//
// In each step: first Want(), then the step passes. What is launched before step k is ready before
// step k + boot_steps and is paid from its launch. What is too much goes at once: hosts that boot
// before ready ones, of those that boot the youngest first, of the ready ones that with the least
// paid time left (in whole tens of minutes, as plan/victims.h has it), then the youngest.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scaler/model/money.h"
#include "scaler/model/time.h"

namespace spillway {

struct FleetModelSpec {
  Duration step = std::chrono::seconds(30);
  std::int64_t boot_steps = 3;
  Billing billing;
};

// Hosts that were launched together.
struct Cohort {
  std::int64_t age = 0;  // steps since their launch
  std::int64_t hosts = 0;

  friend bool operator==(const Cohort&, const Cohort&) = default;
};

class FleetModel {
 public:
  explicit FleetModel(const FleetModelSpec& spec) : spec_(spec) {}

  // Ready and booting hosts become `wanted` in all.
  void Want(std::int64_t wanted);
  // One step passes: everybody is a step older.
  void Pass();

  std::int64_t ready() const;
  std::int64_t usable() const;
  std::int64_t launches() const { return launches_; }
  // The oldest first.
  std::span<const Cohort> cohorts() const { return cohorts_; }
  // What the last Want() gave back.
  std::span<const Cohort> given_back() const { return given_back_; }
  // Billed so far: what is there up to now, what is gone to the end of its paid time.
  double paid_seconds() const;

 private:
  bool IsReady(const Cohort& cohort) const { return cohort.age >= spec_.boot_steps; }
  // The cohort that gives the next host back.
  std::vector<Cohort>::iterator Victims();
  Duration Used(const Cohort& cohort) const { return spec_.step * cohort.age; }

  const FleetModelSpec spec_;
  std::vector<Cohort> cohorts_;
  std::vector<Cohort> given_back_;
  std::int64_t launches_ = 0;
  double paid_by_gone_ = 0;
};

}  // namespace spillway
