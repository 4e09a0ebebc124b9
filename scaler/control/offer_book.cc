#include "scaler/control/offer_book.h"

#include <algorithm>
#include <utility>

namespace spillway {

OfferBook::OfferBook(EventLoop& loop, Workers& workers, Log& log, const ProviderSet& providers,
                     Duration refresh, std::function<void()> on_news)
    : loop_(loop),
      workers_(workers),
      log_(log),
      providers_(providers),
      refresh_(refresh),
      on_news_(std::move(on_news)) {}

void OfferBook::Start() {
  for (const auto& [name, provider] : providers_) Refresh(name);
}

void OfferBook::Refresh(const std::string& name) {
  Provider& provider = *providers_.at(name);
  workers_.Run<Result<Catalogue>>(
      Lane::kUp, provider.channel(), [&provider] { return provider.Offers(); },
      [this, name, asked = loop_.Now()](Result<Catalogue> answer) {
        OnAnswer(name, asked, std::move(answer));
      });
}

void OfferBook::OnAnswer(const std::string& name, Time asked, Result<Catalogue> answer) {
  heard_.insert(name);
  if (answer) {
    entries_[name] = {std::move(*answer), asked};
    ladders_.clear();
  } else {
    log_.Warning("control.offers_failed",
                 {{"provider", name}, {"error", Describe(answer.error())}});
  }
  loop_.At(loop_.Now() + refresh_, [this, name] { Refresh(name); });
  on_news_();
}

bool OfferBook::IsReady(const ClusterSpec& cluster) const {
  return std::all_of(cluster.ladder.begin(), cluster.ladder.end(), [this](const PoolSpec& pool) {
    return heard_.contains(pool.provider) || !providers_.contains(pool.provider);
  });
}

std::span<const Offer> OfferBook::OffersOf(const ClusterSpec& cluster) {
  const auto known = ladders_.find(cluster.name);
  if (known != ladders_.end()) return known->second;
  std::vector<Offer>& offers = ladders_[cluster.name];
  std::set<std::string> seen;
  for (const PoolSpec& pool : cluster.ladder) {
    const auto entry = entries_.find(pool.provider);
    if (entry == entries_.end() || !seen.insert(pool.provider).second) continue;
    const std::vector<Offer>& theirs = entry->second.catalogue.offers;
    offers.insert(offers.end(), theirs.begin(), theirs.end());
  }
  return offers;
}

std::map<std::string, std::int64_t> OfferBook::QuotaRoom(
    const std::map<std::string, HostRecord>& hosts) const {
  std::map<std::string, std::int64_t> room;
  for (const auto& [name, entry] : entries_) {
    for (const Quota& quota : entry.catalogue.quotas) room[quota.name] = quota.vcpu_limit;
  }
  if (room.empty()) return room;
  for (const auto& [id, host] : hosts) {
    const auto quota = room.find(host.quota);
    if (quota != room.end()) quota->second -= host.capacity.vcpu;
  }
  return room;
}

std::map<std::string, std::int64_t> OfferBook::StockRoom(
    const std::map<std::string, HostRecord>& hosts) const {
  std::map<std::string, std::int64_t> room;
  std::map<std::string, Time> as_of;
  for (const auto& [name, entry] : entries_) {
    for (const Offer& offer : entry.catalogue.offers) {
      if (!offer.stock) continue;
      room[offer.id] = *offer.stock;
      as_of[offer.id] = entry.as_of;
    }
  }
  if (room.empty()) return room;
  for (const auto& [id, host] : hosts) {
    // The provider did not know of hosts that were asked for since.
    const auto stock = room.find(host.offer);
    const bool is_news = host.state == HostState::kRequested ||
                         (stock != room.end() && host.created_at >= as_of[host.offer]);
    if (stock != room.end() && is_news) --stock->second;
  }
  return room;
}

}  // namespace spillway
