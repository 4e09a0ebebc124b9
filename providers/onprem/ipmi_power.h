// A power switch that is a BMC with IPMI 2.0, through the program ipmitool.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/onprem/power.h"
#include "providers/onprem/power_config.h"
#include "scaler/model/time.h"
#include "scaler/runtime/secret.h"

namespace spillway {

// What ipmitool is called with for `chassis power VERB`. The password goes another way.
std::vector<std::string> IpmiArguments(const PowerConfig& config, std::string_view verb);

// What "Chassis Power is on" says.
PowerStatus ReadChassisPower(std::string_view said);

// Why ipmitool failed, by what it wrote to standard error.
Error IpmiFailure(const std::string& where, std::string_view said);

class IpmiPower final : public Power {
 public:
  // Starts nothing. A session at a dead BMC is given up within `time_limit`.
  IpmiPower(PowerConfig config, const Secret& password, Duration time_limit,
            std::string program = "ipmitool");

  Result<PowerStatus> Look() override;
  Result<Done> On() override;
  Result<Done> Off(SwitchOff way) override;

 private:
  // What it wrote to standard output.
  Result<std::string> Run(std::string_view verb) const;

  const PowerConfig config_;
  const Secret password_;
  const Duration time_limit_;
  const std::string program_;
};

}  // namespace spillway
