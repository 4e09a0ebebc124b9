// The machines of the fake Vultr and what its calls do to them. Not thread-safe; FakeVultr is the
// way in.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/fakes/vultr.h"

namespace spillway::fakes {

class VultrAccount {
 public:
  explicit VultrAccount(const VultrOptions& options) : options_(options) {}

  Response Create(ClusterType type, const std::string& body, Time now);
  Response Get(ClusterType type, const std::string& id, Time now);
  Response Delete(ClusterType type, const std::string& id, Time now);
  // `query`: "per_page", "cursor".
  Response List(ClusterType type, const std::map<std::string, std::string>& query, Time now);
  // Plans of `type` ("all", "vbm") that can be had in the region.
  Response Stock(const std::string& region, const std::string& type) const;

  std::string Add(VultrFakeMachine machine);
  VultrFakeMachine* Find(const std::string& id);
  const std::vector<VultrFakeMachine>& machines() const { return machines_; }

  std::map<std::string, int> capacity;  // by plan
  std::map<ClusterType, int> machine_limits;
  int hidden_looks = 0;
  int page_size = 500;
  bool repeats_pages = false;

 private:
  std::optional<Response> Check(ClusterType type, const nlohmann::json& body) const;
  std::optional<Response> CheckLimits(ClusterType type, const std::string& plan) const;
  bool HasCapacity(const std::string& plan) const;
  // Not visible yet; asking counts as a look.
  bool IsHidden(VultrFakeMachine& machine, Time now);
  // A look at the machine brings it on its way.
  void Settle(VultrFakeMachine& machine, Time now);

  const VultrOptions& options_;
  std::vector<VultrFakeMachine> machines_;
};

}  // namespace spillway::fakes
