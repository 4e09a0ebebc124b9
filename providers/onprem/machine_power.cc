#include "providers/onprem/machine_power.h"

#include <algorithm>
#include <stdexcept>

#include "providers/onprem/ipmi_power.h"
#include "providers/onprem/redfish_power.h"
#include "providers/onprem/wake_on_lan.h"

namespace spillway {
namespace {

class AlwaysOn final : public Power {
 public:
  Result<PowerStatus> Look() override { return PowerStatus{PowerState::kOn, "always on"}; }
  Result<Done> On() override { return Done{}; }
  Result<Done> Off(SwitchOff) override {
    return Error{ErrorKind::kInvalid, "power", "", "this machine has no switch"};
  }
};

}  // namespace

Secret BmcPassword(const InventoryMachine& machine, const Surroundings& surroundings) {
  const PowerMethod method = machine.power.method;
  if (method != PowerMethod::kRedfish && method != PowerMethod::kIpmi) return Secret();
  const PasswordPlace& place = machine.power.password;
  const std::string whose = "password of the BMC of " + machine.name + ": ";
  if (!place.variable.empty()) {
    const auto value = surroundings.variable(place.variable);
    if (!value) throw std::runtime_error(whose + "the variable " + place.variable + " is not set");
    return Secret(*value);
  }
  auto text = surroundings.file(place.file);
  if (!text) throw std::runtime_error(whose + "the file " + place.file + " cannot be read");
  text->resize(std::min(text->size(), text->find_first_of("\r\n")));
  if (text->empty()) throw std::runtime_error(whose + "the file " + place.file + " is empty");
  return Secret(*text);
}

std::unique_ptr<Power> MakePower(const InventoryMachine& machine, const PowerContext& context) {
  switch (machine.power.method) {
    case PowerMethod::kNone: break;
    case PowerMethod::kRedfish:
      return std::make_unique<RedfishPower>(machine.power,
                                            BmcPassword(machine, context.surroundings),
                                            context.time_limit, context.http, context.clock);
    case PowerMethod::kIpmi:
      return std::make_unique<IpmiPower>(machine.power, BmcPassword(machine, context.surroundings),
                                         context.time_limit);
    case PowerMethod::kWakeOnLan:
      return std::make_unique<WakeOnLan>(machine, *context.ssh, context.time_limit);
  }
  return std::make_unique<AlwaysOn>();
}

}  // namespace spillway
