// What an account can be asked for: configuration, prices and EC2's instance types put together.
// Pure.
//
// An offer is an instance type in a place that the region has, whose price is known and for whose
// architecture there is an image. Offers have no `group`: capacity runs out by zone and type, and
// another zone or size is just what to try next. Standard families share one Quota per region.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "providers/aws/aws_config.h"
#include "providers/aws/ec2_api.h"
#include "scaler/model/offer.h"

namespace spillway {

// What was found out about an account. What is not there was not to be had.
struct AwsInventory {
  std::map<std::string, std::vector<Ec2InstanceType>> types;   // by region
  std::map<std::string, std::set<std::string>> types_in_zone;  // by zone; only of places with one
  std::map<std::string, std::int64_t> quota_vcpu;              // by region, of standard families
};

// The instance types that the places of `region` could offer, each once.
std::vector<std::string> AwsTypesWanted(const AwsConfig& config, const std::string& region);

Catalogue AwsCatalogue(const AwsConfig& config, const AwsInventory& inventory);

}  // namespace spillway
