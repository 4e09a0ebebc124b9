// The Droplets of the fake DigitalOcean and what its calls do to them. Not thread-safe;
// FakeDigitalOcean is the way in.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/fakes/digitalocean.h"

namespace spillway::fakes {

using Parameters = std::map<std::string, std::string>;

class DigitalOceanAccount {
 public:
  explicit DigitalOceanAccount(const DigitalOceanOptions& options) : options_(options) {}

  Response CreateDroplet(const std::string& body, Time now);
  Response GetDroplet(const std::string& id, Time now);
  Response ListDroplets(const Parameters& query, const std::string& path, Time now);
  Response DeleteDroplet(const std::string& id, Time now);
  Response GetAction(const std::string& id) const;
  Response GetAccount() const;
  Response ListRegions(const Parameters& query, const std::string& path) const;
  Response ListSizes(const Parameters& query, const std::string& path) const;

  std::string Add(FakeDroplet droplet);
  FakeDroplet* Find(const std::string& id);
  const std::vector<FakeDroplet>& droplets() const { return droplets_; }

  std::map<std::string, int> capacity;  // by size
  std::set<std::string> closed_regions;
  std::string status = "active";
  std::string status_message;
  int failing_creations = 0;
  bool repeats_pages = false;
  std::map<std::string, std::set<std::string>> left_out;  // members of Droplets in lists, by id

 private:
  std::optional<Response> Check(const nlohmann::json& body) const;
  std::optional<Response> CheckLimits(const std::string& size) const;
  // A look at the Droplet brings it on its way; null when the look does not see it.
  FakeDroplet* LookAt(FakeDroplet& droplet, Time now);
  Response Page(const std::string& key, const std::vector<nlohmann::json>& entries,
                const Parameters& query, const std::string& path) const;

  const DigitalOceanOptions& options_;
  std::vector<FakeDroplet> droplets_;
};

Response DigitalOceanRefusal(int status, const std::string& id, const std::string& message);

}  // namespace spillway::fakes
