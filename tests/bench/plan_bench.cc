// How long planning takes: many ordinary clusters, and one hard covering question.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "scaler/plan/cover.h"
#include "scaler/plan/plan.h"

namespace spillway {
namespace {

constexpr int kClusters = 10'000;

// One that fills its home rung, takes some of the second and leaves the third alone.
ClusterSpec ThreeRungs() {
  ClusterSpec cluster;
  cluster.name = "edge";
  cluster.workload = Workload::kApplicationContainers;
  cluster.hypervisor = Hypervisor::kLxc;
  cluster.limits.max_hosts = 60;
  cluster.jurisdiction = {"EU"};
  for (const char* name : {"rack", "near", "far"}) {
    cluster.ladder.push_back({.name = name,
                              .provider = name,
                              .location = "fra",
                              .cluster_type = ClusterType::kVirtual,
                              .plans = {},
                              .max_hosts = 20});
  }
  return cluster;
}

// Four sizes at each of three providers, prices nearly proportional.
std::vector<Offer> TwelveOffers() {
  std::vector<Offer> offers;
  for (const char* provider : {"rack", "near", "far"}) {
    for (std::int64_t vcpu : {2, 4, 8, 16}) {
      Offer offer;
      offer.provider = provider;
      offer.location = "fra";
      offer.plan = std::to_string(vcpu);
      offer.id = offer.provider + "/fra/" + offer.plan;
      offer.country = "DE";
      offer.cluster_type = ClusterType::kVirtual;
      offer.hypervisors = {Hypervisor::kLxc};
      offer.capacity = {vcpu, vcpu * 4096};
      offer.price_per_hour = Money{vcpu * 12'000 + 700 * (vcpu % 3)};
      offer.quota = offer.provider;
      offers.push_back(offer);
    }
  }
  return offers;
}

void BM_PlanTenThousandClusters(benchmark::State& state) {
  const ClusterSpec cluster = ThreeRungs();
  const std::vector<Offer> offers = TwelveOffers();
  std::vector<Decision> decisions;
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> vcpu(280, 440);
  for (int i = 0; i < kClusters; ++i) {
    Decision decision;
    const std::int64_t wanted = vcpu(random);
    decision.wanted = {wanted, wanted * 4500};
    decision.money.room_per_hour = Money::FromDouble(50);
    decisions.push_back(decision);
  }
  for (auto _ : state) {
    for (const Decision& decision : decisions) {
      const PlanInput input{kDistantPast,
                            cluster,
                            decision,
                            {},
                            offers,
                            {},
                            {{"near", {"near", 400}}, {"far", {"far", 400}}},
                            {},
                            {}};
      benchmark::DoNotOptimize(MakePlan(input));
    }
  }
  state.SetItemsProcessed(state.iterations() * kClusters);
}
BENCHMARK(BM_PlanTenThousandClusters)->Unit(benchmark::kMillisecond);

// Twenty choices of almost the same value and thousands of vCPU: nearly every set is nearly as
// good, so that a naive search would try them all. The argument is the seed of the catalogue.
void BM_HardCover(benchmark::State& state) {
  std::mt19937_64 random(static_cast<std::uint64_t>(state.range(0)));
  const auto draw = [&random](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  std::vector<Choice> choices;
  for (int i = 0; i < 20; ++i) {
    const std::int64_t vcpu = std::int64_t{2} << draw(0, 5);
    const Money price{48'000 * vcpu + draw(-300, 300)};
    choices.push_back({{vcpu, vcpu * 4096 + draw(-500, 500)}, price, price, 10'000, std::nullopt});
  }
  CoverRoom room;
  room.machines = 10'000;
  const Capacity missing{draw(2000, 5000), draw(8, 20) * 1'000'000};
  bool is_proven = true;
  for (auto _ : state) {
    is_proven = CheapestCover(missing, choices, room).is_proven && is_proven;
  }
  state.counters["proven"] = is_proven ? 1 : 0;
}
BENCHMARK(BM_HardCover)->Arg(2)->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spillway
