// Whether an account has credentials, and where: what can be said without using them and without
// asking anybody. Never a part of the credentials themselves.
#pragma once

#include <string>
#include <string_view>

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

// "not_needed", "found", "missing", "unsure".
std::string_view Name(CredentialSighting::State state);

}  // namespace spillway
