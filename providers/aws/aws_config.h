// How an AWS account stands in the configuration (README.md has an example), typed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/account_config.h"
#include "providers/builtin.h"
#include "providers/provider.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// A place to launch in: a region, or one zone of it.
struct AwsPlace {
  std::string region;
  std::string zone;  // empty: EC2 chooses, or the subnet says
  // The id of an AMI, or a word of aws_images.h; empty: such machines are not offered. When the
  // configuration says neither, both are Debian 12.
  std::string image;        // for x86_64
  std::string image_arm64;  // for arm64
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
  AccountConfig account;  // endpoint empty: AWS_ENDPOINT_URL_EC2, AWS_ENDPOINT_URL, else AWS itself
  std::vector<AwsPlace> places;
  std::string profile;            // empty: the conventional order of aws_credentials.h
  std::string metadata_endpoint;  // empty: the conventional one
  int root_volume_gib = 50;       // 0: as the image says
  std::string root_device;        // empty: EC2 is asked for the image's own
  // By region, of the standard families; for other regions the account's quota is asked for.
  std::map<std::string, std::int64_t> quota_vcpu;
  std::string public_key_file;  // becomes the key pair `key_name` where there is none; empty: none
  // Virtual types whose processor can nest are offered for KVM and Firecracker too.
  bool nested_virtualization = false;

  std::optional<Money> PriceOf(const AwsPlace& place, std::string_view type) const;
};

// Whether machines of this instance type are arm64 ("c7g.metal"), by the way EC2 names them.
bool IsArmType(std::string_view instance_type);

// Reads and checks; errors are recorded in `node`, whose Finish() is the caller's business.
AwsConfig ReadAwsConfig(const std::string& name, const ConfigNode& node);

// For the list in providers/builtin.cc.
ParsedProvider ParseAwsProvider(const std::string& name, const ConfigNode& node);

}  // namespace spillway
