// The instances and operations of the fake Google and what its calls do to them. Not thread-safe;
// FakeGoogle is the way in.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/fakes/google.h"
#include "tests/fakes/google_answers.h"

namespace spillway::fakes {

class GoogleProject {
 public:
  using Query = std::map<std::string, std::string>;

  explicit GoogleProject(const GoogleOptions& options);

  Response Insert(const std::string& zone, const Query& query, const std::string& body, Time now);
  Response Get(const std::string& zone, const std::string& name, Time now);
  Response Delete(const std::string& zone, const std::string& name, const Query& query, Time now);
  Response AggregatedList(const Query& query, Time now);
  Response ListOperations(const std::string& zone, const Query& query);
  Response ListTypes(const std::string& zone, const Query& query) const;
  Response GetRegion(const std::string& region) const;
  Response GetProject() const;

  GoogleFakeInstance& Add(GoogleFakeInstance instance);
  // Those that are not gone; null when there is none of this name.
  GoogleFakeInstance* Find(const std::string& name);
  // Whatever is on its way arrives, if its time has come.
  void SettleAll(Time now);
  void ForgetOperations(const std::string& name);
  const std::vector<GoogleFakeInstance>& instances() const { return instances_; }

  struct StartFailure {
    std::string code;
    bool at_once;
  };
  std::deque<StartFailure> start_failures;  // of the next instances
  std::map<std::string, int> capacity;      // by type
  std::map<std::string, double> quotas;     // limits by metric
  std::set<std::string> lost_zones;
  bool repeats_pages = false;

 private:
  struct Page {
    std::size_t first;
    std::size_t last;
    std::string next;
  };

  Response Refuse(int status, const std::string& reason, const std::string& message) const;
  Response NotFound(const std::string& path) const;
  GoogleFakeInstance* FindIn(const std::string& zone, const std::string& name);
  GoogleFakeOperation& Record(GoogleFakeOperation operation);
  // The one that was asked for with this id within the last hour; null when there is none.
  const GoogleFakeOperation* Repeated(const Query& query, Time now) const;
  // A look at the instance brings it on its way; the look itself still sees where it was.
  void Settle(GoogleFakeInstance& instance, Time now);
  void EndOperation(const GoogleFakeInstance& instance, const std::string& type,
                    const std::string& error);
  GoogleFakeQuotas UsageIn(const std::string& region) const;
  // The metric that has no room for one more; empty: there is room.
  std::string FullQuota(const std::string& zone, const GoogleFakeType& type) const;
  bool HasCapacity(const std::string& type) const;
  Page PageOf(const Query& query, std::size_t size) const;

  const GoogleOptions& options_;
  std::uint64_t last_id_ = 1000;
  std::vector<GoogleFakeInstance> instances_;
  std::vector<GoogleFakeOperation> operations_;
};

}  // namespace spillway::fakes
