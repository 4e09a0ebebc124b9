// Who asks, and for which project: looked for where the users of Equinix Metal keep it
//   1. METAL_AUTH_TOKEN, or its older name PACKET_AUTH_TOKEN; METAL_PROJECT_ID
//   2. `token` and `project-id` of metal-cli's file: METAL_CONFIG, else
//      ~/.config/equinix/metal.yaml
// A project in Spillway's configuration goes before both.
#pragma once

#include <string>

#include "providers/surroundings.h"
#include "scaler/model/result.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct EquinixAccess {
  Secret key;  // of a user, who may see many projects, or of the project itself
  std::string project;
  std::string place;  // where the key was: "environment: METAL_AUTH_TOKEN"
};

// `project` is the configured one, or empty. Errors: kDenied, naming every place and why it did
// not serve.
Result<EquinixAccess> FindEquinixAccess(const std::string& project,
                                        const Surroundings& surroundings);

}  // namespace spillway
