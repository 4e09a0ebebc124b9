// What stands in a file of Application Default Credentials, and what is sent for a token with it.
// Pure.
#pragma once

#include <string>
#include <variant>

#include "scaler/model/result.h"
#include "scaler/model/time.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct GoogleServiceAccount {
  std::string email;
  std::string key_id;
  Secret private_key;
  std::string token_url;
  std::string project;  // that it belongs to
};

struct GoogleUser {
  std::string client_id;
  Secret client_secret;
  Secret refresh_token;
  std::string token_url;
};

using GoogleKeyFile = std::variant<GoogleServiceAccount, GoogleUser>;

// kDenied: it is not such a file, is of a type that is not supported (external_account among
// them), or lacks something. The error names `path` and repeats nothing of `text`.
Result<GoogleKeyFile> ReadGoogleKeyFile(const std::string& path, const std::string& text);

const std::string& TokenUrl(const GoogleKeyFile& file);

// The form that is exchanged for an access token to Compute Engine. What it proves is good for an
// hour from `now`.
Secret TokenForm(const GoogleKeyFile& file, Time now);

}  // namespace spillway
