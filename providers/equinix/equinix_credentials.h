// Who asks, and for which project: looked for where the users of Equinix Metal keep it
//   1. METAL_AUTH_TOKEN, or its older name PACKET_AUTH_TOKEN; METAL_PROJECT_ID
//   2. `token` and `project-id` of metal-cli's file: METAL_CONFIG, else
//      ~/.config/equinix/metal.yaml
// Another file of that form that Spillway's configuration names is taken or is an error: nothing
// else is tried. A project in Spillway's configuration goes before all.
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

// What the configuration says of it; empty: nothing.
struct EquinixAccessOptions {
  std::string project;
  std::string file;
};

// Errors: kDenied, naming every place and why it did not serve.
Result<EquinixAccess> FindEquinixAccess(const EquinixAccessOptions& options,
                                        const Surroundings& surroundings);

}  // namespace spillway
