#include "providers/google/google_key_file.h"

#include <nlohmann/json.hpp>

#include "providers/google/jwt.h"
#include "scaler/runtime/http_client.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr const char* kUsualTokenUrl = "https://oauth2.googleapis.com/token";
constexpr const char* kScope = "https://www.googleapis.com/auth/compute";
constexpr auto kAssertionLife = std::chrono::hours(1);  // the longest that Google takes

Error Denied(const std::string& path, const std::string& problem) {
  return {ErrorKind::kDenied, "google credentials", "", path + ": " + problem};
}

// Reads members that must be there, and remembers the first that is not.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  std::string Text(const char* name) {
    std::string text = TextOr(name, "");
    if (text.empty() && missing_.empty()) missing_ = name;
    return text;
  }
  std::string TextOr(const char* name, const std::string& fallback) const {
    const auto member = object_.find(name);
    return member != object_.end() && member->is_string() ? member->get<std::string>() : fallback;
  }
  const std::string& missing() const { return missing_; }

 private:
  const json& object_;
  std::string missing_;
};

GoogleServiceAccount ReadServiceAccount(Members& members) {
  GoogleServiceAccount account;
  account.email = members.Text("client_email");
  account.key_id = members.TextOr("private_key_id", "");
  account.private_key = Secret(members.Text("private_key"));
  account.token_url = members.TextOr("token_uri", kUsualTokenUrl);
  account.project = members.TextOr("project_id", "");
  return account;
}

GoogleUser ReadUser(Members& members) {
  GoogleUser user;
  user.client_id = members.Text("client_id");
  user.client_secret = Secret(members.Text("client_secret"));
  user.refresh_token = Secret(members.Text("refresh_token"));
  user.token_url = members.TextOr("token_uri", kUsualTokenUrl);
  return user;
}

std::optional<std::string> Assertion(const GoogleServiceAccount& account, Time now) {
  const auto issued = std::chrono::floor<std::chrono::seconds>(now);
  const json claims = {{"iss", account.email},
                       {"scope", kScope},
                       {"aud", account.token_url},
                       {"iat", issued.time_since_epoch().count()},
                       {"exp", (issued + kAssertionLife).time_since_epoch().count()}};
  return SignedJwt(claims, account.key_id, account.private_key);
}

std::string Parameter(const std::string& name, const std::string& value) {
  return name + "=" + PercentEncode(value);
}

}  // namespace

Result<GoogleKeyFile> ReadGoogleKeyFile(const std::string& path, const std::string& text) {
  const json file = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!file.is_object()) return Denied(path, "expected a JSON object");
  Members members(file);
  const std::string type = members.Text("type");
  GoogleKeyFile key;
  if (type == "service_account") {
    key = ReadServiceAccount(members);
  } else if (type == "authorized_user") {
    key = ReadUser(members);
  } else if (type == "external_account") {
    return Denied(path,
                  "type external_account (workload identity federation) is not supported; expected "
                  "service_account or authorized_user, or leave it to the metadata server");
  } else if (!type.empty()) {
    return Denied(path, "type \"" + type +
                            "\" is not supported; expected service_account or authorized_user");
  }
  if (!members.missing().empty()) return Denied(path, "has no text \"" + members.missing() + "\"");
  const auto* account = std::get_if<GoogleServiceAccount>(&key);
  if (account != nullptr && !Assertion(*account, Time())) {
    return Denied(path, "private_key is not an RSA key in PEM form without a password");
  }
  return key;
}

const std::string& TokenUrl(const GoogleKeyFile& file) {
  return std::visit([](const auto& key) -> const std::string& { return key.token_url; }, file);
}

Secret TokenForm(const GoogleKeyFile& file, Time now) {
  if (const auto* account = std::get_if<GoogleServiceAccount>(&file)) {
    return Secret(Parameter("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer") + "&" +
                  Parameter("assertion", Assertion(*account, now).value_or("")));
  }
  const auto& user = std::get<GoogleUser>(file);
  return Secret(Parameter("grant_type", "refresh_token") + "&" +
                Parameter("client_id", user.client_id) + "&" +
                Parameter("client_secret", user.client_secret.Reveal()) + "&" +
                Parameter("refresh_token", user.refresh_token.Reveal()));
}

}  // namespace spillway
