// What can be had now, from every provider, kept fresh. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "scaler/model/offer.h"
#include "scaler/provision/context.h"

namespace spillway {

// A provider's catalogue, and when it was asked for.
struct DatedCatalogue {
  Catalogue catalogue;
  Time as_of = kDistantPast;
};
using Catalogues = std::map<std::string, DatedCatalogue>;  // by provider

// The offers of the providers on the cluster's ladder, in its order.
std::vector<Offer> LadderOffers(const ClusterSpec& cluster, const Catalogues& catalogues);

// Calls what it is given for each host of all clusters that is not gone: a fleet is walked, not
// copied.
using EachHost = std::function<void(const std::function<void(const HostRecord&)>&)>;

// What the hosts leave of each quota, and of each offer with a stock.
std::map<std::string, Quota> QuotaRoom(const Catalogues& catalogues, const EachHost& hosts);
std::map<std::string, std::int64_t> StockRoom(const Catalogues& catalogues, const EachHost& hosts);

class OfferBook {
 public:
  // `on_news` is called when a provider has answered, well or not. `context` outlives the book.
  OfferBook(const ProvisionContext& context, Duration refresh, std::function<void()> on_news);

  // Asks every provider now, and then at the interval. A provider that does not answer keeps its
  // last offers.
  void Start();

  // The clusters have other ladders from now on, and providers are asked at another interval.
  void Reconfigure(Duration refresh);

  // Whether each of the providers has been heard of at least once, if only by an error.
  bool IsReady(const ClusterSpec& cluster) const;
  // LadderOffers, kept until the next news. Valid until then.
  std::span<const Offer> OffersOf(const ClusterSpec& cluster);

  const Catalogues& catalogues() const { return catalogues_; }

 private:
  void Refresh(const std::string& provider);
  void OnAnswer(const std::string& provider, Time asked, const Result<Catalogue>& answer);

  const ProvisionContext& context_;
  Duration refresh_;
  const std::function<void()> on_news_;
  Catalogues catalogues_;
  std::set<std::string> heard_;                        // providers that have answered
  std::map<std::string, std::vector<Offer>> ladders_;  // by cluster, until the next news
};

}  // namespace spillway
