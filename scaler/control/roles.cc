#include "scaler/control/roles.h"

#include <nlohmann/json.hpp>

namespace spillway {

using nlohmann::json;

bool Measures(const Policy& policy) {
  return !policy.signals().empty() || !policy.waiting().empty();
}

std::vector<std::string> NamesThatMeasure(std::span<const std::unique_ptr<Policy>> policies) {
  std::vector<std::string> names;
  for (const auto& policy : policies) {
    if (Measures(*policy)) names.push_back(policy->name());
  }
  return names;
}

Note NoteOf(const PolicyRoles& roles) {
  const json j = {{"acting", roles.acting},
                  {"configured", roles.configured},
                  {"since", roles.since.time_since_epoch().count()}};
  return {kRolesNote, roles.cluster, j.dump()};
}

std::optional<PolicyRoles> RolesFrom(const Note& note) {
  try {
    const json j = json::parse(note.text);
    return PolicyRoles{note.key, j.at("acting").get<std::vector<std::string>>(),
                       j.at("configured").get<std::vector<std::string>>(),
                       Time(Duration(j.at("since").get<std::int64_t>()))};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::vector<PolicyRoles> StoredRoles(Store& store) {
  std::vector<PolicyRoles> all;
  for (const Note& note : store.Notes(kRolesNote)) {
    if (auto roles = RolesFrom(note)) all.push_back(std::move(*roles));
  }
  return all;
}

}  // namespace spillway
