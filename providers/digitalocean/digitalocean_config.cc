#include "providers/digitalocean/digitalocean_config.h"

#include <memory>
#include <regex>
#include <set>

#include "providers/digitalocean/digitalocean_api.h"
#include "providers/digitalocean/digitalocean_credentials.h"
#include "providers/digitalocean/digitalocean_provider.h"
#include "providers/digitalocean/digitalocean_regions.h"

namespace spillway {
namespace {

// The number of something, or a word of its own.
std::string NumberOrText(const ConfigNode& node) {
  if (node.IsString()) return node.AsString();
  const std::int64_t number = node.AsInteger();
  return number > 0 ? std::to_string(number) : "";
}

// "fra1", or {region: fra1, vpc_uuid: …}.
DigitalOceanPlace ReadPlace(const ConfigNode& node) {
  DigitalOceanPlace place;
  if (node.IsString()) {
    place.region = node.AsString();
  } else {
    place.region = node.String("region").Required();
    place.vpc = node.String("vpc_uuid").Or("");
    node.Finish();
  }
  if (!place.region.empty() && !IsDigitalOceanRegionSlug(place.region)) {
    node.Fail("expected a region such as fra1, got \"" + place.region + "\"");
  }
  static const std::regex kUuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  if (!place.vpc.empty() && !std::regex_match(place.vpc, kUuid)) {
    node["vpc_uuid"].Fail("expected the UUID of a VPC, got \"" + place.vpc + "\"");
  }
  return place;
}

void ReadPlaces(const ConfigNode& node, DigitalOceanConfig& config) {
  const std::vector<ConfigNode> entries = node.List("regions");
  if (entries.empty()) node["regions"].Fail("is required: a list with at least one region");
  std::set<std::string> regions;
  for (const ConfigNode& entry : entries) {
    DigitalOceanPlace place = ReadPlace(entry);
    if (!regions.insert(place.region).second) entry.Fail("\"" + place.region + "\" stands twice");
    config.places.push_back(std::move(place));
  }
}

void ReadKeys(const ConfigNode& node, DigitalOceanConfig& config) {
  static const std::regex kFingerprint("([0-9a-f]{2}:){15}[0-9a-f]{2}");
  const std::vector<ConfigNode> entries = node.List("ssh_keys");
  if (entries.empty()) {
    node["ssh_keys"].Fail(
        "is required: the account's SSH keys, at least one, by number or MD5 "
        "fingerprint; without one DigitalOcean sends a root password by e-mail");
  }
  for (const ConfigNode& entry : entries) {
    const std::string key = NumberOrText(entry);
    if (!IsDigitalOceanId(key) && !std::regex_match(key, kFingerprint)) {
      entry.Fail(
          "expected the number of a key or its MD5 fingerprint such as "
          "\"3b:16:e4:…\", as `doctl compute ssh-key list` shows them");
    }
    config.ssh_keys.push_back(key);
  }
}

}  // namespace

DigitalOceanConfig ReadDigitalOceanConfig(const std::string& name, const ConfigNode& node) {
  DigitalOceanConfig config;
  config.account = ReadAccount(name, node, config.account);
  ReadPlaces(node, config);
  ReadKeys(node, config);
  if (node.Has("image")) config.image = NumberOrText(node["image"]);
  if (config.image.empty()) node["image"].Fail("expected the slug or the number of an image");
  config.sizes = node.Strings("sizes").Or({});
  config.ipv6 = node.Boolean("ipv6").Or(false);
  config.monitoring = node.Boolean("monitoring").Or(false);
  config.context = node.String("context").Or("");
  return config;
}

ParsedProvider ParseDigitalOceanProvider(const std::string& name, const ConfigNode& node) {
  // std::function must be copyable and may be called twice, hence the copies of the configuration.
  const DigitalOceanConfig config = ReadDigitalOceanConfig(name, node);
  return {.matrix_kind = "digitalocean",
          .make =
              [config](const PluginContext& context) {
                return std::unique_ptr<Provider>(
                    std::make_unique<DigitalOceanProvider>(config, context));
              },
          .sight_credentials =
              [doctl = config.context](const Surroundings& surroundings) {
                const auto token = FindDigitalOceanToken(doctl, surroundings);
                return token ? SightingOf(token->place) : SightingOf(token.error());
              }};
}

}  // namespace spillway
