#include "scaler/model/error.h"

namespace spillway {

std::string_view Name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kTransient: return "transient";
    case ErrorKind::kThrottled: return "throttled";
    case ErrorKind::kNoCapacity: return "no_capacity";
    case ErrorKind::kQuota: return "quota";
    case ErrorKind::kNotFound: return "not_found";
    case ErrorKind::kDenied: return "denied";
    case ErrorKind::kInvalid: return "invalid";
    case ErrorKind::kConflict: return "conflict";
    case ErrorKind::kUnknownOutcome: return "unknown_outcome";
  }
  return "unknown";
}

std::string Describe(const Error& error) {
  std::string line = error.where;
  line += ": ";
  line += Name(error.kind);
  for (const std::string* part : {&error.code, &error.text}) {
    if (!part->empty()) line += ": " + *part;
  }
  return line;
}

}  // namespace spillway
