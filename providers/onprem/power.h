// The power switch of one machine.
//
// Contract for every implementation: calls block, with a time limit of their own; thread-safe; no
// retries, no logs, no secrets in errors. All can be repeated, so that an answer that did not come
// is kTransient. kDenied: the BMC does not let us in. kInvalid, kNotFound, kConflict: it cannot do
// what was asked; a person must look.
#pragma once

#include <string>

#include "scaler/model/result.h"

namespace spillway {

enum class PowerState { kOff, kOn, kTurningOn, kTurningOff, kUnknown };

struct PowerStatus {
  PowerState state = PowerState::kUnknown;
  std::string text;        // the other side's own word: "PoweringOn"
  std::string fault = {};  // why the machine is not to be relied on; empty: nobody says so

  friend bool operator==(const PowerStatus&, const PowerStatus&) = default;
};

enum class SwitchOff {
  kOrderly,  // the operating system is asked to shut down, and may not hear it
  kAtOnce,   // the power is cut
};

class Power {
 public:
  virtual ~Power() = default;

  virtual Result<PowerStatus> Look() = 0;
  // They return when the switch has accepted; Look tells when it is done. A machine that is in that
  // state already, or on its way there, is a success.
  virtual Result<Done> On() = 0;
  virtual Result<Done> Off(SwitchOff way) = 0;
};

}  // namespace spillway
