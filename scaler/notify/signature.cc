#include "scaler/notify/signature.h"

#include <fmt/core.h>

#include <chrono>
#include <stdexcept>

#include "scaler/runtime/digest.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

Secret SigningKey(const Secret& secret) {
  constexpr std::string_view kPrefix = "whsec_";
  std::string_view text = secret.Reveal();
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  const auto key = FromBase64(text);
  if (!key || key->size() < 24 || key->size() > 64) {
    throw std::runtime_error(
        "expected whsec_ and the base64 of 24 to 64 random bytes, as "
        "`echo whsec_$(openssl rand -base64 32)` gives");
  }
  return Secret(*key);
}

std::string TimestampOf(Time sent) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(sent.time_since_epoch());
  return std::to_string(seconds.count());
}

std::string SignatureOf(const Secret& key, std::string_view id, std::string_view timestamp,
                        std::string_view body) {
  const std::string content = fmt::format("{}.{}.{}", id, timestamp, body);
  return fmt::format("v1,{}", Base64(HmacSha256(key.Reveal(), content)));
}

}  // namespace spillway
