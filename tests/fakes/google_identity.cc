#include "tests/fakes/google_identity.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/fakes/ec2_answers.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr const char* kEmail = "spillway@edge-burst.iam.gserviceaccount.com";
constexpr const char* kKeyId = "0123456789abcdef0123456789abcdef01234567";
constexpr const char* kClientId = "764086051850-fake.apps.googleusercontent.com";
constexpr const char* kClientSecret = "fake-client-secret";
constexpr const char* kRefreshToken = "1//fake-refresh-token";
constexpr const char* kRealTokenUrl = "https://oauth2.googleapis.com/token";
constexpr auto kLife = std::chrono::seconds(3599);

// One for the whole process: making one takes a while.
EVP_PKEY* ServiceAccountKey() {
  static const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> kKey(EVP_RSA_gen(2048),
                                                                        EVP_PKEY_free);
  return kKey.get();
}

std::string PrivateKeyPem() {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PrivateKey(bio.get(), ServiceAccountKey(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

bool IsSignedByTheServiceAccount(const std::string& text, const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  const auto bytes = [](const std::string& s) {
    return reinterpret_cast<const unsigned char*>(s.data());
  };
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, ServiceAccountKey()) ==
             1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

std::optional<std::string> DecodeBase64Url(std::string text) {
  if (text.find_first_of("+/=") != text.npos) return std::nullopt;
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return DecodeBase64(text);
}

Response Json(int status, const json& body) {
  return {.status = status, .body = body.dump(), .content_type = "application/json"};
}

Response Refused(const std::string& error, const std::string& why) {
  return Json(400, {{"error", error}, {"error_description", why}});
}

Response OfMetadata(int status, std::string body, std::string content_type) {
  return {.status = status,
          .body = std::move(body),
          .content_type = std::move(content_type),
          .headers = {{"Metadata-Flavor", "Google"}, {"Server", "Metadata Server for VM"}}};
}

std::int64_t Epoch(Time t) {
  return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

}  // namespace

GoogleIdentity::GoogleIdentity(std::string project) : project_(std::move(project)) {}

std::string GoogleIdentity::ServiceAccountFile(const std::string& token_url) const {
  return json{{"type", "service_account"}, {"project_id", project_},
              {"private_key_id", kKeyId},  {"private_key", PrivateKeyPem()},
              {"client_email", kEmail},    {"client_id", "100000000000000000001"},
              {"token_uri", token_url}}
      .dump(2);
}

std::string GoogleIdentity::UserFile(const std::string& token_url) const {
  return json{{"type", "authorized_user"},
              {"client_id", kClientId},
              {"client_secret", kClientSecret},
              {"refresh_token", kRefreshToken},
              {"token_uri", token_url}}
      .dump(2);
}

std::vector<std::string> GoogleIdentity::secrets() const {
  std::vector<std::string> secrets = all_tokens_;
  // A line from the middle of the key: whoever repeats the key repeats it.
  secrets.push_back(PrivateKeyPem().substr(200, 60));
  secrets.insert(secrets.end(), {kClientSecret, kRefreshToken});
  return secrets;
}

Response GoogleIdentity::Token(const Request& request, const std::string& token_url, Time now) {
  auto form = ParseForm(request.body);
  const std::string grant = form["grant_type"];
  if (grant == "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    const std::string why = WhyRefused(form["assertion"], token_url, now);
    return why.empty() ? GiveToken(now) : Refused("invalid_grant", why);
  }
  if (grant != "refresh_token") return Refused("unsupported_grant_type", "Invalid grant_type");
  if (form["client_id"] != kClientId || form["client_secret"] != kClientSecret) {
    return Json(401, {{"error", "invalid_client"}, {"error_description", "Unauthorized"}});
  }
  if (form["refresh_token"] != kRefreshToken || are_keys_revoked_) {
    return Refused("invalid_grant", "Token has been expired or revoked.");
  }
  return GiveToken(now);
}

std::string GoogleIdentity::WhyRefused(const std::string& assertion, const std::string& token_url,
                                       Time now) const {
  const std::size_t first = assertion.find('.');
  const std::size_t last = assertion.rfind('.');
  if (first == assertion.npos || first == last) return "Bad Request: no JWT";
  const auto part = [&](std::size_t begin, std::size_t end) {
    return json::parse(DecodeBase64Url(assertion.substr(begin, end - begin)).value_or(""), nullptr,
                       /*allow_exceptions=*/false);
  };
  const json header = part(0, first);
  const json claims = part(first + 1, last);
  const auto signature = DecodeBase64Url(assertion.substr(last + 1));
  if (!header.is_object() || !claims.is_object() || !signature) return "Bad Request: no JWT";
  if (header.value("alg", "") != "RS256" || header.value("typ", "") != "JWT") {
    return "Invalid JWT: unsupported algorithm";
  }
  if (claims.value("iss", "") != kEmail || header.value("kid", "") != kKeyId || are_keys_revoked_ ||
      !IsSignedByTheServiceAccount(assertion.substr(0, last), *signature)) {
    return "Invalid JWT Signature.";
  }
  // Google's own library names the real endpoint, whatever the file says.
  if (claims.value("aud", "") != token_url && claims.value("aud", "") != kRealTokenUrl) {
    return "Invalid JWT: audience is not this endpoint";
  }
  if (claims.value("scope", "").find("/auth/compute") == std::string::npos &&
      claims.value("scope", "").find("/auth/cloud-platform") == std::string::npos) {
    return "Invalid OAuth scope or ID token audience provided.";
  }
  const std::int64_t issued = claims.value("iat", std::int64_t{0});
  const std::int64_t expires = claims.value("exp", std::int64_t{0});
  constexpr std::int64_t kTolerance = 300;
  const bool is_timely = issued <= Epoch(now) + kTolerance && expires > Epoch(now) &&
                         expires <= issued + 3600 && issued > Epoch(now) - 3600;
  return is_timely ? ""
                   : "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
                     "reasonable timeframe.";
}

Response GoogleIdentity::GiveToken(Time now) {
  const std::string token = fmt::format("ya29.fake-access-token-{:06}", ++given_);
  tokens_[token] = now + kLife;
  all_tokens_.push_back(token);
  return Json(200, {{"access_token", token},
                    {"expires_in", std::chrono::seconds(kLife).count()},
                    {"token_type", "Bearer"}});
}

Response GoogleIdentity::Metadata(const Request& request, Time now) {
  const auto flavor = request.headers.find("metadata-flavor");
  if (flavor == request.headers.end() || flavor->second != "Google") {
    return OfMetadata(403, "Missing Metadata-Flavor:Google header.", "text/html");
  }
  const std::string path = request.target.substr(std::string("/computeMetadata/v1/").size());
  if (path == "project/project-id") return OfMetadata(200, project_, "application/text");
  if (path != "instance/service-accounts/default/token") {
    return OfMetadata(404, "<html>Error 404 (Not Found)</html>", "text/html");
  }
  return OfMetadata(200, GiveToken(now).body, "application/json");
}

std::string GoogleIdentity::Authorization(const Request& request) {
  const auto header = request.headers.find("authorization");
  return header == request.headers.end() ? "" : header->second;
}

bool GoogleIdentity::Admits(const Request& request, Time now) const {
  const std::string authorization = Authorization(request);
  const auto token = tokens_.find(authorization.substr(authorization.find(' ') + 1));
  return authorization.starts_with("Bearer ") && token != tokens_.end() && now < token->second;
}

}  // namespace spillway::fakes
