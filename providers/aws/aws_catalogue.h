// What an account can be asked for: configuration, prices and EC2's instance types put together.
// Pure.
//
// An offer is an instance type in a place that the region has, whose price is known and for whose
// architecture there is an image. Offers have no `group`: capacity runs out by zone and type, and
// another zone or size is just what to try next. Standard families share one Quota per region.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "providers/aws/aws_config.h"
#include "providers/aws/ec2_api.h"
#include "scaler/model/offer.h"

namespace spillway {

// The instance types that the places of `region` could offer, each once.
std::vector<std::string> AwsTypesWanted(const AwsConfig& config, const std::string& region);

// `types` are those that each region has.
Catalogue AwsCatalogue(const AwsConfig& config,
                       const std::map<std::string, std::vector<Ec2InstanceType>>& types);

}  // namespace spillway
