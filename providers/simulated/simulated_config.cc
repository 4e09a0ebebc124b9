#include "providers/simulated/simulated_config.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "providers/simulated/simulated_profiles.h"
#include "providers/simulated/simulated_provider.h"
#include "providers/simulated/simulated_registrar.h"
#include "providers/simulated/simulated_world.h"
#include "scaler/model/kinds.h"

namespace spillway {
namespace {

// A node's time to be enrolled, over and above its boot.
constexpr Duration kEnrolmentAllowance = std::chrono::seconds(10);

template <class Range>
std::string ListOf(const Range& range) {
  std::string text;
  for (const auto& item : range) {
    if (!text.empty()) text += ", ";
    text += item.name;
  }
  return text;
}

template <class Range>
auto FindByName(const Range& range, std::string_view name) {
  return std::find_if(range.begin(), range.end(),
                      [&](const auto& item) { return item.name == name; });
}

SimulatedFaults ParseFaults(const ConfigNode& node) {
  SimulatedFaults faults;
  std::vector<std::pair<std::string_view, SimulatedFault>> words;
  for (const auto& [fault, word] : kSimulatedFaults) {
    words.emplace_back(word, fault);
    const double chance = node.Number(std::string(word)).Between(0, 1).Or(0);
    if (chance > 0) faults.chance[fault] = chance;
  }
  for (const ConfigNode& item : node.List("spans")) {
    FaultSpan span;
    span.fault = item.OneOf("fault", words).Required();
    span.from = item.DurationOf("from").AtLeast(Duration(0)).Or(Duration(0));
    span.until = item.DurationOf("until").Above(span.from).Required();
    span.chance = item.Number("chance").Between(0, 1).Or(1);
    span.offer = item.String("offer").Or("");
    item.Finish();
    faults.spans.push_back(span);
  }
  faults.slow_factor = node.Number("slow_factor").AtLeast(1).Or(faults.slow_factor);
  const auto duration = [&](const char* key, Duration& value) {
    value = node.DurationOf(key).AtLeast(Duration(0)).Or(value);
  };
  duration("ghost_delay", faults.ghost_delay);
  duration("invisible_for", faults.invisible_for);
  duration("dies_after", faults.dies_after);
  duration("delete_lag", faults.delete_lag);
  node.Finish();
  return faults;
}

// What is written holds for machines of both types.
void ParseBoot(const ConfigNode& node, BootTime& boot_virtual, BootTime& boot_metal) {
  const auto median = node.DurationOf("median").Above(Duration(0)).Optional();
  const auto sigma = node.Number("sigma").Between(0, 3).Optional();
  node.Finish();
  for (BootTime* boot : {&boot_virtual, &boot_metal}) {
    boot->median = median.value_or(boot->median);
    boot->sigma = sigma.value_or(boot->sigma);
  }
}

CreateBudget ParseBudget(const ConfigNode& node) {
  CreateBudget budget;
  budget.per_second = node.Number("per_second").Above(0).Or(budget.per_second);
  budget.burst = static_cast<int>(node.Integer("burst").Between(1, 1000).Or(budget.burst));
  budget.in_flight =
      static_cast<int>(node.Integer("in_flight").Between(1, 100'000).Or(budget.in_flight));
  node.Finish();
  return budget;
}

const SimulatedProfile& ParseProfile(const ConfigNode& node) {
  std::vector<std::pair<std::string_view, const SimulatedProfile*>> words;
  for (const SimulatedProfile& profile : SimulatedProfiles()) {
    words.emplace_back(profile.name, &profile);
  }
  const SimulatedProfile* profile = node.OneOf("profile", words).Required();
  return profile != nullptr ? *profile : SimulatedProfiles().front();
}

// Offers of every chosen plan at every place that the matrix row of `plays` allows.
class OfferBuilder {
 public:
  OfferBuilder(const std::string& name, const ConfigNode& node, const SimulatedProfile& profile,
               const std::string& plays)
      : name_(name),
        node_(node),
        profile_(profile),
        rows_(ProviderMatrix(plays)),
        is_onprem_(profile.name == "onprem"),
        price_factor_(node.Number("price_factor").AtLeast(0).Or(1)),
        stock_(node.Integer("stock").AtLeast(0).Optional()) {}

  std::vector<Offer> Build(const SimulatedCloudSpec& cloud) const {
    const std::vector<SimulatedPlan> plans = Plans();
    const std::vector<Offer> places = Places();
    std::vector<Offer> offers;
    for (const Offer& place : places) {
      for (const SimulatedPlan& plan : plans) {
        const auto row = std::find_if(rows_.begin(), rows_.end(),
                                      [&](const MatrixRow& r) { return r.type == plan.type; });
        if (row != rows_.end()) offers.push_back(MakeOffer(place, plan, *row, cloud));
      }
    }
    if (offers.empty() && !places.empty()) {
      node_.Fail("offers nothing: of these plans none is what it plays: " + Describe(rows_));
    }
    return offers;
  }

 private:
  std::vector<SimulatedPlan> Plans() const {
    std::vector<SimulatedPlan> plans;
    for (const std::string& name : node_.Strings("plans").Or({})) {
      const auto found = FindByName(profile_.plans, name);
      if (found != profile_.plans.end()) {
        plans.push_back(*found);
      } else {
        node_["plans"].Fail("the profile has no plan \"" + name +
                            "\", but: " + ListOf(profile_.plans));
      }
    }
    if (plans.empty()) plans.assign(profile_.plans.begin(), profile_.plans.end());
    if (is_onprem_) ReadMachine(plans.front());
    return plans;
  }

  void ReadMachine(SimulatedPlan& plan) const {
    const ConfigNode machine = node_["machine"];
    plan.vcpu = machine.Integer("vcpu").AtLeast(1).Or(plan.vcpu);
    plan.memory_mib = machine.MemoryMib("memory").AtLeast(1).Or(plan.memory_mib);
    plan.price_per_hour = machine.Amount("price_per_hour").Or(Money{}).ToDouble();
    machine.Finish();
  }

  // Offers in which only the place is filled in.
  std::vector<Offer> Places() const {
    std::vector<Offer> places;
    const std::vector<std::string> names =
        node_.Strings("locations").Or({std::string(profile_.places.front().name)});
    if (is_onprem_) return Sites(names);
    for (const std::string& name : names) {
      const auto found = FindByName(profile_.places, name);
      if (found == profile_.places.end()) {
        node_["locations"].Fail("the profile has no location \"" + name +
                                "\", but: " + ListOf(profile_.places));
        continue;
      }
      Offer place;
      place.location = found->name;
      place.country = found->country;
      place.coordinates = found->coordinates;
      places.push_back(place);
    }
    return places;
  }

  std::vector<Offer> Sites(const std::vector<std::string>& names) const {
    const ConfigNode site = node_["site"];
    Offer place;
    place.country = site.String("country").Or("");
    if (!place.country.empty() && !IsCountryOrGroup(place.country)) {
      site["country"].Fail("expected a country as two capital letters, such as DE");
    }
    const auto latitude = site.Number("latitude").Between(-90, 90).Optional();
    const auto longitude = site.Number("longitude").Between(-180, 180).Optional();
    if (latitude && longitude) place.coordinates = Coordinates{*latitude, *longitude};
    site.Finish();
    std::vector<Offer> places;
    for (const std::string& name : names) {
      place.location = name;
      places.push_back(place);
    }
    return places;
  }

  Offer MakeOffer(Offer offer, const SimulatedPlan& plan, const MatrixRow& row,
                  const SimulatedCloudSpec& cloud) const {
    offer.plan = plan.name;
    offer.provider = name_;
    offer.id = name_ + "/" + offer.location + "/" + offer.plan;
    offer.cluster_type = plan.type;
    offer.hypervisors = row.hypervisors;
    offer.capacity = {plan.vcpu, plan.memory_mib};
    offer.price_per_hour = Money::FromDouble(plan.price_per_hour * price_factor_);
    offer.billing = profile_.billing;
    offer.time_to_ready =
        kEnrolmentAllowance +
        (plan.type == ClusterType::kMetal ? cloud.boot_metal.median : cloud.boot_virtual.median);
    offer.stock = stock_;
    if (!cloud.quotas.empty()) offer.quota = cloud.quotas.front().name;
    return offer;
  }

  const std::string& name_;
  const ConfigNode& node_;
  const SimulatedProfile& profile_;
  const std::span<const MatrixRow> rows_;
  const bool is_onprem_;
  const double price_factor_;
  const std::optional<std::int64_t> stock_;
};

std::string ParsePlays(const ConfigNode& node, const SimulatedProfile& profile) {
  std::vector<std::pair<std::string_view, std::string_view>> words;
  for (const SimulatedProfile& each : SimulatedProfiles()) {
    words.emplace_back(each.name, each.name);
  }
  return std::string(node.OneOf("plays", words).Or(profile.name));
}

// A seed of its own for each name, so that two clouds of one process have different luck.
std::uint64_t SeedOf(std::optional<std::int64_t> configured, std::uint64_t process,
                     const std::string& name) {
  if (configured) return static_cast<std::uint64_t>(*configured);
  return SimulatedLuck(process).ForThing(name).Next();
}

SimulatedWorld& WorldOf(const PluginContext& context, const std::string& name) {
  if (context.world == nullptr) {
    throw std::logic_error(name + " is simulated and was given no world to live in");
  }
  return *context.world;
}

}  // namespace

ParsedProvider ParseSimulatedProvider(const std::string& name, const ConfigNode& node) {
  const SimulatedProfile& profile = ParseProfile(node);
  const std::string plays = ParsePlays(node, profile);
  SimulatedCloudSpec spec;
  spec.name = name;
  spec.boot_virtual = profile.boot_virtual;
  spec.boot_metal = profile.boot_metal;
  ParseBoot(node["boot"], spec.boot_virtual, spec.boot_metal);
  spec.deletion = node.DurationOf("deletion").AtLeast(Duration(0)).Or(spec.deletion);
  spec.budget = ParseBudget(node["budget"]);
  spec.faults = ParseFaults(node["faults"]);
  if (const auto vcpu = node.Integer("quota_vcpu").AtLeast(0).Optional()) {
    spec.quotas.push_back({name + "/vcpu", *vcpu});
  }
  spec.offers = OfferBuilder(name, node, profile, plays).Build(spec);
  const auto seed = node.Integer("seed").Optional();
  node.Finish();

  return {.matrix_kind = plays, .make = [spec, seed](const PluginContext& context) {
            SimulatedCloudSpec seeded = spec;
            seeded.seed = SeedOf(seed, context.seed, spec.name);
            return std::make_unique<SimulatedProvider>(WorldOf(context, spec.name).Cloud(seeded));
          }};
}

MakeRegistrar ParseSimulatedRegistrar(const std::string& name, const ConfigNode& node) {
  SimulatedManagerSpec spec;
  spec.name = name;
  spec.enrol = node.DurationOf("enrol").AtLeast(Duration(0)).Or(spec.enrol);
  spec.evacuate = node.DurationOf("evacuate").AtLeast(Duration(0)).Or(spec.evacuate);
  const std::int64_t guests = node.Integer("guests").Between(0, 1000).Or(spec.per_host.count);
  constexpr Capacity kGuestSize{1, 1024};
  spec.per_host = {guests, kGuestSize * guests};
  spec.faults = ParseFaults(node["faults"]);
  const auto seed = node.Integer("seed").Optional();
  node.Finish();

  return [spec, seed](const PluginContext& context) {
    SimulatedManagerSpec seeded = spec;
    seeded.seed = SeedOf(seed, context.seed, spec.name);
    return std::make_unique<SimulatedRegistrar>(WorldOf(context, spec.name).Manager(seeded));
  };
}

}  // namespace spillway
