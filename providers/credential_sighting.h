// Whether an account has credentials, and where: what can be said without using them and without
// asking anybody. Never a part of the credentials themselves.
#pragma once

#include <string>
#include <string_view>

#include "scaler/model/result.h"

namespace spillway {

struct CredentialSighting {
  enum class State {
    kNotNeeded,
    kFound,
    kMissing,
    kUnsure,  // only asking would tell: a metadata service may have some
  };
  State state = State::kNotNeeded;
  // Where they are ("environment: DIGITALOCEAN_TOKEN"), or what was looked at in vain.
  std::string where = {};

  friend bool operator==(const CredentialSighting&, const CredentialSighting&) = default;
};

// What looking for them gave: `where` they were found, or the error that names every place.
inline CredentialSighting SightingOf(const Result<std::string>& where) {
  if (where) return {CredentialSighting::State::kFound, *where};
  return {CredentialSighting::State::kMissing, where.error().text};
}

// "not_needed", "found", "missing", "unsure".
std::string_view Name(CredentialSighting::State state);

}  // namespace spillway
