#include "providers/equinix/equinix_metros.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

// The metros that there were in 2024.
constexpr std::array kPlaces = {
    EquinixPlace{"am", "NL", {52.4, 4.9}},     // Amsterdam
    EquinixPlace{"at", "US", {33.7, -84.4}},   // Atlanta
    EquinixPlace{"ch", "US", {41.9, -87.6}},   // Chicago
    EquinixPlace{"da", "US", {32.8, -96.8}},   // Dallas
    EquinixPlace{"dc", "US", {39.0, -77.5}},   // Washington DC
    EquinixPlace{"fr", "DE", {50.1, 8.7}},     // Frankfurt
    EquinixPlace{"he", "FI", {60.2, 24.9}},    // Helsinki
    EquinixPlace{"hk", "HK", {22.3, 114.2}},   // Hong Kong
    EquinixPlace{"la", "US", {34.1, -118.2}},  // Los Angeles
    EquinixPlace{"ld", "GB", {51.5, -0.1}},    // London
    EquinixPlace{"ma", "ES", {40.4, -3.7}},    // Madrid
    EquinixPlace{"mb", "IN", {19.1, 72.9}},    // Mumbai
    EquinixPlace{"me", "AU", {-37.8, 145.0}},  // Melbourne
    EquinixPlace{"mi", "US", {25.8, -80.2}},   // Miami
    EquinixPlace{"ml", "IT", {45.5, 9.2}},     // Milan
    EquinixPlace{"mt", "CA", {45.5, -73.6}},   // Montréal
    EquinixPlace{"mx", "MX", {19.4, -99.1}},   // Mexico City
    EquinixPlace{"ny", "US", {40.7, -74.0}},   // New York
    EquinixPlace{"os", "JP", {34.7, 135.5}},   // Osaka
    EquinixPlace{"pa", "FR", {48.9, 2.4}},     // Paris
    EquinixPlace{"se", "US", {47.6, -122.3}},  // Seattle
    EquinixPlace{"sg", "SG", {1.3, 103.8}},    // Singapore
    EquinixPlace{"sk", "SE", {59.3, 18.1}},    // Stockholm
    EquinixPlace{"sl", "KR", {37.6, 127.0}},   // Seoul
    EquinixPlace{"sp", "BR", {-23.5, -46.6}},  // São Paulo
    EquinixPlace{"sv", "US", {37.3, -121.9}},  // Silicon Valley
    EquinixPlace{"sy", "AU", {-33.9, 151.2}},  // Sydney
    EquinixPlace{"tr", "CA", {43.7, -79.4}},   // Toronto
    EquinixPlace{"ty", "JP", {35.7, 139.7}},   // Tokyo
    EquinixPlace{"wa", "PL", {52.2, 21.0}},    // Warsaw
};

}  // namespace

const EquinixPlace* FindEquinixPlace(std::string_view metro) {
  const auto place = std::find_if(kPlaces.begin(), kPlaces.end(),
                                  [metro](const EquinixPlace& p) { return p.metro == metro; });
  return place == kPlaces.end() ? nullptr : &*place;
}

}  // namespace spillway
