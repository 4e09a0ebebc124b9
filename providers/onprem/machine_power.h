// The power switch that a machine of the inventory has.
#pragma once

#include <memory>

#include "providers/onprem/inventory.h"
#include "providers/onprem/power.h"
#include "providers/ssh/ssh_client.h"
#include "providers/surroundings.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/secret.h"

namespace spillway {

// What switches need. The references outlive them.
struct PowerContext {
  HttpClient& http;
  const Clock& clock;
  const Surroundings& surroundings;  // where passwords are; used only while it is made
  const SshClient* ssh;              // null: no machine needs it
  Duration time_limit;               // of each exchange
};

// Of the machine's BMC; empty when its switch needs none. Throws std::runtime_error when it is not
// where the inventory says.
Secret BmcPassword(const InventoryMachine& machine, const Surroundings& surroundings);

// Opens nothing but the file of a password. Throws std::runtime_error when it is not to be had.
std::unique_ptr<Power> MakePower(const InventoryMachine& machine, const PowerContext& context);

}  // namespace spillway
