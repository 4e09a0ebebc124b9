// What a site can be asked for: its inventory without what is taken or set aside. Pure.
#pragma once

#include <string>

#include "providers/onprem/inventory.h"
#include "providers/onprem/reservations.h"
#include "scaler/model/offer.h"
#include "scaler/model/time.h"

namespace spillway {

// An offer for each class at each site that has such machines; its stock is what is free and sound.
// Remarks tell of machines that are set aside, and of files that make no sense.
Catalogue OnpremCatalogue(const std::string& provider, const Inventory& inventory,
                          const Reserved& reserved, Time now);

// "r1n1 is set aside until 2026-03-02T10:05:00Z, 2 failures in a row: …".
std::string DescribeFault(const std::string& machine, const Fault& fault);

}  // namespace spillway
