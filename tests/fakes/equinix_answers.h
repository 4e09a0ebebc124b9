// The words of the Metal API: documents as they go over the wire, and the plans and metros there
// are.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tests/fakes/equinix.h"

namespace spillway::fakes {

struct EquinixFakeMetro {
  std::string_view code;
  std::string_view id;
  std::string_view name;
  std::string_view country;
};
// Null when there is none of this code, or of this slug.
const EquinixFakeMetro* FindEquinixFakeMetro(std::string_view code);
bool HasEquinixFakePlan(std::string_view slug);

nlohmann::json EquinixErrorAnswer(const std::string& text);
nlohmann::json DeviceAnswer(const EquinixFakeDevice& device, const EquinixOptions& options);
nlohmann::json EventsAnswer(const EquinixFakeDevice& device);
nlohmann::json PlansAnswer();
nlohmann::json MetrosAnswer();
// `free` tells how many devices of a plan are to be had in a metro.
nlohmann::json CapacityAnswer(
    const std::function<int(const std::string& metro, const std::string& plan)>& free);

// What stands beside the devices of a page; pages are counted from 1.
struct EquinixPage {
  int number = 1;
  int last = 1;
  int total = 0;
  bool repeats = false;  // it names itself as the next
};
// `path` is that of the list, with its query but for the page.
nlohmann::json MetaAnswer(const EquinixPage& page, const std::string& path);

}  // namespace spillway::fakes
