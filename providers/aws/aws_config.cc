#include "providers/aws/aws_config.h"

#include <algorithm>
#include <memory>
#include <set>

#include "providers/aws/aws_images.h"
#include "providers/aws/aws_prices.h"
#include "providers/aws/aws_provider.h"
#include "providers/aws/aws_regions.h"

namespace spillway {
namespace {

constexpr const char* kUsualImage = "debian-12";

void CheckImage(const ConfigNode& node, const std::string& key) {
  const std::string image = node.String(key).Or("");
  if (image.empty() || image.starts_with("ami-") || FindAwsImageName(image) != nullptr) return;
  node[key].Fail("expected the id of an AMI or one of " + AwsImageWords() + ", got \"" + image +
                 "\"");
}

AwsPlace ReadPlace(const ConfigNode& node) {
  AwsPlace place;
  place.region = node.String("region").Required();
  place.zone = node.String("zone").Or("");
  place.image = node.String("image").Or("");
  place.image_arm64 = node.String("image_arm64").Or("");
  place.subnet = node.String("subnet").Or("");
  place.security_groups = node.Strings("security_groups").Or({});
  place.key_name = node.String("key_name").Or("");
  place.instance_types = node.Strings("instance_types").Or({});

  if (!place.region.empty() && !IsAwsRegionCode(place.region)) {
    node["region"].Fail("expected a region such as eu-central-1, got \"" + place.region + "\"");
  }
  if (!place.zone.empty() && AwsRegionOf(place.zone) != place.region) {
    node["zone"].Fail("expected a zone of " + place.region + " such as " + place.region +
                      "a, got \"" + place.zone + "\"");
  }
  for (const char* key : {"image", "image_arm64"}) CheckImage(node, key);
  if (place.image.empty() && place.image_arm64.empty()) {
    place.image = place.image_arm64 = kUsualImage;
  }
  node.Finish();
  return place;
}

// A type that was asked for and cannot be had must be said at the start, not missed at the peak.
void CheckTypes(const AwsConfig& config, const AwsPlace& place, const ConfigNode& node) {
  for (const std::string& type : place.instance_types) {
    if (place.ImageFor(type).empty()) {
      node["instance_types"].Fail(type + " needs " + (IsArmType(type) ? "image_arm64" : "image") +
                                  " in this entry");
    }
    if (!config.PriceOf(place, type)) {
      node["instance_types"].Fail("no price is known for " + type +
                                  " and without one it is never bought: give prices.\"" + type +
                                  "\" or prices.\"" + place.region + "/" + type + "\"");
    }
  }
}

void ReadPlaces(const ConfigNode& node, AwsConfig& config) {
  const std::vector<ConfigNode> entries = node.List("regions");
  if (entries.empty()) node["regions"].Fail("is required: a list with at least one region");
  std::set<std::string> locations;
  for (const ConfigNode& entry : entries) {
    AwsPlace place = ReadPlace(entry);
    if (!locations.insert(place.location()).second) {
      entry.Fail("\"" + place.location() +
                 "\" stands twice; pools could not tell the two apart: give each a zone");
    }
    if (!config.account.public_address && place.subnet.empty()) {
      entry.Fail("needs a subnet: with address: private the default subnet will not do");
    }
    CheckTypes(config, place, entry);
    config.places.push_back(std::move(place));
  }
}

void ReadQuotas(const ConfigNode& node, AwsConfig& config) {
  for (const auto& [region, unused] : node.Members("quota_vcpu")) {
    const ConfigNode quotas = node["quota_vcpu"];
    config.quota_vcpu[region] = quotas.Integer(region).AtLeast(0).Or(0);
    if (std::none_of(config.places.begin(), config.places.end(),
                     [&name = region](const AwsPlace& place) { return place.region == name; })) {
      quotas[region].Fail("no entry of regions has this region");
    }
  }
}

// Instead of the product's row for AWS, in which virtual machines are LXC hosts only.
std::vector<MatrixRow> NestingRows() {
  const std::vector every = {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc};
  return {{ClusterType::kMetal, every}, {ClusterType::kVirtual, every}};
}

}  // namespace

const std::string& AwsPlace::ImageFor(std::string_view type) const {
  return IsArmType(type) ? image_arm64 : image;
}

std::optional<Money> AwsConfig::PriceOf(const AwsPlace& place, std::string_view type) const {
  return AwsPricePerHour(place.region, type, root_volume_gib, account.public_address,
                         account.prices);
}

// "a1", or a 'g' behind the number of the generation: c7g, m6gd, t4g, c7gn.
bool IsArmType(std::string_view instance_type) {
  const std::string_view family = instance_type.substr(0, instance_type.find('.'));
  if (family == "a1") return true;
  const auto digit = family.find_first_of("0123456789");
  return digit != std::string_view::npos && family.find('g', digit) != std::string_view::npos;
}

AwsConfig ReadAwsConfig(const std::string& name, const ConfigNode& node) {
  AwsConfig config;
  config.account =
      ReadAccount(name, node, {.create_budget = {.per_second = 2.0, .burst = 5, .in_flight = 20}});
  config.profile = node.String("profile").Or("");
  config.metadata_endpoint = ReadUrl(node, "metadata_endpoint");
  config.root_volume_gib =
      node.Integer("root_volume_gib").Between(0, 16384).Or(config.root_volume_gib);
  config.root_device = node.String("root_device").Or("");
  config.public_key_file = node.String("public_key_file").Or("");
  config.nested_virtualization = node.Boolean("nested_virtualization").Or(false);
  ReadPlaces(node, config);
  ReadQuotas(node, config);
  return config;
}

ParsedProvider ParseAwsProvider(const std::string& name, const ConfigNode& node) {
  // std::function must be copyable and may be called twice, hence the copies of the configuration.
  const AwsConfig config = ReadAwsConfig(name, node);
  return {
      .matrix_kind = "aws",
      .make =
          [config](const PluginContext& context) {
            return std::unique_ptr<Provider>(std::make_unique<AwsProvider>(config, context));
          },
      .own_rows = config.nested_virtualization ? NestingRows() : std::vector<MatrixRow>{},
      .sight_credentials =
          [config](const Surroundings& surroundings) {
            return SightAwsCredentials({config.profile, config.metadata_endpoint}, surroundings);
          }};
}

}  // namespace spillway
