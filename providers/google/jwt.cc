#include "providers/google/jwt.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/google/crypto.h"
#include "scaler/runtime/http_client.h"

namespace spillway {
namespace {

// The alphabet for URLs and file names, without padding (RFC 4648, section 5).
std::string Base64Url(std::string_view bytes) {
  std::string text = Base64(bytes);
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

std::optional<std::string> SignedJwt(const nlohmann::json& claims, const std::string& key_id,
                                     const Secret& private_key) {
  nlohmann::json header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (!key_id.empty()) header["kid"] = key_id;
  const std::string text = Base64Url(header.dump()) + "." + Base64Url(claims.dump());
  const std::optional<std::string> signature = SignRs256(private_key, text);
  if (!signature) return std::nullopt;
  return text + "." + Base64Url(*signature);
}

}  // namespace spillway
