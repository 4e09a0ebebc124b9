// Which policies of a cluster act, when that was said by a person after the configuration was
// written. Kept as a note of the store.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "scaler/model/time.h"
#include "scaler/store/store.h"

namespace spillway {

inline constexpr const char* kRolesNote = "roles";

struct PolicyRoles {
  std::string cluster;
  // Those that measure and act; the others of the cluster that measure are shadows. Those that do
  // not measure always do as the configuration says.
  std::vector<std::string> acting;
  // What the configuration said at that time. When it says something else now, it was written
  // later, and holds.
  std::vector<std::string> configured;
  Time since;

  friend bool operator==(const PolicyRoles&, const PolicyRoles&) = default;
};

// Whether what it says depends on anything measured: a schedule and a person's word do not.
bool Measures(const Policy& policy);
std::vector<std::string> NamesThatMeasure(std::span<const std::unique_ptr<Policy>> policies);

Note NoteOf(const PolicyRoles& roles);
// Nothing for a note that is none.
std::optional<PolicyRoles> RolesFrom(const Note& note);

// May throw StoreError.
std::vector<PolicyRoles> StoredRoles(Store& store);

}  // namespace spillway
