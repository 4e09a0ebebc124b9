// Where the service's API is, and what is shown there.
#pragma once

#include <string>

#include "providers/surroundings.h"
#include "scaler/cli/commands.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct ApiSettings {
  std::string address;  // "https://spillway.example.org:9464", without a slash at its end
  Secret token;
  std::string ca_file;  // certificates that are trusted; empty: the system's
};

// Address and token, each from the first that has it: what was typed; SPILLWAY_API, SPILLWAY_TOKEN
// and SPILLWAY_CA_FILE; the file spillway/api.yaml in XDG_CONFIG_HOME, else in ~/.config:
//
//   api: https://spillway.example.org:9464
//   token: spw_…                   # or
//   token_file: token              # relative to the folder of this file
//   ca_file: /etc/ssl/our-ca.pem
//
// What the file has beside the address is for that address: it is not shown to another. Without any
// address it is http://127.0.0.1:9464. Throws CommandError: kBadConfig for a file that is wrong or
// that everybody can read, kUsage for an address that is none, kFailed where there is no token;
// each says what to do. Blocking; reads files.
ApiSettings FindApi(const ApiOptions& typed, const Surroundings& surroundings);

// Whether an address or a token was typed, is in the environment, or in a file.
bool IsApiNamed(const ApiOptions& typed, const Surroundings& surroundings);

}  // namespace spillway
