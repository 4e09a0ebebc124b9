#include "scaler/model/place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace spillway {
namespace {

constexpr std::array<std::string_view, 27> kEuropeanUnion = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};
constexpr std::array<std::string_view, 3> kOnlyInEea = {"IS", "LI", "NO"};

template <class Group>
bool Contains(const Group& group, std::string_view country) {
  return std::find(group.begin(), group.end(), country) != group.end();
}

bool Matches(std::string_view country, std::string_view entry) {
  if (entry == "EU") return Contains(kEuropeanUnion, country);
  if (entry == "EEA") return Contains(kEuropeanUnion, country) || Contains(kOnlyInEea, country);
  return country == entry;
}

}  // namespace

double DistanceKm(const Coordinates& a, const Coordinates& b) {
  constexpr double kEarthRadiusKm = 6371.0;
  const auto rad = [](double degrees) { return degrees * std::numbers::pi / 180.0; };
  const double dlat = rad(b.latitude - a.latitude);
  const double dlon = rad(b.longitude - a.longitude);
  const double h = std::pow(std::sin(dlat / 2), 2) + std::cos(rad(a.latitude)) *
                                                         std::cos(rad(b.latitude)) *
                                                         std::pow(std::sin(dlon / 2), 2);
  return 2 * kEarthRadiusKm * std::asin(std::min(1.0, std::sqrt(h)));
}

Duration EstimatedRoundTrip(const Coordinates& a, const Coordinates& b) {
  constexpr double kMsPerKm = 2.0 / 100.0;
  constexpr double kLastMileMs = 2.0;
  return Duration(std::llround(std::ceil(DistanceKm(a, b) * kMsPerKm + kLastMileMs)));
}

bool InJurisdiction(std::string_view country, const std::vector<std::string>& allowed) {
  if (allowed.empty()) return true;
  return !country.empty() && std::any_of(allowed.begin(), allowed.end(), [&](const auto& entry) {
    return Matches(country, entry);
  });
}

bool IsCountryOrGroup(std::string_view name) {
  if (name == "EEA") return true;
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return name.size() == 2 && is_capital(name[0]) && is_capital(name[1]);
}

}  // namespace spillway
