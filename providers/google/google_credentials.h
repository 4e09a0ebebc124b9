// Who asks: Google's Application Default Credentials, looked for in their conventional order
//   1. the file of Spillway's configuration, else of GOOGLE_APPLICATION_CREDENTIALS
//   2. application_default_credentials.json of gcloud, in CLOUDSDK_CONFIG or ~/.config/gcloud
//   3. the machine's service account, from the metadata server (GCE_METADATA_HOST)
// A file that was named is taken or is an error; so is one of gcloud that is there.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "providers/credential_sighting.h"
#include "providers/google/google_key_file.h"
#include "providers/rest/authorisation.h"
#include "providers/surroundings.h"
#include "scaler/model/time.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// Whether there are some, and where. `file` is that of the configuration; empty: none.
CredentialSighting SightGoogleCredentials(const std::string& file,
                                          const Surroundings& surroundings);

// Thread-safe. Blocks when a token is exchanged, which is about once an hour. Files are read anew
// each time, so that a key can be exchanged while the service runs.
class GoogleCredentials final : public Authorisation {
 public:
  // `file` is that of the configuration; empty: none. `http` and `clock` outlive it.
  GoogleCredentials(std::string file, Surroundings surroundings, HttpClient& http,
                    const Clock& clock);

  // Whether there are credentials. Asks nobody when they stand in a file. kDenied: there are none;
  // the error names every place that was looked at.
  Result<Done> Check();
  // The project that the credentials belong to; nothing when they do not say.
  std::optional<std::string> Project();

  // The access token, exchanged again minutes before it expires. kDenied: the credentials were
  // refused; kTransient: the other side does not answer just now.
  Result<SecretHeaders> Headers() override;
  bool Renew() override;

 private:
  struct Token {
    Secret value;
    Time expires;
  };

  Result<Token> Fetch();
  Result<Token> Exchange(const GoogleKeyFile& file);
  Result<Token> AskMetadataForToken(const std::string& tried);
  Result<std::string> AskMetadata(const std::string& path);
  static Result<Token> ReadToken(const std::string& body, Time now);

  const std::string file_;
  const Surroundings surroundings_;
  HttpClient& http_;
  const Clock& clock_;

  std::mutex mutex_;  // guards `token_`, and lets one thread ask while the others wait
  std::optional<Token> token_;
};

}  // namespace spillway
