// Who asks: the token of DigitalOcean's API, looked for in the conventional order
//   1. DIGITALOCEAN_TOKEN, DIGITALOCEAN_ACCESS_TOKEN
//   2. the configuration file of doctl, in its current context
// A context that Spillway's configuration names is taken from that file or is an error: nothing
// else is tried.
#pragma once

#include <string>

#include "providers/surroundings.h"
#include "scaler/model/result.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct DigitalOceanToken {
  Secret token;
  std::string place;  // where it was: "environment: DIGITALOCEAN_TOKEN"
};

// `context` is empty for the conventional order. kDenied: none, naming everything that was tried.
Result<DigitalOceanToken> FindDigitalOceanToken(const std::string& context,
                                                const Surroundings& surroundings);

}  // namespace spillway
