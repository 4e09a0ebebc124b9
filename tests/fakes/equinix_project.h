// The devices of the fake Metal API's project and what its calls do to them. Not thread-safe;
// FakeEquinix is the way in.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/fakes/equinix.h"

namespace spillway::fakes {

class EquinixProject {
 public:
  explicit EquinixProject(const EquinixOptions& options)
      : hidden_looks(options.hidden_looks), page_size(options.page_size), options_(options) {}

  Response CreateDevice(const std::string& body, Time now);
  Response GetDevice(const std::string& id, Time now);
  Response ListDevices(const std::map<std::string, std::string>& query, Time now);
  Response DeleteDevice(const std::string& id, Time now);
  Response ListEvents(const std::string& id, Time now);
  Response ListCapacity() const;
  Response CheckCapacity(const std::string& body) const;

  std::string Add(EquinixFakeDevice device);
  EquinixFakeDevice* Find(const std::string& id);
  const std::vector<EquinixFakeDevice>& devices() const { return devices_; }

  std::map<std::pair<std::string, std::string>, int> capacity;  // by metro and plan
  std::optional<int> device_limit;
  std::deque<std::string> start_failures;  // of the next devices
  int hidden_looks;                        // of the next devices
  int page_size;
  bool repeats_pages = false;

 private:
  std::optional<Response> Check(const std::string& body) const;
  std::optional<Response> CheckLimits(const std::string& metro, const std::string& plan) const;
  int Free(const std::string& metro, const std::string& plan) const;
  std::optional<Response> WhyNotVisible(const std::string& id, Time now);
  void Settle(EquinixFakeDevice& device, Time now);

  const EquinixOptions& options_;
  std::vector<EquinixFakeDevice> devices_;
};

Response EquinixAnswer(int status, const std::string& body);
Response EquinixRefusal(int status, const std::string& text);

}  // namespace spillway::fakes
