#include "providers/aws/aws_credentials.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using Section = std::map<std::string, std::string>;

constexpr const char* kWhere = "aws credentials";
constexpr const char* kContainerHost = "http://169.254.170.2";
constexpr const char* kUsualMetadata = "http://169.254.169.254";
constexpr Duration kRefreshBefore = std::chrono::minutes(5);

Error Denied(std::string text) { return {ErrorKind::kDenied, kWhere, "", std::move(text)}; }

std::string Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

// The section [name] of an INI file; nothing when there is none. Indented lines are nested
// settings of other tools.
std::optional<Section> ReadSection(const std::string& text, const std::string& name) {
  std::optional<Section> section;
  bool is_inside = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#' || line[0] == ';' || line[0] == ' ' || line[0] == '\t') {
      continue;
    }
    if (line[0] == '[') {
      is_inside = Trimmed(line.substr(1, line.find(']') - 1)) == name;
      if (is_inside && !section) section.emplace();
      continue;
    }
    const auto equals = line.find('=');
    if (is_inside && equals != std::string::npos) {
      (*section)[Trimmed(line.substr(0, equals))] = Trimmed(line.substr(equals + 1));
    }
  }
  return section;
}

// Nothing when the section has no keys at all.
std::optional<Result<AwsCredentials>> KeysOf(const Section& section, const std::string& place) {
  const auto value = [&section](const std::string& name) {
    const auto found = section.find(name);
    return found == section.end() ? std::string() : found->second;
  };
  AwsCredentials credentials;
  credentials.key_id = value("aws_access_key_id");
  credentials.secret = Secret(value("aws_secret_access_key"));
  credentials.session_token = Secret(value("aws_session_token"));
  if (credentials.key_id.empty() && credentials.secret.empty()) return std::nullopt;
  if (credentials.key_id.empty() || credentials.secret.empty()) {
    return Denied(place +
                  " has one of aws_access_key_id and aws_secret_access_key, both are needed");
  }
  credentials.place = place;
  return credentials;
}

// The members of a role's document; the container's has no Code. Throws nlohmann::json::exception.
Result<AwsCredentials> ReadRoleMembers(const std::string& body) {
  const nlohmann::json document = nlohmann::json::parse(body);
  if (const std::string code = document.value("Code", "Success"); code != "Success") {
    return Error{ErrorKind::kTransient, kWhere, code, "the metadata service has no credentials"};
  }
  AwsCredentials credentials;
  credentials.key_id = document.at("AccessKeyId").get<std::string>();
  credentials.secret = Secret(document.at("SecretAccessKey").get<std::string>());
  credentials.session_token = Secret(document.at("Token").get<std::string>());
  credentials.expires = ParseRfc3339(document.at("Expiration").get<std::string>());
  if (!credentials.expires) {
    return Error{ErrorKind::kTransient, kWhere, "",
                 "the metadata service's Expiration is not a time"};
  }
  return credentials;
}

Result<AwsCredentials> ReadRole(const std::string& body) {
  try {
    return ReadRoleMembers(body);
  } catch (const nlohmann::json::exception&) {
    // The text of the exception may repeat a secret.
    return Error{ErrorKind::kTransient, kWhere, "",
                 "the metadata service's answer is not the expected document"};
  }
}

// What a container's credentials may be asked of in clear text, as the SDKs have it.
bool IsContainerHost(const std::string& url) {
  constexpr std::string_view kHosts[] = {"http://169.254.170.2", "http://169.254.170.23",
                                         "http://127.0.0.1", "http://localhost"};
  if (url.starts_with("https://")) return true;
  return std::any_of(std::begin(kHosts), std::end(kHosts), [&url](std::string_view host) {
    const std::string_view rest = std::string_view(url).substr(std::min(url.size(), host.size()));
    return url.starts_with(host) && (rest.empty() || rest[0] == '/' || rest[0] == ':');
  });
}

using FoundKeys = std::optional<Result<AwsCredentials>>;

// Each look-up gives nothing when there are none, and adds to `tried` where it looked; an error
// when what is there is of no use.
FoundKeys KeysInEnvironment(const Surroundings& surroundings, std::string& tried) {
  const auto key_id = surroundings.variable("AWS_ACCESS_KEY_ID");
  const auto secret = surroundings.variable("AWS_SECRET_ACCESS_KEY");
  if (!key_id && !secret) {
    tried += "environment: AWS_ACCESS_KEY_ID is not set";
    return std::nullopt;
  }
  if (!key_id || !secret) {
    return Denied("one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set, both are needed");
  }
  AwsCredentials credentials;
  credentials.key_id = *key_id;
  credentials.secret = Secret(*secret);
  credentials.session_token = Secret(surroundings.variable("AWS_SESSION_TOKEN").value_or(""));
  credentials.place = "environment: AWS_ACCESS_KEY_ID";
  return credentials;
}

std::string AwsFile(const Surroundings& surroundings, const std::string& variable,
                    const std::string& name) {
  if (const auto path = surroundings.variable(variable)) return *path;
  return HomeFile(surroundings, ".aws/" + name);
}

FoundKeys KeysInFiles(const AwsCredentialOptions& options, const Surroundings& surroundings,
                      std::string& tried) {
  const auto asked_for = options.profile.empty() ? surroundings.variable("AWS_PROFILE")
                                                 : std::optional<std::string>(options.profile);
  const std::string profile = asked_for.value_or("default");
  const std::pair<std::string, std::string> places[] = {
      {AwsFile(surroundings, "AWS_SHARED_CREDENTIALS_FILE", "credentials"), profile},
      {AwsFile(surroundings, "AWS_CONFIG_FILE", "config"),
       profile == "default" ? profile : "profile " + profile},
  };
  for (const auto& [path, name] : places) {
    if (!tried.empty()) tried += "; ";
    const auto text = surroundings.file(path);
    if (!text) {
      tried += path + ": cannot be read";
      continue;
    }
    const auto section = ReadSection(*text, name);
    if (!section) {
      tried += path + ": has no section [" + name + "]";
      continue;
    }
    if (const auto keys = KeysOf(*section, path + " [" + name + "]")) return keys;
    tried += path + ": [" + name +
             "] has no aws_access_key_id (role_arn, sso_session and credential_process are not "
             "supported)";
  }
  if (!asked_for) return std::nullopt;
  return Denied("profile \"" + profile + "\" was asked for and gives none. Tried " + tried);
}

FoundKeys FindKeys(const AwsCredentialOptions& options, const Surroundings& surroundings,
                   std::string& tried) {
  if (options.profile.empty()) {
    if (FoundKeys found = KeysInEnvironment(surroundings, tried)) return found;
  }
  return KeysInFiles(options, surroundings, tried);
}

bool MayAskMetadata(const Surroundings& surroundings) {
  return surroundings.variable("AWS_EC2_METADATA_DISABLED").value_or("") != "true";
}

}  // namespace

CredentialSighting SightAwsCredentials(const AwsCredentialOptions& options,
                                       const Surroundings& surroundings) {
  using State = CredentialSighting::State;
  std::string tried;
  if (const FoundKeys found = FindKeys(options, surroundings, tried)) {
    if (!*found) return {State::kMissing, found->error().text};
    return {State::kFound, (*found)->place};
  }
  for (const char* name :
       {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}) {
    if (surroundings.variable(name))
      return {State::kUnsure, "the container's: " + std::string(name)};
  }
  if (!MayAskMetadata(surroundings)) {
    return {State::kMissing, tried + "; AWS_EC2_METADATA_DISABLED is true"};
  }
  return {State::kUnsure, "the machine's role, if it has one; " + tried};
}

AwsCredentialChain::AwsCredentialChain(AwsCredentialOptions options, Surroundings surroundings,
                                       HttpClient& http, const Clock& clock)
    : options_(std::move(options)),
      surroundings_(std::move(surroundings)),
      http_(http),
      clock_(clock) {}

Result<AwsCredentials> AwsCredentialChain::Get() {
  const std::lock_guard lock(mutex_);
  const Time now = clock_.Now();
  if (found_ && (!found_->expires || now < *found_->expires - kRefreshBefore)) return *found_;

  Result<AwsCredentials> looked = Find();
  if (looked) {
    found_ = *looked;
  } else if (found_ && now < *found_->expires) {
    return *found_;
  }
  return looked;
}

Result<AwsCredentials> AwsCredentialChain::Refresh() {
  const std::lock_guard lock(mutex_);
  Result<AwsCredentials> looked = Find();
  if (looked) found_ = *looked;
  return looked;
}

Result<AwsCredentials> AwsCredentialChain::Find() {
  std::string tried;
  if (const FoundKeys found = FindKeys(options_, surroundings_, tried)) return *found;
  if (const auto found = FromContainer(tried)) return *found;
  return FromMetadata(tried);
}

std::optional<Result<AwsCredentials>> AwsCredentialChain::FromContainer(std::string& tried) {
  const auto path = surroundings_.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto url = surroundings_.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!path && !url) {
    tried += "; container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set";
    return std::nullopt;
  }
  HttpRequest request;
  request.url = path ? kContainerHost + *path : *url;
  if (!IsContainerHost(request.url)) {
    return Denied("AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or an address of this host");
  }
  if (const auto token = ContainerToken()) request.secret_headers = {{"Authorization", *token}};
  request.connect_timeout = std::chrono::seconds(1);
  request.timeout = std::chrono::seconds(3);
  request.max_response_bytes = 64 << 10;
  request.where = kWhere;
  const Result<HttpResponse> response = http_.Send(request);
  if (!response || response->status != 200) {
    return Error{
        ErrorKind::kTransient, kWhere, "",
        "the container's credentials: " +
            (response ? "HTTP " + std::to_string(response->status) : response.error().text)};
  }
  return ReadRole(response->body);
}

std::optional<Secret> AwsCredentialChain::ContainerToken() const {
  if (const auto file = surroundings_.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    if (const auto text = surroundings_.file(*file)) return Secret(Trimmed(*text));
  }
  const auto token = surroundings_.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  return token ? std::optional<Secret>(*token) : std::nullopt;
}

Result<AwsCredentials> AwsCredentialChain::FromMetadata(std::string& tried) {
  const std::string endpoint = MetadataEndpoint();
  if (!MayAskMetadata(surroundings_)) {
    return Denied("none found. Tried " + tried +
                  "; metadata service: AWS_EC2_METADATA_DISABLED is true");
  }
  const auto none = [&](const std::string& why) {
    Error error =
        Denied("none found. Tried " + tried + "; metadata service " + endpoint + ": " + why);
    // What gave credentials before will do so again.
    if (found_) error.kind = ErrorKind::kTransient;
    return error;
  };

  const auto session = AskMetadata("PUT", "/latest/api/token",
                                   "X-aws-ec2-metadata-token-ttl-seconds", Secret("21600"));
  if (!session) return none("does not answer: " + session.error().text);
  if (session->status != 200) return none("answers " + std::to_string(session->status));

  const Secret token(session->body);
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  const auto role = AskMetadata("GET", roles, "X-aws-ec2-metadata-token", token);
  if (!role) return role.error();
  const std::string name = Trimmed(role->body.substr(0, role->body.find('\n')));
  if (role->status != 200 || name.empty()) return none("the machine has no role");

  const auto document = AskMetadata("GET", roles + name, "X-aws-ec2-metadata-token", token);
  if (!document) return document.error();
  if (document->status != 200) return none("answers " + std::to_string(document->status));
  return ReadRole(document->body);
}

Result<HttpResponse> AwsCredentialChain::AskMetadata(const std::string& method,
                                                     const std::string& path,
                                                     const std::string& header,
                                                     const Secret& value) {
  HttpRequest request;
  request.method = method;
  request.url = MetadataEndpoint() + path;
  request.secret_headers = {{header, value}};
  request.connect_timeout = std::chrono::seconds(1);
  request.timeout = std::chrono::seconds(3);
  request.max_response_bytes = 64 << 10;
  request.where = kWhere;
  Result<HttpResponse> response = http_.Send(request);
  if (response) return response;
  // Asking changes nothing, so an answer that never came left nothing behind.
  Error error = response.error();
  error.kind = ErrorKind::kTransient;
  return error;
}

std::string AwsCredentialChain::MetadataEndpoint() const {
  std::string endpoint = options_.metadata_endpoint;
  if (endpoint.empty()) {
    endpoint = surroundings_.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or(kUsualMetadata);
  }
  while (endpoint.ends_with('/')) endpoint.pop_back();
  return endpoint;
}

}  // namespace spillway
