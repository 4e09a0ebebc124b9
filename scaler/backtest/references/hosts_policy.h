// What the references have in common: they see the load in hosts, and answer in whole hosts.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "policies/policy.h"
#include "scaler/backtest/references/references.h"

namespace spillway {

// A moment as a reference sees it.
struct Sight {
  Time now;
  double load = 0;          // of the last step, in hosts: 2.5 is what two and a half hosts take
  std::int64_t ready = 0;   // hosts
  std::int64_t usable = 0;  // ready and booting
};

class HostsPolicy : public Policy {
 public:
  std::span<const SignalSpec> signals() const final { return {&signal_, 1}; }
  // As long as no load was measured, it cannot tell.
  Recommendation Evaluate(const PolicyInput& input) final;

 protected:
  HostsPolicy(std::string name, const ReferenceContext& context);

  // How many hosts there should be, booting ones included. Called once a step.
  virtual std::int64_t Want(const Sight& sight) = 0;

 private:
  const SignalSpec signal_;
  const double capacity_;
};

// The signal that the references look at, and the default of all others.
SignalSpec LastLoad(Duration step);

// Rounded up; what is within 1e-9 of a whole number is that number.
std::int64_t WholeHosts(double hosts);

}  // namespace spillway
