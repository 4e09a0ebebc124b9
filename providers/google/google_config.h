// How a Google Cloud project stands in the configuration (README.md has an example), typed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/account_config.h"
#include "providers/builtin.h"
#include "providers/google/google_prices.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// A zone to launch in; its name is the location of offers and pools.
struct GooglePlace {
  std::string zone;
  std::string subnetwork;  // "regions/R/subnetworks/S"; empty: that of the account's network
  std::vector<std::string> machine_types;  // empty: every standard one with a known price

  friend bool operator==(const GooglePlace&, const GooglePlace&) = default;
};

struct GoogleConfig {
  AccountConfig account;
  std::string project;           // empty: as google_provider.h looks for it
  std::string credentials_file;  // empty: the conventional order of google_credentials.h
  std::vector<GooglePlace> places;
  // For x86-64 and for arm64 machines. Ubuntu's images have cloud-init; Google's Debian ones do
  // not.
  std::string image = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64";
  std::string image_arm64 = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-arm64";
  GoogleDisk boot_disk;
  std::string network = "global/networks/default";
  std::vector<std::string> network_tags;  // that firewall rules aim at
  std::vector<std::string> ssh_keys;      // "user:ssh-ed25519 AAAA… comment"

  // For machines of this type.
  const std::string& ImageFor(std::string_view machine_type) const;
  std::optional<Money> PriceOf(std::string_view zone, const GoogleMachineType& type) const;

  friend bool operator==(const GoogleConfig&, const GoogleConfig&) = default;
};

// Whether machines of this type are arm64 ("t2a-standard-4"), by the way Google names them.
bool IsGoogleArmType(std::string_view machine_type);

// "europe-west3-a" is in a list of zones, "edge-burst" a project: names that become part of a path.
bool IsGoogleProject(std::string_view text);

// Reads and checks; errors are recorded in `node`, whose Finish() is the caller's business.
GoogleConfig ReadGoogleConfig(const std::string& name, const ConfigNode& node);

// For the list in providers/builtin.cc.
ParsedProvider ParseGoogleProvider(const std::string& name, const ConfigNode& node);

}  // namespace spillway
