#include "providers/onprem/onprem_catalogue.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

// It costs the same whether it is used or not; nobody sends a bill.
constexpr Billing kBilling{.step = std::chrono::seconds(1), .minimum = Duration(0)};

Offer OfferOf(const std::string& provider, const Inventory& inventory,
              const InventoryMachine& machine) {
  const OnpremSite& site = inventory.sites.at(machine.site);
  const MachineClass& machine_class = inventory.classes.at(machine.machine_class);
  Offer offer;
  offer.id = provider + "/" + machine.site + "/" + machine.machine_class;
  offer.provider = provider;
  offer.location = machine.site;
  offer.plan = machine.machine_class;
  offer.country = site.country;
  offer.coordinates = site.coordinates;
  offer.cluster_type = ClusterType::kMetal;
  offer.hypervisors = machine_class.hypervisors;
  offer.capacity = machine_class.capacity;
  offer.price_per_hour = machine_class.price_per_hour;
  offer.billing = kBilling;
  offer.time_to_ready = machine_class.time_to_ready;
  offer.stock = 0;
  return offer;
}

}  // namespace

Catalogue OnpremCatalogue(const std::string& provider, const Inventory& inventory,
                          const Reserved& reserved, Time now) {
  std::map<std::pair<std::string, std::string>, Offer> offers;  // by site and class
  Catalogue catalogue;
  for (const InventoryMachine& machine : inventory.machines) {
    Offer& offer = offers
                       .try_emplace({machine.site, machine.machine_class},
                                    OfferOf(provider, inventory, machine))
                       .first->second;
    const bool is_set_aside = reserved.IsSetAside(machine.name, now);
    if (!is_set_aside && !reserved.IsTaken(machine.name)) ++*offer.stock;
    if (is_set_aside) {
      catalogue.remarks.push_back(DescribeFault(machine.name, reserved.faulty.at(machine.name)));
    }
  }
  for (auto& [place, offer] : offers) catalogue.offers.push_back(std::move(offer));
  for (const std::string& machine : reserved.unreadable) {
    catalogue.remarks.push_back("the reservation of " + machine +
                                " cannot be read: it counts as taken until a person looks");
  }
  for (const Reservation& taken : reserved.taken) {
    if (inventory.Find(taken.machine) == nullptr) {
      catalogue.remarks.push_back(taken.machine + " is taken by host " + taken.host +
                                  " and is not in the inventory any more");
    }
  }
  return catalogue;
}

std::string DescribeFault(const std::string& machine, const Fault& fault) {
  return fmt::format("{} is set aside until {}, {} in a row: {}", machine, TimeText(fault.until),
                     fault.strikes == 1 ? "1 failure" : fmt::format("{} failures", fault.strikes),
                     fault.why);
}

}  // namespace spillway
