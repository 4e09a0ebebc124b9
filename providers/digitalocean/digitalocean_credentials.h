// Who asks: the token of DigitalOcean's API, looked for in the conventional order
//   1. DIGITALOCEAN_TOKEN, DIGITALOCEAN_ACCESS_TOKEN
//   2. the configuration file of doctl, in its current context
// A context that Spillway's configuration names is taken from that file or is an error: nothing
// else is tried.
#pragma once

#include <mutex>
#include <string>

#include "providers/rest/authorisation.h"
#include "providers/surroundings.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct DigitalOceanToken {
  Secret token;
  std::string place;  // where it was: "environment: DIGITALOCEAN_TOKEN"
};

// `context` is empty for the conventional order. kDenied: none, naming everything that was tried.
Result<DigitalOceanToken> FindDigitalOceanToken(const std::string& context,
                                                const Surroundings& surroundings);

// Thread-safe.
class DigitalOceanCredentials final : public Authorisation {
 public:
  // `context` as for FindDigitalOceanToken.
  DigitalOceanCredentials(std::string context, Surroundings surroundings);

  // The token found before, or now; errors are those of FindDigitalOceanToken.
  Result<SecretHeaders> Headers() override;

  // Whether there is another token now than the one that was given.
  bool Renew() override;

 private:
  const std::string context_;
  const Surroundings surroundings_;

  std::mutex mutex_;  // guards `token_`
  Secret token_;      // empty: not found yet
};

}  // namespace spillway
