// How an AWS account stands in the configuration (README.md has an example), typed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/aws/aws_prices.h"
#include "providers/builtin.h"
#include "providers/provider.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// A place to launch in: a region, or one zone of it.
struct AwsPlace {
  std::string region;
  std::string zone;         // empty: EC2 chooses, or the subnet says
  std::string image;        // for x86_64 machines; empty: none of them are offered
  std::string image_arm64;  // for arm64 machines; empty: none of them are offered
  std::string subnet;       // empty: the account's default subnet
  std::vector<std::string> security_groups;
  std::string key_name;                     // empty: no key pair
  std::vector<std::string> instance_types;  // empty: every one with a known price

  // The word for it in offers and pools: the zone, or else the region.
  const std::string& location() const { return zone.empty() ? region : zone; }
  // For machines of this instance type.
  const std::string& ImageFor(std::string_view type) const;
};

struct AwsConfig {
  std::string name;  // of the account in the configuration
  std::vector<AwsPlace> places;
  std::string profile;            // empty: the conventional order of aws_credentials.h
  std::string endpoint;           // empty: AWS_ENDPOINT_URL_EC2, AWS_ENDPOINT_URL, else AWS itself
  std::string metadata_endpoint;  // empty: the conventional one
  bool public_address = true;     // hosts are reached at their public address, else the private one
  int root_volume_gib = 50;       // 0: as the image says
  std::string root_device = "/dev/sda1";
  PriceOverrides prices;
  std::map<std::string, std::int64_t> quota_vcpu;  // by region, of the standard families
  CreateBudget create_budget{.per_second = 2.0, .burst = 5, .in_flight = 20};
  int parallel_calls = 4;  // for each lane

  std::optional<Money> PriceOf(const AwsPlace& place, std::string_view type) const;
};

// Whether machines of this instance type are arm64 ("c7g.metal"), by the way EC2 names them.
bool IsArmType(std::string_view instance_type);

// Reads and checks; errors are recorded in `node`, whose Finish() is the caller's business.
AwsConfig ReadAwsConfig(const std::string& name, const ConfigNode& node);

// For the list in providers/builtin.cc.
ParsedProvider ParseAwsProvider(const std::string& name, const ConfigNode& node);

}  // namespace spillway
