#include "providers/rest/authorisation.h"

namespace spillway {

Result<SecretHeaders> LookedUpKey::Headers() {
  const std::lock_guard lock(mutex_);
  if (value_.empty()) {
    const Result<Secret> found = look_();
    if (!found) return found.error();
    value_ = *found;
  }
  return SecretHeaders{{header_, value_}};
}

bool LookedUpKey::Renew() {
  const std::lock_guard lock(mutex_);
  const Result<Secret> found = look_();
  if (!found || found->Reveal() == value_.Reveal()) return false;
  value_ = *found;
  return true;
}

}  // namespace spillway
