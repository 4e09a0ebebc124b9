// What the words of an API mean for the caller: a table per provider, read from the top. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scaler/model/error.h"

namespace spillway {

// A row fits when everything that it says fits.
struct ErrorRule {
  int status = 0;              // 0: any; 4: every 4xx, 5: every 5xx
  std::string_view code = {};  // the whole code; empty: any
  std::string_view text = {};  // a part of the text, whatever its case; empty: any
  ErrorKind kind = ErrorKind::kInvalid;
};

// What a refusal says, in the API's own words; both empty when the answer is not one of the API
// (a load balancer's page).
struct RefusalWords {
  std::string code;
  std::string text;
};

// The kind of the first row that fits; else what HTTP says of the status: 401 and 403 denied, 404
// not found, 408 and 5xx transient, 409 conflict, 429 throttled, anything else invalid. A 404
// that is not in the API's own words is invalid: it says that the address is wrong, not that a
// machine is gone.
ErrorKind KindOf(std::span<const ErrorRule> rules, int status, const RefusalWords& words);

}  // namespace spillway
