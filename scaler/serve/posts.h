// What all posts share: a body of JSON, an Idempotency-Key, a line of the audit log, and an answer
// that comes when what was done is durable. Loop thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "scaler/control/audit_log.h"
#include "scaler/control/orders.h"
#include "scaler/serve/access.h"
#include "scaler/serve/repeated_posts.h"

namespace spillway {

inline constexpr const char* kPostNote = "post";

class Posts {
 public:
  // Takes up the answers that are stored; may throw StoreError. All outlive it.
  Posts(Orders& orders, AuditLog& audit, Store& store, Journal& journal);
  Posts(const Posts&) = delete;
  Posts& operator=(const Posts&) = delete;

  // What `act` answers, when that is durable; or, for a post that was done before under its key,
  // what was answered then. A Problem that `act` throws is in the audit log, too. With
  // `?dry_run=true` nothing is kept: `act` only foresees. Where `act` answers later, all of this is
  // done when it does.
  HttpAnswer Answer(const HttpQuestion& question, const Caller& caller, Time now,
                    const std::function<HttpAnswer()>& act);

 private:
  // A post under way.
  struct Asked {
    Caller caller;
    std::string key;  // empty: it has none
    std::string fingerprint;
    AuditEntry entry;
    Time now;
  };

  HttpAnswer WhenDurable(HttpAnswer answer) const;
  HttpAnswer WhenFound(const HttpAnswer& promised, Asked asked);
  // What is done is kept under its key; done or not, it is in the audit log.
  void Conclude(const HttpAnswer& answer, Asked asked);
  // Throws a Problem when the key was used for something else.
  std::optional<HttpAnswer> AnsweredBefore(const Caller& caller, const std::string& key,
                                           const std::string& fingerprint, Time now) const;
  void Keep(const Asked& asked, const HttpAnswer& answer);

  Orders& orders_;
  AuditLog& audit_;
  Journal& journal_;
  RepeatedPosts answers_;
};

}  // namespace spillway
