// The words of Vultr: documents as they go over the wire, and the plans and regions there are.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/vultr.h"

namespace spillway::fakes {

struct VultrFakePlan {
  std::string_view name;
  int threads = 0;
  int memory_mib = 0;
  int monthly_cost = 0;
  double hourly_cost = 0;  // 0: the answer has no such member
  bool is_metal() const { return name.starts_with("vbm-"); }
};
std::span<const VultrFakePlan> VultrFakePlans();
// Null when there is none of this name.
const VultrFakePlan* FindVultrFakePlan(std::string_view name);
bool IsVultrFakeRegion(std::string_view name);
bool IsVultrFakeOs(int id);

// {"error": text, "status": status}
Response VultrRefusal(int status, const std::string& text);
Response VultrAnswer(int status, const nlohmann::json& body);

nlohmann::json VultrMachineAnswer(const VultrFakeMachine& machine);
nlohmann::json VultrMeta(std::size_t total, const std::string& next);
nlohmann::json VultrAccountAnswer();
nlohmann::json VultrRegionsAnswer();
nlohmann::json VultrPlansAnswer(ClusterType type);
nlohmann::json VultrOsAnswer();

}  // namespace spillway::fakes
