// Who asks: the account's API key, looked for where the users of Vultr keep it
//   1. VULTR_API_KEY
//   2. ~/.vultr-cli.yaml, the file of vultr-cli
// Another file of that form that Spillway's configuration names is taken or is an error: nothing
// else is tried.
#pragma once

#include <string>

#include "providers/surroundings.h"
#include "scaler/model/result.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct VultrKey {
  Secret key;
  std::string place;  // where it was: "environment: VULTR_API_KEY"
};

// `file` is the one that the configuration names; empty: the conventional order. kDenied: none,
// naming everything that was tried and why it did not serve.
Result<VultrKey> FindVultrKey(const std::string& file, const Surroundings& surroundings);

}  // namespace spillway
