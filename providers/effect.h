// What a call changes on the other side, and so what it means when its answer does not come.
#pragma once

#include "scaler/model/error.h"

namespace spillway {

enum class Effect {
  kReads,       // changes nothing
  kRepeatable,  // changes something; doing it again changes nothing more
  kCreates,     // an answer that does not come leaves it open whether a machine exists
};

// The kind to tell for a call that failed as `kind`. What failed on the way or on the other side
// is kUnknownOutcome for a call that creates, and kTransient for one that can be repeated.
inline ErrorKind Settled(ErrorKind kind, Effect effect) {
  if (kind != ErrorKind::kTransient && kind != ErrorKind::kUnknownOutcome) return kind;
  return effect == Effect::kCreates ? ErrorKind::kUnknownOutcome : ErrorKind::kTransient;
}

}  // namespace spillway
