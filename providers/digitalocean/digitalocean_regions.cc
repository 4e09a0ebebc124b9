#include "providers/digitalocean/digitalocean_regions.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array kRegions = {
    DigitalOceanRegionPlace{"nyc1", "US", {40.7, -74.0}},   // New York
    DigitalOceanRegionPlace{"nyc2", "US", {40.7, -74.0}},   //
    DigitalOceanRegionPlace{"nyc3", "US", {40.7, -74.0}},   //
    DigitalOceanRegionPlace{"sfo1", "US", {37.8, -122.4}},  // San Francisco
    DigitalOceanRegionPlace{"sfo2", "US", {37.8, -122.4}},  //
    DigitalOceanRegionPlace{"sfo3", "US", {37.8, -122.4}},  //
    DigitalOceanRegionPlace{"atl1", "US", {33.7, -84.4}},   // Atlanta
    DigitalOceanRegionPlace{"ric1", "US", {37.5, -77.4}},   // Richmond, Virginia
    DigitalOceanRegionPlace{"tor1", "CA", {43.7, -79.4}},   // Toronto
    DigitalOceanRegionPlace{"ams2", "NL", {52.4, 4.9}},     // Amsterdam
    DigitalOceanRegionPlace{"ams3", "NL", {52.4, 4.9}},     //
    DigitalOceanRegionPlace{"lon1", "GB", {51.5, -0.1}},    // London
    DigitalOceanRegionPlace{"fra1", "DE", {50.1, 8.7}},     // Frankfurt
    DigitalOceanRegionPlace{"sgp1", "SG", {1.3, 103.8}},    // Singapore
    DigitalOceanRegionPlace{"blr1", "IN", {13.0, 77.6}},    // Bangalore
    DigitalOceanRegionPlace{"syd1", "AU", {-33.9, 151.2}},  // Sydney
};

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

const DigitalOceanRegionPlace* FindDigitalOceanRegion(std::string_view slug) {
  const auto region =
      std::find_if(kRegions.begin(), kRegions.end(),
                   [slug](const DigitalOceanRegionPlace& r) { return r.slug == slug; });
  return region == kRegions.end() ? nullptr : &*region;
}

bool IsDigitalOceanRegionSlug(std::string_view slug) {
  const auto letters_end = std::find_if_not(slug.begin(), slug.end(), IsLower);
  return letters_end != slug.begin() && letters_end != slug.end() &&
         std::all_of(letters_end, slug.end(), IsDigit);
}

}  // namespace spillway
