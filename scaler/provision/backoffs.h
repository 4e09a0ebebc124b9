// Which offers are not asked for a while, stored so that a restart does not storm them. Loop
// thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scaler/model/offer.h"
#include "scaler/provision/reactions.h"
#include "scaler/store/journal.h"

namespace spillway {

class Backoffs {
 public:
  explicit Backoffs(Journal& journal) : journal_(journal) {}

  void Load(const OfferBackoff& backoff) { backoffs_[backoff.key] = backoff; }
  // One more strike against what `host` was taken from, at the scope of `reaction`.
  void Strike(const HostRecord& host, const Reaction& reaction, std::string why, Time now);
  // A host from there became ready: the strikes of its offer and group are forgotten.
  void Forgive(const HostRecord& host, Time now);
  std::vector<OfferBackoff> All() const;

 private:
  Journal& journal_;
  std::map<std::string, OfferBackoff> backoffs_;
};

}  // namespace spillway
