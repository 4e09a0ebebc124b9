#include "scaler/plan/ladder.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "scaler/plan/cover.h"
#include "scaler/plan/eligibility.h"
#include "scaler/plan/nearness.h"
#include "scaler/plan/room.h"
#include "scaler/plan/words.h"

namespace spillway {
namespace {

// Enough for any set that is of use: keeps sums of counts far from the range of 64 bits.
constexpr std::int64_t kNoStockLimit = 1'000'000;

using Offers = std::vector<const Offer*>;

class Rung {
 public:
  Rung(const PlanInput& input, const PoolSpec& pool, Room& room, Plan& plan)
      : input_(input), pool_(pool), room_(room), plan_(plan) {}

  // Returns what is still missing afterwards.
  Capacity Climb(const Offers& sorted, const Capacity& missing) {
    const Offers fitting = Fitting(sorted);
    if (missing.IsZero()) {
      for (const Offer* offer : fitting) Consider(*offer, NotNeeded());
      return missing;
    }
    if (fitting.empty()) {
      plan_.reasons.push_back(About({"no_offer", "no offer fits", {}}));
      return missing;
    }
    return TakeFrom(fitting, missing);
  }

 private:
  // The offers that may serve here; the others are put into the plan with their reason.
  Offers Fitting(const Offers& sorted) {
    Offers fitting;
    for (const Offer* offer : sorted) {
      if (offer->provider != pool_.provider) continue;
      if (auto reason = WhyNot(input_, pool_, *offer)) {
        Consider(*offer, *std::move(reason));
      } else if (PiecesIn(*offer) == 0) {
        Consider(*offer, TooSmall(*offer));
      } else {
        fitting.push_back(offer);
      }
    }
    return fitting;
  }

  Capacity TakeFrom(const Offers& fitting, const Capacity& missing) {
    // What stops an offer before anything is taken is its own reason; what stops it afterwards
    // is the rung's.
    std::vector<std::vector<Reason>> stops_before;
    for (const Offer* offer : fitting) stops_before.push_back(room_.Stops(pool_, *offer));

    const Taken taken = TakeNearFirst(fitting, missing);
    for (std::size_t i = 0; i < fitting.size(); ++i) {
      if (taken.counts[i] > 0) plan_.take.push_back({pool_.name, *fitting[i], taken.counts[i]});
    }
    const Capacity& open = taken.open;
    for (std::size_t i = 0; i < fitting.size(); ++i) {
      const Offer& offer = *fitting[i];
      std::vector<Reason> stops =
          stops_before[i].empty() && !open.IsZero() ? room_.Stops(pool_, offer) : stops_before[i];
      if (taken.counts[i] > 0) {
        Consider(offer, Chosen(offer, taken.counts[i]));
      } else if (!stops.empty()) {
        Consider(offer, stops.front());
      } else {
        Consider(offer, taken.was_asked[i] ? Dearer(offer) : Farther(offer));
      }
    }
    if (!open.IsZero()) SayWhatStopped(fitting);
    if (!taken.is_proven) {
      plan_.reasons.push_back(About({"search_cut_short",
                                     "the search for the cheapest set used up its budget; a better "
                                     "set may exist",
                                     {}}));
    }
    return open;
  }

  struct Taken {
    std::vector<std::int64_t> counts;  // of each fitting offer
    std::vector<bool> was_asked;       // whether a search had it among its choices
    Capacity open;
    bool is_proven = true;
  };

  // Each wished place gets its part of what is missing, from the nearest offers first. What a place
  // gets too much, because machines come whole, is taken off the parts of the others.
  Taken TakeNearFirst(const Offers& fitting, const Capacity& missing) {
    Taken taken{std::vector<std::int64_t>(fitting.size(), 0),
                std::vector<bool>(fitting.size(), false), missing};
    std::vector<std::size_t> all(fitting.size());
    std::iota(all.begin(), all.end(), 0);
    double weights = 0;
    for (const NearPlace& place : input_.decision.near) weights += place.weight;
    for (const NearPlace& place : input_.decision.near) {
      const Capacity part = Scaled(taken.open, std::min(place.weight / weights, 1.0));
      weights -= place.weight;
      Capacity rest = Min(part, taken.open);
      for (const std::vector<std::size_t>& ring : RingsAround(place, fitting)) {
        if (!rest.IsZero()) rest = Missing(rest, TakeSome(fitting, ring, rest, taken));
      }
    }
    if (!taken.open.IsZero()) TakeSome(fitting, all, taken.open, taken);
    return taken;
  }

  // Takes the cheapest set of `some` of the offers; returns what it gives.
  Capacity TakeSome(const Offers& fitting, const std::vector<std::size_t>& some,
                    const Capacity& missing, Taken& taken) {
    Offers offers;
    for (const std::size_t i : some) offers.push_back(fitting[i]);
    const Cover cover = FindCover(offers, missing);
    for (std::size_t k = 0; k < some.size(); ++k) {
      taken.was_asked[some[k]] = true;
      taken.counts[some[k]] += cover.counts[k];
      room_.Take(pool_, *offers[k], cover.counts[k]);
    }
    taken.open = Missing(taken.open, cover.total);
    taken.is_proven = taken.is_proven && cover.is_proven;
    return cover.total;
  }

  Cover FindCover(const Offers& fitting, const Capacity& missing) const {
    CoverRoom limits;
    limits.machines = room_.PlacesIn(pool_);
    limits.per_hour = room_.per_hour();
    limits.this_month = room_.this_month();
    limits.capacity = room_.capacity();
    std::vector<std::string> quotas;
    std::vector<Choice> choices;
    for (const Offer* offer : fitting) {
      Choice choice{GivenBy(*offer),
                    offer->price_per_hour,
                    room_.WorstCase(*offer),
                    room_.StockOf(*offer).value_or(kNoStockLimit),
                    std::nullopt,
                    0,
                    offer->capacity};
      if (const auto left = room_.QuotaOf(*offer)) {
        const auto known = std::find(quotas.begin(), quotas.end(), offer->quota);
        choice.quota = static_cast<std::size_t>(known - quotas.begin());
        choice.quota_use = QuotaUse(left->unit, offer->capacity);
        if (known == quotas.end()) {
          quotas.push_back(offer->quota);
          limits.quotas.push_back(left->limit);
        }
      }
      choices.push_back(choice);
    }
    return CheapestCover(missing, choices, limits);
  }

  // So many pieces a machine holds; without a piece all of it is one.
  std::int64_t PiecesIn(const Offer& offer) const {
    const auto& piece = input_.decision.piece;
    if (!piece) return 1;
    return std::min(offer.capacity.vcpu / piece->vcpu,
                    offer.capacity.memory_mib / piece->memory_mib);
  }

  Capacity GivenBy(const Offer& offer) const {
    const auto& piece = input_.decision.piece;
    return piece ? *piece * PiecesIn(offer) : offer.capacity;
  }

  // Each limit once, in the words of the first offer that it keeps out.
  void SayWhatStopped(const Offers& fitting) {
    std::set<std::string> said;
    for (const Offer* offer : fitting) {
      for (Reason& stop : room_.Stops(pool_, *offer)) {
        if (!said.insert(stop.code).second) continue;
        stop.facts.push_back({"offer", offer->id});
        plan_.reasons.push_back(About(std::move(stop)));
      }
    }
  }

  Reason About(Reason reason) const {
    reason.text = "rung " + pool_.name + ": " + reason.text;
    reason.facts.insert(reason.facts.begin(), {"pool", pool_.name});
    return reason;
  }

  void Consider(const Offer& offer, Reason reason) {
    const bool is_chosen = reason.code == "chosen";
    plan_.offers.push_back({offer.id, pool_.name, is_chosen, std::move(reason)});
  }

  static std::vector<Fact> FactsOf(const Offer& offer) {
    return {{"price_per_hour", offer.price_per_hour.ToDouble()},
            {"vcpu", offer.capacity.vcpu},
            {"memory_mib", offer.capacity.memory_mib}};
  }

  Reason Chosen(const Offer& offer, std::int64_t count) const {
    Reason reason{"chosen",
                  fmt::format("{} taken, each {} at {} an hour: in the cheapest set that covers "
                              "what is missing or the most of it",
                              count, InWords(offer.capacity), InWords(offer.price_per_hour)),
                  {{"count", count}}};
    const std::vector<Fact> facts = FactsOf(offer);
    reason.facts.insert(reason.facts.end(), facts.begin(), facts.end());
    for (const NearPlace& place : input_.decision.near) {
      const std::optional<double> km = DistanceTo(place, offer);
      if (!km) continue;
      reason.text += fmt::format("; {:.0f} km from {}", *km, place.name);
      reason.facts.push_back({"km_from_" + place.name, *km});
    }
    return reason;
  }

  static Reason Dearer(const Offer& offer) {
    return {"dearer",
            fmt::format("{} at {} an hour: a set without it covers as much and is cheaper, or has "
                        "fewer machines",
                        InWords(offer.capacity), InWords(offer.price_per_hour)),
            FactsOf(offer)};
  }

  static Reason Farther(const Offer& offer) {
    return {"farther", "offers nearer to where it is needed cover everything", FactsOf(offer)};
  }

  Reason TooSmall(const Offer& offer) const {
    return {"too_small",
            fmt::format("has {}; what is needed comes in pieces of {}", InWords(offer.capacity),
                        InWords(*input_.decision.piece)),
            FactsOf(offer)};
  }

  static Reason NotNeeded() {
    return {"not_needed", "the rungs below cover everything that is missing", {}};
  }

  const PlanInput& input_;
  const PoolSpec& pool_;
  Room& room_;
  Plan& plan_;
};

}  // namespace

Capacity ClimbLadder(const PlanInput& input, const Capacity& usable, const Capacity& missing,
                     Plan& plan) {
  // Of offers that are alike the sooner ready is taken first; the order of the input is no matter.
  Offers sorted;
  for (const Offer& offer : input.offers) sorted.push_back(&offer);
  std::sort(sorted.begin(), sorted.end(), [](const Offer* a, const Offer* b) {
    return std::tie(a->time_to_ready, a->id) < std::tie(b->time_to_ready, b->id);
  });
  Room room(input, usable);
  Capacity open = missing;
  for (const PoolSpec& pool : input.cluster.ladder) {
    open = Rung(input, pool, room, plan).Climb(sorted, open);
  }
  return open;
}

}  // namespace spillway
