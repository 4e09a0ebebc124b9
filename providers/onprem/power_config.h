// How the power of a machine is switched, as it stands in an inventory.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "scaler/runtime/config_node.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

enum class PowerMethod { kNone, kRedfish, kIpmi, kWakeOnLan };

// Where a password is to be found: one of the two.
struct PasswordPlace {
  std::string variable;  // of the environment
  std::string file;

  friend bool operator==(const PasswordPlace&, const PasswordPlace&) = default;
};

using MacAddress = std::array<std::uint8_t, 6>;

// Only what belongs to the method means anything.
struct PowerConfig {
  PowerMethod method = PowerMethod::kNone;
  // redfish, ipmi
  std::string user;
  PasswordPlace password;
  // redfish
  std::string url;           // "https://192.0.2.10", without a path
  std::string system;        // of a BMC with several: the end of its path ("1", "Node2")
  bool uses_session = true;  // else each request carries user and password
  HttpTls tls;
  // ipmi
  std::string host;
  int port = 623;
  int cipher_suite = 17;
  // wake_on_lan
  MacAddress mac{};
  std::string broadcast = "255.255.255.255";  // of the machine's network
  int wake_port = 9;

  friend bool operator==(const PowerConfig&, const PowerConfig&) = default;
};

// What the machines of an inventory have in common: any of the keys, nothing is required.
PowerConfig ReadCommonPower(const ConfigNode& node);

// That of one machine; what it does not say is as in `common`. Errors are recorded in `node`.
PowerConfig ReadPower(const ConfigNode& node, const PowerConfig& common);

}  // namespace spillway
