#include "providers/google/google_config.h"

#include <algorithm>
#include <memory>
#include <set>

#include "providers/google/google_provider.h"
#include "providers/google/google_regions.h"

namespace spillway {
namespace {

constexpr std::string_view kBareMetal = "-metal";

// A name alone is completed to the partial URL that the API wants; one with '/' is taken as it is.
std::string Completed(const std::string& folder, const std::string& name) {
  return name.empty() || name.find('/') != name.npos ? name : folder + name;
}

// A type that was asked for and cannot be had must be said at the start, not missed at the peak.
void CheckTypes(const GoogleConfig& config, const GooglePlace& place, const ConfigNode& node) {
  for (const std::string& type : place.machine_types) {
    if (type.ends_with(kBareMetal)) {
      node["machine_types"].Fail(type + " is bare metal; this provider has virtual machines only");
    } else if (!HasGoogleRate(type) && !OverriddenPrice(config.account.prices, place.zone, type)) {
      node["machine_types"].Fail("no price is known for " + type +
                                 " and without one it is never bought: give prices.\"" + type +
                                 "\" or prices.\"" + place.zone + "/" + type + "\"");
    }
  }
}

GooglePlace ReadPlace(const ConfigNode& node) {
  GooglePlace place;
  place.zone = node.String("zone").Required();
  const std::string region = GoogleRegionOf(place.zone);
  if (!place.zone.empty() && region.empty()) {
    node["zone"].Fail("expected a zone such as europe-west3-a, got \"" + place.zone + "\"");
  }
  place.subnetwork =
      Completed("regions/" + region + "/subnetworks/", node.String("subnetwork").Or(""));
  place.machine_types = node.Strings("machine_types").Or({});
  node.Finish();
  return place;
}

void ReadPlaces(const ConfigNode& node, GoogleConfig& config) {
  const std::vector<ConfigNode> entries = node.List("zones");
  if (entries.empty()) node["zones"].Fail("is required: a list with at least one zone");
  std::set<std::string> zones;
  for (const ConfigNode& entry : entries) {
    GooglePlace place = ReadPlace(entry);
    if (!zones.insert(place.zone).second) {
      entry.Fail("\"" + place.zone + "\" stands twice; pools could not tell the two apart");
    }
    CheckTypes(config, place, entry);
    config.places.push_back(std::move(place));
  }
}

std::string ReadImage(const ConfigNode& node, const std::string& key, const std::string& usual) {
  std::string image = node.String(key).Or(usual);
  if (image.find("images/") == image.npos) {
    node[key].Fail("expected an image such as " + usual + ", got \"" + image + "\"");
  }
  return image;
}

void CheckEach(const ConfigNode& node, const std::string& key,
               const std::vector<std::string>& values, bool (*fits)(std::string_view),
               const std::string& expected) {
  for (const std::string& value : values) {
    if (!fits(value)) node[key].Fail("expected " + expected + ", got \"" + value + "\"");
  }
}

bool IsSshKey(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon != 0 && colon < line.find(' ') && line.find('\n') == line.npos;
}

}  // namespace

const std::string& GoogleConfig::ImageFor(std::string_view machine_type) const {
  return IsGoogleArmType(machine_type) ? image_arm64 : image;
}

std::optional<Money> GoogleConfig::PriceOf(std::string_view zone,
                                           const GoogleMachineType& type) const {
  return GooglePricePerHour(zone, type, boot_disk, account.public_address, account.prices);
}

// Letters, the number of the generation, and an 'a' for Arm: t2a, c4a. (n2d and c3d are AMD's.)
bool IsGoogleArmType(std::string_view machine_type) {
  const std::string_view family = machine_type.substr(0, machine_type.find('-'));
  if (family.size() < 3 || family.back() != 'a') return false;
  const char before = family[family.size() - 2];
  return before >= '0' && before <= '9';
}

bool IsGoogleProject(std::string_view text) {
  // With a domain in front for old ones: "example.com:edge-burst".
  const std::string_view name = text.substr(text.find(':') + 1);
  return IsGoogleName(name) && text.find('/') == text.npos;
}

GoogleConfig ReadGoogleConfig(const std::string& name, const ConfigNode& node) {
  GoogleConfig config;
  AccountConfig defaults;
  defaults.create_budget.per_second = 2.0;
  config.account = ReadAccount(name, node, defaults);
  config.project = node.String("project").Or("");
  if (!config.project.empty() && !IsGoogleProject(config.project)) {
    node["project"].Fail("expected the id of a project such as edge-burst, got \"" +
                         config.project + "\"");
  }
  config.credentials_file = node.String("credentials_file").Or("");
  config.image = ReadImage(node, "image", config.image);
  config.image_arm64 = ReadImage(node, "image_arm64", config.image_arm64);
  config.boot_disk.gib = node.Integer("boot_disk_gib").Between(10, 65536).Or(config.boot_disk.gib);
  config.boot_disk.type = node.String("boot_disk_type").Or(config.boot_disk.type);
  CheckEach(node, "boot_disk_type", {config.boot_disk.type}, IsGoogleName,
            "a type of disk such as pd-balanced");
  config.network = Completed("global/networks/", node.String("network").Or(config.network));
  config.network_tags = node.Strings("network_tags").Or({});
  CheckEach(node, "network_tags", config.network_tags, IsGoogleName,
            "lower-case letters, digits and dashes");
  config.ssh_keys = node.Strings("ssh_keys").Or({});
  CheckEach(node, "ssh_keys", config.ssh_keys, IsSshKey, "\"user:ssh-ed25519 AAAA…\"");
  ReadPlaces(node, config);
  return config;
}

ParsedProvider ParseGoogleProvider(const std::string& name, const ConfigNode& node) {
  // std::function must be copyable and may be called twice, hence the copies of the configuration.
  const GoogleConfig config = ReadGoogleConfig(name, node);
  return {.matrix_kind = "google",
          .make =
              [config](const PluginContext& context) {
                return std::unique_ptr<Provider>(std::make_unique<GoogleProvider>(config, context));
              },
          .sight_credentials =
              [file = config.credentials_file](const Surroundings& surroundings) {
                return SightGoogleCredentials(file, surroundings);
              }};
}

}  // namespace spillway
