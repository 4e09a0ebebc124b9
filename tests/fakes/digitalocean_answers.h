// The words of DigitalOcean: documents as they go over the wire, and the sizes and regions there
// are.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/digitalocean.h"

namespace spillway::fakes {

struct DigitalOceanFakeSize {
  std::string_view slug;
  std::string_view description;
  int vcpus = 0;
  int memory_mb = 0;
  int disk_gb = 0;
  double price_monthly = 0;
  bool is_available = true;
  bool has_gpu = false;
};
std::span<const DigitalOceanFakeSize> DigitalOceanFakeSizes();
// Null when there is none of this slug.
const DigitalOceanFakeSize* FindDigitalOceanFakeSize(std::string_view slug);

struct DigitalOceanFakeRegion {
  std::string_view slug;
  std::string_view name;
  bool is_available = true;
};
std::span<const DigitalOceanFakeRegion> DigitalOceanFakeRegions();
const DigitalOceanFakeRegion* FindDigitalOceanFakeRegion(std::string_view slug);
// Whether Droplets of this size are made in this region: small regions have no GPUs.
bool HasSize(const DigitalOceanFakeRegion& region, const DigitalOceanFakeSize& size);

nlohmann::json ErrorDocument(const std::string& id, const std::string& message);
nlohmann::json DropletDocument(const FakeDroplet& droplet);
nlohmann::json SizeDocument(const DigitalOceanFakeSize& size);
nlohmann::json RegionDocument(const DigitalOceanFakeRegion& region, bool is_available);
nlohmann::json ActionDocument(const FakeDroplet& droplet);
nlohmann::json AccountDocument(int droplet_limit, const std::string& status,
                               const std::string& message);

// "2026-03-02T10:00:00Z"
std::string DigitalOceanTime(Time time);

}  // namespace spillway::fakes
