// Who is let in by the fake Google: its token endpoint, which checks the signature of a JWT with
// the public key, and its metadata server. Not thread-safe; FakeGoogle is the way in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scaler/model/time.h"
#include "tests/fakes/http_server.h"

namespace spillway::fakes {

class GoogleIdentity {
 public:
  explicit GoogleIdentity(std::string project);

  // `token_url` is where Token is reached: the audience that an assertion must have.
  std::string ServiceAccountFile(const std::string& token_url) const;
  std::string UserFile(const std::string& token_url) const;
  std::vector<std::string> secrets() const;
  void RevokeTokens() { tokens_.clear(); }
  void RevokeKeys() { are_keys_revoked_ = true; }

  Response Token(const Request& request, const std::string& token_url, Time now);
  Response Metadata(const Request& request, Time now);
  // "Bearer TOKEN" of a request; empty when it has none.
  static std::string Authorization(const Request& request);
  // Whether the request brings a token that was given and is still good.
  bool Admits(const Request& request, Time now) const;

 private:
  Response GiveToken(Time now);
  // Why the assertion is not good; empty: it is.
  std::string WhyRefused(const std::string& assertion, const std::string& token_url,
                         Time now) const;

  const std::string project_;
  bool are_keys_revoked_ = false;
  int given_ = 0;
  std::map<std::string, Time> tokens_;  // until when each is good
  std::vector<std::string> all_tokens_;
};

}  // namespace spillway::fakes
