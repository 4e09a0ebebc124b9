#include "providers/vultr/vultr_regions.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

struct Region {
  std::string_view id;
  Coordinates coordinates;  // of the city
};
constexpr std::array kRegions = {
    Region{"ams", {52.4, 4.9}},     // Amsterdam
    Region{"atl", {33.7, -84.4}},   // Atlanta
    Region{"blr", {13.0, 77.6}},    // Bangalore
    Region{"bom", {19.1, 72.9}},    // Mumbai
    Region{"cdg", {48.9, 2.4}},     // Paris
    Region{"del", {28.6, 77.2}},    // Delhi NCR
    Region{"dfw", {32.8, -96.8}},   // Dallas
    Region{"ewr", {40.7, -74.2}},   // New Jersey
    Region{"fra", {50.1, 8.7}},     // Frankfurt
    Region{"hnl", {21.3, -157.9}},  // Honolulu
    Region{"icn", {37.6, 127.0}},   // Seoul
    Region{"itm", {34.7, 135.5}},   // Osaka
    Region{"jnb", {-26.2, 28.0}},   // Johannesburg
    Region{"lax", {34.1, -118.2}},  // Los Angeles
    Region{"lhr", {51.5, -0.1}},    // London
    Region{"mad", {40.4, -3.7}},    // Madrid
    Region{"man", {53.5, -2.2}},    // Manchester
    Region{"mel", {-37.8, 145.0}},  // Melbourne
    Region{"mex", {19.4, -99.1}},   // Mexico City
    Region{"mia", {25.8, -80.2}},   // Miami
    Region{"nrt", {35.7, 139.7}},   // Tokyo
    Region{"ord", {41.9, -87.6}},   // Chicago
    Region{"sao", {-23.5, -46.6}},  // São Paulo
    Region{"scl", {-33.4, -70.7}},  // Santiago
    Region{"sea", {47.6, -122.3}},  // Seattle
    Region{"sgp", {1.3, 103.8}},    // Singapore
    Region{"sjc", {37.3, -121.9}},  // Silicon Valley
    Region{"sto", {59.3, 18.1}},    // Stockholm
    Region{"syd", {-33.9, 151.2}},  // Sydney
    Region{"tlv", {32.1, 34.8}},    // Tel Aviv
    Region{"waw", {52.2, 21.0}},    // Warsaw
    Region{"yto", {43.7, -79.4}},   // Toronto
};

}  // namespace

std::optional<Coordinates> VultrCoordinates(std::string_view region) {
  const auto row = std::find_if(kRegions.begin(), kRegions.end(),
                                [region](const Region& r) { return r.id == region; });
  if (row == kRegions.end()) return std::nullopt;
  return row->coordinates;
}

bool IsVultrRegionId(std::string_view region) {
  return !region.empty() && std::all_of(region.begin(), region.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace spillway
