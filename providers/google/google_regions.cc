#include "providers/google/google_regions.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array kRegions = {
    GoogleRegion{"us-central1", "US", {41.3, -95.9}},              // Council Bluffs, Iowa
    GoogleRegion{"us-east1", "US", {33.2, -80.0}},                 // Moncks Corner, S. Carolina
    GoogleRegion{"us-east4", "US", {39.0, -77.5}},                 // Ashburn, Virginia
    GoogleRegion{"us-east5", "US", {40.0, -83.0}},                 // Columbus, Ohio
    GoogleRegion{"us-south1", "US", {32.8, -96.8}},                // Dallas
    GoogleRegion{"us-west1", "US", {45.6, -121.2}},                // The Dalles, Oregon
    GoogleRegion{"us-west2", "US", {34.1, -118.2}},                // Los Angeles
    GoogleRegion{"us-west3", "US", {40.8, -111.9}},                // Salt Lake City
    GoogleRegion{"us-west4", "US", {36.2, -115.1}},                // Las Vegas
    GoogleRegion{"northamerica-northeast1", "CA", {45.5, -73.6}},  // Montréal
    GoogleRegion{"northamerica-northeast2", "CA", {43.7, -79.4}},  // Toronto
    GoogleRegion{"northamerica-south1", "MX", {20.6, -100.4}},     // Querétaro
    GoogleRegion{"southamerica-east1", "BR", {-23.5, -46.8}},      // Osasco (São Paulo)
    GoogleRegion{"southamerica-west1", "CL", {-33.4, -70.7}},      // Santiago
    GoogleRegion{"europe-west1", "BE", {50.4, 3.8}},               // St. Ghislain
    GoogleRegion{"europe-west2", "GB", {51.5, -0.1}},              // London
    GoogleRegion{"europe-west3", "DE", {50.1, 8.7}},               // Frankfurt
    GoogleRegion{"europe-west4", "NL", {53.4, 6.8}},               // Eemshaven
    GoogleRegion{"europe-west6", "CH", {47.4, 8.5}},               // Zurich
    GoogleRegion{"europe-west8", "IT", {45.5, 9.2}},               // Milan
    GoogleRegion{"europe-west9", "FR", {48.9, 2.4}},               // Paris
    GoogleRegion{"europe-west10", "DE", {52.5, 13.4}},             // Berlin
    GoogleRegion{"europe-west12", "IT", {45.1, 7.7}},              // Turin
    GoogleRegion{"europe-central2", "PL", {52.2, 21.0}},           // Warsaw
    GoogleRegion{"europe-north1", "FI", {60.6, 27.2}},             // Hamina
    GoogleRegion{"europe-north2", "SE", {59.3, 18.1}},             // Stockholm
    GoogleRegion{"europe-southwest1", "ES", {40.4, -3.7}},         // Madrid
    GoogleRegion{"me-west1", "IL", {32.1, 34.8}},                  // Tel Aviv
    GoogleRegion{"me-central1", "QA", {25.3, 51.5}},               // Doha
    GoogleRegion{"me-central2", "SA", {26.4, 50.1}},               // Dammam
    GoogleRegion{"africa-south1", "ZA", {-26.2, 28.0}},            // Johannesburg
    GoogleRegion{"asia-east1", "TW", {24.1, 120.5}},               // Changhua
    GoogleRegion{"asia-east2", "HK", {22.3, 114.2}},               // Hong Kong
    GoogleRegion{"asia-northeast1", "JP", {35.7, 139.7}},          // Tokyo
    GoogleRegion{"asia-northeast2", "JP", {34.7, 135.5}},          // Osaka
    GoogleRegion{"asia-northeast3", "KR", {37.6, 127.0}},          // Seoul
    GoogleRegion{"asia-south1", "IN", {19.1, 72.9}},               // Mumbai
    GoogleRegion{"asia-south2", "IN", {28.6, 77.2}},               // Delhi
    GoogleRegion{"asia-southeast1", "SG", {1.3, 103.8}},           // Singapore
    GoogleRegion{"asia-southeast2", "ID", {-6.2, 106.8}},          // Jakarta
    GoogleRegion{"australia-southeast1", "AU", {-33.9, 151.2}},    // Sydney
    GoogleRegion{"australia-southeast2", "AU", {-37.8, 145.0}},    // Melbourne
};

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// A continent, a direction with a number, and then the zone: "europe-west10-a", "us-central1-ai1a".
bool IsZone(std::string_view text) {
  const std::size_t first = text.find('-');
  const std::size_t last = text.rfind('-');
  if (first == text.npos || first == last) return false;
  const std::string_view continent = text.substr(0, first);
  const std::string_view place = text.substr(first + 1, last - first - 1);
  const std::string_view zone = text.substr(last + 1);
  const auto is_word = [](std::string_view part) {
    return !part.empty() && IsLower(part[0]) &&
           std::all_of(part.begin(), part.end(), [](char c) { return IsLower(c) || IsDigit(c); });
  };
  return std::all_of(continent.begin(), continent.end(), IsLower) && is_word(continent) &&
         is_word(place) && IsDigit(place.back()) && is_word(zone);
}

}  // namespace

const GoogleRegion* FindGoogleRegion(std::string_view name) {
  const auto region = std::find_if(kRegions.begin(), kRegions.end(),
                                   [name](const GoogleRegion& r) { return r.name == name; });
  return region == kRegions.end() ? nullptr : &*region;
}

std::string GoogleRegionOf(std::string_view zone) {
  if (!IsZone(zone)) return "";
  return std::string(zone.substr(0, zone.rfind('-')));
}

}  // namespace spillway
