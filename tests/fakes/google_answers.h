// The words of Compute Engine: documents as they go over the wire, and what there is to be had.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/google.h"

namespace spillway::fakes {

struct GoogleFakeType {
  std::string_view name;
  int vcpu = 0;
  int memory_mib = 0;
  bool is_shared_core = false;
  std::string_view deprecated = {};  // "OBSOLETE"; empty: it is not
  std::string_view only_in = {};     // the letter of its only zones; empty: in all
};
std::span<const GoogleFakeType> GoogleFakeTypes();
// Null when the zone has none of this name.
const GoogleFakeType* FindGoogleFakeType(std::string_view zone, std::string_view name);
std::span<const std::string_view> GoogleFakeZones();
bool IsGoogleFakeZone(std::string_view zone);
// "europe-west3" of "europe-west3-a".
std::string RegionOfGoogleZone(const std::string& zone);

// An insert or a delete, and what became of it.
struct GoogleFakeOperation {
  std::uint64_t id = 0;
  std::string type;  // "insert", "delete"
  std::string zone;
  std::string instance;
  std::uint64_t instance_id = 0;
  std::string request_id;  // empty: none was given
  std::string status;      // "PENDING", "RUNNING", "DONE"
  std::string error;       // a code; empty: none
  Time asked_at;
};

// One that was not found, was refused, …: with the envelope of every error.
Response GoogleRefusal(int status, const std::string& reason, const std::string& message);
Response GoogleAnswer(const nlohmann::json& body);

nlohmann::json GoogleInstanceAnswer(const std::string& project, const GoogleFakeInstance& instance);
nlohmann::json GoogleOperationAnswer(const std::string& project,
                                     const GoogleFakeOperation& operation);
nlohmann::json GoogleTypeAnswer(const std::string& project, const std::string& zone,
                                const GoogleFakeType& type);
// Limits and usages by metric.
using GoogleFakeQuotas = std::map<std::string, std::pair<double, double>>;
nlohmann::json GoogleRegionAnswer(const std::string& project, const std::string& region,
                                  const GoogleFakeQuotas& quotas);
nlohmann::json GoogleProjectAnswer(const std::string& project, const GoogleFakeQuotas& quotas);
// `items` with a next page when `next` is not empty.
nlohmann::json GoogleListAnswer(const std::string& kind, const nlohmann::json& items,
                                const std::string& next);

// "https://www.googleapis.com/compute/v1/projects/P/zones/Z"; `path` follows, such as
// "/instances/N".
std::string GoogleLink(const std::string& project, const std::string& path);
// "2026-03-02T10:00:00.000-08:00": Google writes the time of its own place.
std::string GoogleTime(Time time);

}  // namespace spillway::fakes
