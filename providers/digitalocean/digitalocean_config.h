// How a DigitalOcean account stands in the configuration (README.md has an example), typed.
#pragma once

#include <string>
#include <vector>

#include "providers/account_config.h"
#include "providers/builtin.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// A region to make Droplets in.
struct DigitalOceanPlace {
  std::string region;  // its slug, which is also the word for it in offers and pools
  std::string vpc;     // empty: the region's default one

  friend bool operator==(const DigitalOceanPlace&, const DigitalOceanPlace&) = default;
};

struct DigitalOceanConfig {
  // Changes are 0.4 a second at most (digitalocean_provider.cc).
  AccountConfig account = {.create_budget = {.per_second = 0.4, .burst = 10, .in_flight = 20}};
  std::vector<DigitalOceanPlace> places;
  std::string image = "debian-12-x64";  // a slug, or the number of an image of one's own
  // Numbers or MD5 fingerprints; at least one, or a root password would be sent by e-mail.
  std::vector<std::string> ssh_keys;
  std::vector<std::string> sizes;  // empty: every one without a GPU
  bool ipv6 = false;
  bool monitoring = false;
  std::string context;  // of doctl; empty: the order of digitalocean_credentials.h
};

// Reads and checks; errors are recorded in `node`, whose Finish() is the caller's business.
DigitalOceanConfig ReadDigitalOceanConfig(const std::string& name, const ConfigNode& node);

// For the list in providers/builtin.cc.
ParsedProvider ParseDigitalOceanProvider(const std::string& name, const ConfigNode& node);

}  // namespace spillway
