// Signatures by the scheme "Standard Webhooks"
// (https://github.com/standard-webhooks/standard-webhooks, version 1): HMAC-SHA256 over id, time
// and body, so that a receiver knows that the event is ours, whole, and not one of long ago.
#pragma once

#include <string>
#include <string_view>

#include "scaler/model/time.h"
#include "scaler/runtime/secret.h"

namespace spillway {

// The key behind a secret as people hand it on: base64 of 24 to 64 bytes, after "whsec_" or alone.
// Throws std::runtime_error, without the secret, when it is none.
Secret SigningKey(const Secret& secret);

// The header webhook-timestamp: seconds since the epoch.
std::string TimestampOf(Time sent);

// The header webhook-signature: "v1," and the signature in base64.
std::string SignatureOf(const Secret& key, std::string_view id, std::string_view timestamp,
                        std::string_view body);

}  // namespace spillway
