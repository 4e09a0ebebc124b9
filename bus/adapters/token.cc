#include "bus/adapters/token.h"

#include "scaler/runtime/digest.h"
#include "scaler/runtime/http_server.h"

namespace spillway::adapters {

Secret ReadToken(const SecretSource& source) {
  return source.IsGiven() ? ReadSecret(source, "adapters: the token") : Secret();
}

bool IsAuthorized(std::string_view authorization, const Secret& token) {
  if (token.empty()) return true;
  for (const std::string_view scheme : {"bearer", "token"}) {
    const std::string_view said = CredentialsIn(authorization, scheme);
    if (!said.empty()) return EqualInConstantTime(said, token.Reveal());
  }
  return false;
}

}  // namespace spillway::adapters
