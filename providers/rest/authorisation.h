// Who asks: the headers that say so.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaler/model/result.h"
#include "scaler/runtime/secret.h"

namespace spillway {

using SecretHeaders = std::vector<std::pair<std::string, Secret>>;

// Whether `key` can be the value of a header: printable, and nothing that would end it.
bool FitsAHeader(std::string_view key);

// Thread-safe; may block.
class Authorisation {
 public:
  virtual ~Authorisation() = default;

  // Errors: kDenied when a person must act, kTransient when the place they come from does not
  // answer just now.
  virtual Result<SecretHeaders> Headers() = 0;

  // Looks for others, because these were refused. False: there are none.
  virtual bool Renew() = 0;
};

// A key that does not change while the service runs: "Authorization: Bearer KEY" and the like.
class FixedKey final : public Authorisation {
 public:
  FixedKey(std::string header, Secret value) : headers_{{std::move(header), std::move(value)}} {}

  Result<SecretHeaders> Headers() override { return headers_; }
  bool Renew() override { return false; }

 private:
  const SecretHeaders headers_;
};

// A key that lies in the environment or in a file, and is looked for again when it is refused: so a
// new one needs no restart.
class LookedUpKey final : public Authorisation {
 public:
  // `scheme` stands before the key in the value of `header`: "Bearer ".
  LookedUpKey(std::string header, std::string scheme, std::function<Result<Secret>()> look)
      : header_(std::move(header)), scheme_(std::move(scheme)), look_(std::move(look)) {}

  // The key found before, or now; errors are those of `look`.
  Result<SecretHeaders> Headers() override;
  bool Renew() override;

 private:
  const std::string header_;
  const std::string scheme_;
  const std::function<Result<Secret>()> look_;

  std::mutex mutex_;  // guards `key_`
  Secret key_;        // empty: not found yet
};

}  // namespace spillway
