// Who asks: AWS credentials, looked for in the conventional order
//   1. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
//   2. the profile in the credentials file, then in the config file
//   3. the container's role: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI
//   4. the machine's role, from the instance metadata service (IMDSv2)
// A profile that was asked for by name is taken or is an error: nothing else is tried after it,
// and one named in Spillway's configuration goes before the environment.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "providers/credential_sighting.h"
#include "providers/surroundings.h"
#include "scaler/model/result.h"
#include "scaler/model/time.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct AwsCredentials {
  std::string key_id;
  Secret secret;
  Secret session_token;         // empty: none
  std::optional<Time> expires;  // nothing: never
  std::string place;            // where they were found, for people
};

struct AwsCredentialOptions {
  std::string profile;            // empty: AWS_PROFILE, else "default"
  std::string metadata_endpoint;  // empty: AWS_EC2_METADATA_SERVICE_ENDPOINT, else the usual one
};

// Whether there are some, without asking a metadata service.
CredentialSighting SightAwsCredentials(const AwsCredentialOptions& options,
                                       const Surroundings& surroundings);

// Thread-safe. Blocking when the metadata service is asked.
class AwsCredentialChain {
 public:
  // `http` and `clock` outlive it.
  AwsCredentialChain(AwsCredentialOptions options, Surroundings surroundings, HttpClient& http,
                     const Clock& clock);

  // Those found before, unless they expire within minutes. Errors: kDenied, naming everything that
  // was tried and why it did not serve; kTransient when the metadata service fails just now.
  Result<AwsCredentials> Get();

  // Looks again, whatever was found before.
  Result<AwsCredentials> Refresh();

 private:
  Result<AwsCredentials> Find();
  std::optional<Result<AwsCredentials>> FromContainer(std::string& tried);
  Result<AwsCredentials> FromMetadata(std::string& tried);
  Result<HttpResponse> AskMetadata(const std::string& method, const std::string& path,
                                   const std::string& header, const Secret& value);
  std::optional<Secret> ContainerToken() const;
  std::string MetadataEndpoint() const;

  const AwsCredentialOptions options_;
  const Surroundings surroundings_;
  HttpClient& http_;
  const Clock& clock_;

  std::mutex mutex_;  // guards `found_`, and lets one thread look while the others wait
  std::optional<AwsCredentials> found_;
};

}  // namespace spillway
