#include "providers/rest/authorisation.h"

#include <algorithm>

namespace spillway {

bool FitsAHeader(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

Result<SecretHeaders> LookedUpKey::Headers() {
  const std::lock_guard lock(mutex_);
  if (key_.empty()) {
    const Result<Secret> found = look_();
    if (!found) return found.error();
    key_ = *found;
  }
  return SecretHeaders{{header_, Secret(scheme_ + key_.Reveal())}};
}

bool LookedUpKey::Renew() {
  const std::lock_guard lock(mutex_);
  const Result<Secret> found = look_();
  if (!found || found->Reveal() == key_.Reveal()) return false;
  key_ = *found;
  return true;
}

}  // namespace spillway
