// A machine that is woken over the network and switched off over SSH. Nobody tells its power: it is
// on when its SSH server answers.
#pragma once

#include <string>

#include "providers/onprem/inventory.h"
#include "providers/onprem/power.h"
#include "providers/ssh/ssh_client.h"

namespace spillway {

// What the network card waits for: six bytes FF and its address sixteen times.
std::string MagicPacket(const MacAddress& mac);

class WakeOnLan final : public Power {
 public:
  // `ssh` outlives it.
  WakeOnLan(InventoryMachine machine, const SshClient& ssh, Duration time_limit);

  Result<PowerStatus> Look() override;
  // Packets get lost, so several are sent; the next look repeats it.
  Result<Done> On() override;
  Result<Done> Off(SwitchOff way) override;

 private:
  const InventoryMachine machine_;
  const SshClient& ssh_;
  const Duration time_limit_;
};

}  // namespace spillway
