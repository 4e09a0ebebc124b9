#include "providers/google/google_credentials.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace spillway {
namespace {

using nlohmann::json;

constexpr const char* kWhere = "google credentials";
constexpr const char* kUsualMetadataHost = "metadata.google.internal";
// The metadata server itself has a new token five minutes before the old one ends.
constexpr Duration kRefreshBefore = std::chrono::minutes(4);

Error Denied(std::string text) { return {ErrorKind::kDenied, kWhere, "", std::move(text)}; }
Error Transient(std::string text) { return {ErrorKind::kTransient, kWhere, "", std::move(text)}; }

// What a token endpoint says when it refuses: {"error": "invalid_grant", "error_description": …}.
Error Refused(const std::string& url, const HttpResponse& response) {
  Error error;
  // 4xx is about the key: deleted, or a clock that is wrong. A person must act.
  const bool is_final = response.status >= 400 && response.status < 500 && response.status != 408 &&
                        response.status != 429;
  error.kind = is_final ? ErrorKind::kDenied : ErrorKind::kTransient;
  error.where = kWhere;
  error.code = "HTTP " + std::to_string(response.status);
  error.text = url + " gives no token";
  const json answer = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return error;
  const auto text = [&answer](const char* name) {
    const auto member = answer.find(name);
    return member != answer.end() && member->is_string() ? member->get<std::string>() : "";
  };
  if (const std::string code = text("error"); !code.empty()) error.code = code;
  if (const std::string why = text("error_description"); !why.empty()) error.text += ": " + why;
  return error;
}

// The other side may repeat what was sent to it, as it was sent or as it is.
Error WithoutSecrets(Error error, const GoogleKeyFile& file, const Secret& form) {
  std::vector<Secret> secrets = {form};
  if (const auto* account = std::get_if<GoogleServiceAccount>(&file)) {
    // The assertion is the last parameter, and needs no percent-encoding.
    secrets.push_back(Secret(form.Reveal().substr(form.Reveal().rfind('=') + 1)));
    secrets.push_back(account->private_key);
  } else {
    const auto& user = std::get<GoogleUser>(file);
    for (const Secret& secret : {user.client_secret, user.refresh_token}) {
      secrets.push_back(secret);
      secrets.push_back(Secret(PercentEncode(secret.Reveal())));
    }
  }
  for (const Secret& secret : secrets) {
    error.code = Redact(error.code, secret);
    error.text = Redact(error.text, secret);
  }
  return error;
}

struct FoundKeyFile {
  GoogleKeyFile key;
  std::string path;
};

// The file that is to be taken, read; nothing when there is none and the metadata server is next.
Result<std::optional<FoundKeyFile>> FindFile(const std::string& file,
                                             const Surroundings& surroundings, std::string& tried) {
  const auto read = [](const std::string& path,
                       const std::string& text) -> Result<std::optional<FoundKeyFile>> {
    const Result<GoogleKeyFile> key = ReadGoogleKeyFile(path, text);
    if (!key) return key.error();
    return std::optional(FoundKeyFile{*key, path});
  };
  std::optional<std::string> named = surroundings.variable("GOOGLE_APPLICATION_CREDENTIALS");
  if (!file.empty()) named = file;
  if (named) {
    const auto text = surroundings.file(*named);
    if (text) return read(*named, *text);
    return Denied(*named + " (" +
                  (file.empty() ? "GOOGLE_APPLICATION_CREDENTIALS" : "credentials_file") +
                  ") cannot be read");
  }
  tried += "environment: GOOGLE_APPLICATION_CREDENTIALS is not set; ";
  const std::string folder =
      surroundings.variable("CLOUDSDK_CONFIG").value_or(HomeFile(surroundings, ".config/gcloud"));
  const std::string path = folder + "/application_default_credentials.json";
  if (const auto text = surroundings.file(path)) return read(path, *text);
  tried += path + ": cannot be read; ";
  return std::optional<FoundKeyFile>();
}

}  // namespace

CredentialSighting SightGoogleCredentials(const std::string& file,
                                          const Surroundings& surroundings) {
  std::string tried;
  const auto found = FindFile(file, surroundings, tried);
  if (!found) return SightingOf(found.error());
  if (*found) return SightingOf((*found)->path);
  return {CredentialSighting::State::kUnsure, tried + "the metadata server was not asked"};
}

GoogleCredentials::GoogleCredentials(std::string file, Surroundings surroundings, HttpClient& http,
                                     const Clock& clock)
    : file_(std::move(file)), surroundings_(std::move(surroundings)), http_(http), clock_(clock) {}

Result<Done> GoogleCredentials::Check() {
  std::string tried;
  const auto file = FindFile(file_, surroundings_, tried);
  if (!file) return file.error();
  if (*file) return Done{};
  const Result<SecretHeaders> headers = Headers();
  if (!headers) return headers.error();
  return Done{};
}

std::optional<std::string> GoogleCredentials::Project() {
  std::string tried;
  const auto file = FindFile(file_, surroundings_, tried);
  if (!file) return std::nullopt;
  if (*file) {
    const auto* account = std::get_if<GoogleServiceAccount>(&(*file)->key);
    if (account == nullptr || account->project.empty()) return std::nullopt;
    return account->project;
  }
  const Result<std::string> project = AskMetadata("project/project-id");
  if (!project || project->empty()) return std::nullopt;
  return *project;
}

Result<SecretHeaders> GoogleCredentials::Headers() {
  const std::lock_guard lock(mutex_);
  const Time now = clock_.Now();
  if (!token_ || now >= token_->expires - kRefreshBefore) {
    Result<Token> fetched = Fetch();
    if (fetched) {
      token_ = *fetched;
    } else if (!token_ || now >= token_->expires) {
      return fetched.error();
    }
  }
  return SecretHeaders{{"Authorization", Secret("Bearer " + token_->value.Reveal())}};
}

bool GoogleCredentials::Renew() {
  const std::lock_guard lock(mutex_);
  Result<Token> fetched = Fetch();
  if (fetched) token_ = *fetched;
  return fetched.ok();
}

Result<GoogleCredentials::Token> GoogleCredentials::Fetch() {
  std::string tried;
  const auto file = FindFile(file_, surroundings_, tried);
  if (!file) return file.error();
  return *file ? Exchange((*file)->key) : AskMetadataForToken(tried);
}

Result<GoogleCredentials::Token> GoogleCredentials::Exchange(const GoogleKeyFile& file) {
  const Time now = clock_.Now();
  const Secret form = TokenForm(file, now);
  HttpRequest request;
  request.method = "POST";
  request.url = TokenUrl(file);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = form.Reveal();
  request.timeout = std::chrono::seconds(10);
  request.max_response_bytes = 64 << 10;
  request.where = kWhere;
  const Result<HttpResponse> response = http_.Send(request);
  if (!response) return Transient(request.url + " does not answer: " + response.error().text);
  if (response->status != 200) return WithoutSecrets(Refused(request.url, *response), file, form);
  return ReadToken(response->body, now);
}

Result<GoogleCredentials::Token> GoogleCredentials::AskMetadataForToken(const std::string& tried) {
  if (surroundings_.variable("NO_GCE_CHECK").value_or("") == "true") {
    return Denied("none found. Tried " + tried + "metadata server: NO_GCE_CHECK is true");
  }
  const Time now = clock_.Now();
  const Result<std::string> answer = AskMetadata("instance/service-accounts/default/token");
  if (answer) return ReadToken(*answer, now);
  Error error = answer.error();
  // What gave credentials before will do so again.
  if (token_) return error;
  error.kind = ErrorKind::kDenied;
  error.text = "none found. Tried " + tried + error.text;
  return error;
}

Result<std::string> GoogleCredentials::AskMetadata(const std::string& path) {
  const std::string host = surroundings_.variable("GCE_METADATA_HOST").value_or(kUsualMetadataHost);
  const std::string server = "metadata server " + host;
  HttpRequest request;
  request.url = "http://" + host + "/computeMetadata/v1/" + path;
  request.headers = {{"Metadata-Flavor", "Google"}};
  request.connect_timeout = std::chrono::seconds(1);
  request.timeout = std::chrono::seconds(3);
  request.max_response_bytes = 64 << 10;
  request.where = kWhere;
  const Result<HttpResponse> response = http_.Send(request);
  if (!response) return Transient(server + " does not answer: " + response.error().text);
  const auto flavor = response->headers.find("metadata-flavor");
  if (flavor == response->headers.end() || flavor->second != "Google") {
    return Transient(server + " is not Google's: the answer has no Metadata-Flavor");
  }
  if (response->status == 404) return Transient(server + ": the machine has no service account");
  if (response->status != 200) {
    return Transient(server + " answers " + std::to_string(response->status));
  }
  return response->body;
}

Result<GoogleCredentials::Token> GoogleCredentials::ReadToken(const std::string& body, Time now) {
  try {
    const json answer = json::parse(body);
    return Token{Secret(answer.at("access_token").get<std::string>()),
                 now + std::chrono::seconds(answer.at("expires_in").get<std::int64_t>())};
  } catch (const json::exception&) {
    // The text of the exception may repeat the token.
    return Transient("the answer to the request for a token is not the expected document");
  }
}

}  // namespace spillway
