#include "tests/fakes/digitalocean_answers.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "scaler/model/rfc3339.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

// List prices of 2022 to 2025.
constexpr std::array kSizes = {
    DigitalOceanFakeSize{"s-1vcpu-1gb", "Basic", 1, 1024, 25, 6},
    DigitalOceanFakeSize{"s-2vcpu-4gb", "Basic", 2, 4096, 80, 24},
    DigitalOceanFakeSize{"s-4vcpu-8gb", "Basic", 4, 8192, 160, 48},
    DigitalOceanFakeSize{"s-8vcpu-16gb", "Basic", 8, 16384, 320, 96},
    DigitalOceanFakeSize{"c-2", "CPU-Optimized", 2, 4096, 25, 42},
    DigitalOceanFakeSize{"g-2vcpu-8gb", "General Purpose", 2, 8192, 25, 63},
    DigitalOceanFakeSize{"s-20vcpu-96gb", "Basic", 20, 98304, 1920, 480, false},
    DigitalOceanFakeSize{"gpu-h100x1-80gb", "H100 GPU - 1X", 20, 245760, 720, 2278, true, true},
};

constexpr std::array kRegions = {
    DigitalOceanFakeRegion{"nyc3", "New York 3"},
    DigitalOceanFakeRegion{"sfo1", "San Francisco 1", false},
    DigitalOceanFakeRegion{"ams3", "Amsterdam 3"},
    DigitalOceanFakeRegion{"sgp1", "Singapore 1"},
    DigitalOceanFakeRegion{"lon1", "London 1"},
    DigitalOceanFakeRegion{"fra1", "Frankfurt 1"},
    DigitalOceanFakeRegion{"atl1", "Atlanta 1"},
    DigitalOceanFakeRegion{"xyz1", "A region of the future"},
};

template <class T>
const T* Find(std::span<const T> entries, std::string_view slug) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [slug](const T& e) { return e.slug == slug; });
  return found == entries.end() ? nullptr : &*found;
}

json ImageDocument() {
  return {{"id", 7555620},
          {"name", "12 x64"},
          {"distribution", "Debian"},
          {"slug", "debian-12-x64"},
          {"public", true},
          {"regions", json::array({"nyc3", "fra1"})},
          {"created_at", "2026-01-02T03:04:05Z"},
          {"min_disk_size", 7},
          {"type", "base"},
          {"size_gigabytes", 0.6},
          {"description", "Debian 12 x64"},
          {"tags", json::array()},
          {"status", "available"}};
}

json NetworksDocument(const FakeDroplet& droplet) {
  json v4 = json::array();
  if (droplet.status != "new") {
    for (const char* type : {"private", "public"}) {
      v4.push_back({{"ip_address", droplet.address},
                    {"netmask", "255.255.240.0"},
                    {"gateway", "127.0.0.1"},
                    {"type", type}});
    }
  }
  return {{"v4", v4}, {"v6", json::array()}};
}

json Number(const std::string& id) { return json::parse(id); }

}  // namespace

std::span<const DigitalOceanFakeSize> DigitalOceanFakeSizes() { return kSizes; }
std::span<const DigitalOceanFakeRegion> DigitalOceanFakeRegions() { return kRegions; }

const DigitalOceanFakeSize* FindDigitalOceanFakeSize(std::string_view slug) {
  return Find(DigitalOceanFakeSizes(), slug);
}

const DigitalOceanFakeRegion* FindDigitalOceanFakeRegion(std::string_view slug) {
  return Find(DigitalOceanFakeRegions(), slug);
}

bool HasSize(const DigitalOceanFakeRegion& region, const DigitalOceanFakeSize& size) {
  return !size.has_gpu || region.slug == "nyc3";
}

json ErrorDocument(const std::string& id, const std::string& message) {
  return {{"id", id}, {"message", message}, {"request_id", "4d9d8375-3c56-4925-a3e7-eb137fed17e9"}};
}

json DropletDocument(const FakeDroplet& droplet) {
  const DigitalOceanFakeSize* size = FindDigitalOceanFakeSize(droplet.size);
  const DigitalOceanFakeRegion* region = FindDigitalOceanFakeRegion(droplet.region);
  return {{"id", Number(droplet.id)},
          {"name", droplet.name},
          {"memory", size->memory_mb},
          {"vcpus", size->vcpus},
          {"disk", size->disk_gb},
          {"locked", droplet.status == "new" || droplet.is_deleted},
          {"status", droplet.status},
          {"kernel", nullptr},
          {"created_at", DigitalOceanTime(droplet.created_at)},
          {"features", json::array({"private_networking"})},
          {"backup_ids", json::array()},
          {"next_backup_window", nullptr},
          {"snapshot_ids", json::array()},
          {"image", ImageDocument()},
          {"volume_ids", json::array()},
          {"size", SizeDocument(*size)},
          {"size_slug", droplet.size},
          {"networks", NetworksDocument(droplet)},
          {"region", RegionDocument(*region, region->is_available)},
          {"tags", droplet.tags},
          {"vpc_uuid", "760e09ef-dc84-11e8-981e-3cfdfeaae000"}};
}

json SizeDocument(const DigitalOceanFakeSize& size) {
  json regions = json::array();
  for (const DigitalOceanFakeRegion& region : kRegions) {
    if (HasSize(region, size)) regions.push_back(region.slug);
  }
  json document = {{"slug", size.slug},
                   {"memory", size.memory_mb},
                   {"vcpus", size.vcpus},
                   {"disk", size.disk_gb},
                   {"transfer", 4.0},
                   {"price_monthly", size.price_monthly},
                   {"price_hourly", size.price_monthly / 672},
                   {"regions", regions},
                   {"available", size.is_available},
                   {"description", size.description}};
  if (size.has_gpu) {
    document["gpu_info"] = {
        {"count", 1}, {"model", "nvidia_h100"}, {"vram", {{"amount", 80}, {"unit", "gib"}}}};
  }
  return document;
}

json RegionDocument(const DigitalOceanFakeRegion& region, bool is_available) {
  json sizes = json::array();
  for (const DigitalOceanFakeSize& size : kSizes) {
    if (HasSize(region, size)) sizes.push_back(size.slug);
  }
  return {{"slug", region.slug},
          {"name", region.name},
          {"available", is_available},
          {"features", json::array({"private_networking", "ipv6", "metadata"})},
          {"sizes", sizes}};
}

json ActionDocument(const FakeDroplet& droplet) {
  const bool is_over = droplet.action_status != "in-progress";
  const DigitalOceanFakeRegion* region = FindDigitalOceanFakeRegion(droplet.region);
  return {{"id", Number(droplet.action)},
          {"status", droplet.action_status},
          {"type", "create"},
          {"started_at", DigitalOceanTime(droplet.created_at)},
          {"completed_at", is_over ? json(DigitalOceanTime(droplet.created_at)) : json()},
          {"resource_id", Number(droplet.id)},
          {"resource_type", "droplet"},
          {"region", RegionDocument(*region, region->is_available)},
          {"region_slug", droplet.region}};
}

json AccountDocument(int droplet_limit, const std::string& status, const std::string& message) {
  return {{"droplet_limit", droplet_limit},
          {"floating_ip_limit", 3},
          {"email", "edge@example.com"},
          {"name", "Edge"},
          {"uuid", "b6fr89dbf6d9156cace5f3c78dc9851d957381ef"},
          {"email_verified", true},
          {"status", status},
          {"status_message", message}};
}

std::string DigitalOceanTime(Time time) { return TimeText(time); }

}  // namespace spillway::fakes
