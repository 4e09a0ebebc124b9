#include "scaler/control/offer_book.h"

#include <algorithm>
#include <utility>

#include "scaler/provision/outside_call.h"

namespace spillway {

OfferBook::OfferBook(const ProvisionContext& context, Duration refresh,
                     std::function<void()> on_news)
    : context_(context), refresh_(refresh), on_news_(std::move(on_news)) {}

void OfferBook::Start() {
  for (const auto& [name, provider] : context_.providers) Refresh(name);
  if (context_.providers.empty()) on_news_();  // there is nobody to wait for
}

void OfferBook::Reconfigure(Duration refresh) {
  refresh_ = refresh;
  ladders_.clear();
}

void OfferBook::Refresh(const std::string& name) {
  Provider& provider = *context_.providers.at(name);
  AskOutside<Catalogue>(
      context_, Lane::kUp, provider.channel(), "offers", [&provider] { return provider.Offers(); },
      [this, name, asked = context_.loop.Now()](const Result<Catalogue>& answer) {
        OnAnswer(name, asked, answer);
      });
}

void OfferBook::OnAnswer(const std::string& name, Time asked, const Result<Catalogue>& answer) {
  heard_.insert(name);
  if (answer) {
    for (const std::string& remark : answer->remarks) {
      context_.log.Limited(LogLevel::kWarning, "control.offers_incomplete",
                           {{"provider", name}, {"remark", remark}});
    }
    catalogues_[name] = {*answer, asked};
    ladders_.clear();
  } else {
    context_.log.Warning("control.offers_failed",
                         {{"provider", name}, {"error", Describe(answer.error())}});
  }
  context_.loop.At(context_.loop.Now() + refresh_, [this, name] { Refresh(name); });
  on_news_();
}

bool OfferBook::IsReady(const ClusterSpec& cluster) const {
  const ProviderSet& providers = context_.providers;
  if (heard_.size() == providers.size()) return true;
  return std::all_of(cluster.ladder.begin(), cluster.ladder.end(), [&](const PoolSpec& pool) {
    return heard_.contains(pool.provider) || !providers.contains(pool.provider);
  });
}

std::span<const Offer> OfferBook::OffersOf(const ClusterSpec& cluster) {
  const auto known = ladders_.find(cluster.name);
  if (known != ladders_.end()) return known->second;
  return ladders_[cluster.name] = LadderOffers(cluster, catalogues_);
}

std::vector<Offer> LadderOffers(const ClusterSpec& cluster, const Catalogues& catalogues) {
  std::vector<Offer> offers;
  std::set<std::string> seen;
  for (const PoolSpec& pool : cluster.ladder) {
    const auto entry = catalogues.find(pool.provider);
    if (entry == catalogues.end() || !seen.insert(pool.provider).second) continue;
    const std::vector<Offer>& theirs = entry->second.catalogue.offers;
    offers.insert(offers.end(), theirs.begin(), theirs.end());
  }
  return offers;
}

std::map<std::string, Quota> QuotaRoom(const Catalogues& catalogues, const EachHost& hosts) {
  std::map<std::string, Quota> room;
  for (const auto& [name, entry] : catalogues) {
    for (const Quota& quota : entry.catalogue.quotas) room[quota.name] = quota;
  }
  if (room.empty()) return room;
  hosts([&](const HostRecord& host) {
    const auto quota = room.find(host.quota);
    if (quota != room.end()) quota->second.limit -= QuotaUse(quota->second.unit, host.capacity);
  });
  return room;
}

std::map<std::string, std::int64_t> StockRoom(const Catalogues& catalogues, const EachHost& hosts) {
  struct Stock {
    std::int64_t left;
    Time as_of;
  };
  std::map<std::string, Stock> stocks;
  for (const auto& [name, entry] : catalogues) {
    for (const Offer& offer : entry.catalogue.offers) {
      if (offer.stock) stocks[offer.id] = {*offer.stock, entry.as_of};
    }
  }
  std::map<std::string, std::int64_t> room;
  if (stocks.empty()) return room;
  hosts([&](const HostRecord& host) {
    const auto stock = stocks.find(host.offer);
    if (stock == stocks.end()) return;
    // The provider did not know of what was asked for since it was asked.
    const bool is_news =
        host.state == HostState::kRequested || host.created_at >= stock->second.as_of;
    if (is_news) --stock->second.left;
  });
  for (const auto& [offer, stock] : stocks) room[offer] = stock.left;
  return room;
}

}  // namespace spillway
