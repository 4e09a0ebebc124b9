// Why a call on the outside world failed, chosen by what the caller does next.
#pragma once

#include <string>
#include <string_view>

namespace spillway {

enum class ErrorKind {
  kTransient,       // nothing happened; the same call may work in a moment
  kThrottled,       // asked too often; slow down, then the same call
  kNoCapacity,      // none of this to be had here now; look elsewhere, come back later
  kQuota,           // the account's limit; not soon, elsewhere
  kNotFound,        // the thing does not exist (any more)
  kDenied,          // credentials or permission; a person must act
  kInvalid,         // the request is wrong; repeating it is pointless
  kConflict,        // the thing is in another state than the call needs
  kUnknownOutcome,  // sent, but no answer came: it may have happened
};

// "transient", "no_capacity", …: the word in logs, metrics and records.
std::string_view Name(ErrorKind kind);

// An error as a value. `code` and `text` are the other side's own words, free of secrets;
// `where` names the call and its target ("ec2 RunInstances eu-central-1").
struct Error {
  ErrorKind kind = ErrorKind::kTransient;
  std::string where;
  std::string code;
  std::string text;

  friend bool operator==(const Error&, const Error&) = default;
};

// One line: "ec2 RunInstances eu-central-1: no_capacity: InsufficientInstanceCapacity: …".
std::string Describe(const Error& error);

}  // namespace spillway
