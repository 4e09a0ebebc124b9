#include "scaler/serve/access.h"

#include <algorithm>
#include <utility>

#include "scaler/runtime/digest.h"
#include "scaler/serve/problem.h"

namespace spillway {
namespace {

constexpr const char* kChallenge = "WWW-Authenticate";

}  // namespace

bool Caller::MaySee(std::string_view cluster) const {
  return clusters.empty() || std::find(clusters.begin(), clusters.end(), cluster) != clusters.end();
}

Access::Access(Metrics& metrics, Log& log, LockOut lock_out)
    : lock_out_(lock_out),
      log_(log),
      refused_(metrics.GetCounter("spillway_serve_refused_tokens_total",
                                  "Requests with a token that is not known.")),
      locked_(metrics.GetCounter("spillway_serve_lock_outs_total",
                                 "Addresses that were locked out after wrong tokens.")) {}

Caller Access::Admit(const HttpQuestion& question, Time now) {
  const auto known = failures_.find(question.peer);
  if (known != failures_.end() && now < known->second.locked_until) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(known->second.locked_until - now);
    throw Problem(429, "locked_out", "too many wrong tokens came from this address")
        .With("Retry-After", std::to_string(left.count()));
  }
  const std::string_view token = CredentialsIn(question.Header("authorization"), "bearer");
  if (token.empty()) {
    throw Problem(
        401, "token_required",
        "expected the header Authorization: Bearer TOKEN; `spillway tokens add` makes one")
        .With(kChallenge, "Bearer realm=\"spillway\"");
  }
  const ApiToken* found = Find(token);
  if (found == nullptr) {
    look_again_();
    found = Find(token);
  }
  if (found != nullptr) return {found->name, found->role, found->clusters};
  RememberFailure(question.peer, now);
  throw Problem(401, "token_unknown", "the token is not known, or was revoked")
      .With(kChallenge, "Bearer realm=\"spillway\", error=\"invalid_token\"");
}

bool Access::StillAdmits(const Caller& caller) const {
  return std::any_of(tokens_.begin(), tokens_.end(), [&](const ApiToken& token) {
    return token.name == caller.name && token.role == caller.role &&
           token.clusters == caller.clusters;
  });
}

const ApiToken* Access::Find(std::string_view token) const {
  const std::string hash = Sha256Hex(token);
  const ApiToken* found = nullptr;
  for (const ApiToken& candidate : tokens_) {
    if (EqualInConstantTime(candidate.sha256, hash)) found = &candidate;  // and looks on
  }
  return found;
}

void Access::RememberFailure(const std::string& peer, Time now) {
  refused_.Add();
  Failures& failures = failures_[peer];
  if (failures.count == 0 || failures.since + lock_out_.window <= now) {
    failures = {0, now, failures.locked_until};
  }
  ++failures.count;
  log_.Limited(LogLevel::kWarning, "serve.token_refused", {{"address", peer}});
  if (failures.count >= lock_out_.failures) {
    failures = {0, now, now + lock_out_.locked};
    locked_.Add();
    log_.Warning("serve.locked_out", {{"address", peer}, {"seconds", Seconds(lock_out_.locked)}});
  }
  if (failures_.size() > lock_out_.addresses) {
    failures_.erase(
        std::min_element(failures_.begin(), failures_.end(), [](const auto& a, const auto& b) {
          return std::max(a.second.since, a.second.locked_until) <
                 std::max(b.second.since, b.second.locked_until);
        }));
  }
}

}  // namespace spillway
