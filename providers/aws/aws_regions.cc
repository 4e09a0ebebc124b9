#include "providers/aws/aws_regions.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array kRegions = {
    AwsRegion{"us-east-1", "US", {38.9, -77.5}},        // N. Virginia
    AwsRegion{"us-east-2", "US", {40.0, -83.0}},        // Columbus, Ohio
    AwsRegion{"us-west-1", "US", {37.4, -121.9}},       // N. California
    AwsRegion{"us-west-2", "US", {45.8, -119.7}},       // Oregon
    AwsRegion{"ca-central-1", "CA", {45.5, -73.6}},     // Montréal
    AwsRegion{"ca-west-1", "CA", {51.0, -114.1}},       // Calgary
    AwsRegion{"mx-central-1", "MX", {20.6, -100.4}},    // Querétaro
    AwsRegion{"sa-east-1", "BR", {-23.5, -46.6}},       // São Paulo
    AwsRegion{"eu-west-1", "IE", {53.3, -6.3}},         // Dublin
    AwsRegion{"eu-west-2", "GB", {51.5, -0.1}},         // London
    AwsRegion{"eu-west-3", "FR", {48.9, 2.4}},          // Paris
    AwsRegion{"eu-central-1", "DE", {50.1, 8.7}},       // Frankfurt
    AwsRegion{"eu-central-2", "CH", {47.4, 8.5}},       // Zurich
    AwsRegion{"eu-north-1", "SE", {59.3, 17.9}},        // Stockholm
    AwsRegion{"eu-south-1", "IT", {45.5, 9.2}},         // Milan
    AwsRegion{"eu-south-2", "ES", {41.6, -0.9}},        // Zaragoza
    AwsRegion{"il-central-1", "IL", {32.1, 34.8}},      // Tel Aviv
    AwsRegion{"me-south-1", "BH", {26.1, 50.6}},        // Bahrain
    AwsRegion{"me-central-1", "AE", {25.2, 55.3}},      // Dubai
    AwsRegion{"af-south-1", "ZA", {-33.9, 18.4}},       // Cape Town
    AwsRegion{"ap-south-1", "IN", {19.1, 72.9}},        // Mumbai
    AwsRegion{"ap-south-2", "IN", {17.4, 78.5}},        // Hyderabad
    AwsRegion{"ap-southeast-1", "SG", {1.3, 103.8}},    // Singapore
    AwsRegion{"ap-southeast-2", "AU", {-33.9, 151.2}},  // Sydney
    AwsRegion{"ap-southeast-3", "ID", {-6.2, 106.8}},   // Jakarta
    AwsRegion{"ap-southeast-4", "AU", {-37.8, 145.0}},  // Melbourne
    AwsRegion{"ap-southeast-5", "MY", {3.1, 101.7}},    // Kuala Lumpur
    AwsRegion{"ap-southeast-6", "NZ", {-36.8, 174.8}},  // Auckland
    AwsRegion{"ap-southeast-7", "TH", {13.8, 100.5}},   // Bangkok
    AwsRegion{"ap-northeast-1", "JP", {35.7, 139.7}},   // Tokyo
    AwsRegion{"ap-northeast-2", "KR", {37.6, 127.0}},   // Seoul
    AwsRegion{"ap-northeast-3", "JP", {34.7, 135.5}},   // Osaka
    AwsRegion{"ap-east-1", "HK", {22.3, 114.2}},        // Hong Kong
    AwsRegion{"ap-east-2", "TW", {25.0, 121.5}},        // Taipei
};

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The length of the region's code at the beginning of `text`, words in lower case and then a
// number, joined by '-'; 0 when it does not begin with one.
std::size_t RegionLength(std::string_view text) {
  std::size_t at = 0;
  int words = 0;
  while (at < text.size()) {
    const std::size_t start = at;
    while (at < text.size() && IsLower(text[at])) ++at;
    if (at == start || at == text.size() || text[at] != '-') break;
    ++at;
    ++words;
  }
  const std::size_t number = at;
  while (at < text.size() && IsDigit(text[at])) ++at;
  return words >= 2 && at > number ? at : 0;
}

}  // namespace

const AwsRegion* FindAwsRegion(std::string_view code) {
  const auto region = std::find_if(kRegions.begin(), kRegions.end(),
                                   [code](const AwsRegion& r) { return r.code == code; });
  return region == kRegions.end() ? nullptr : &*region;
}

bool IsAwsRegionCode(std::string_view code) {
  return !code.empty() && RegionLength(code) == code.size();
}

std::string AwsRegionOf(std::string_view location) {
  return std::string(location.substr(0, RegionLength(location)));
}

}  // namespace spillway
