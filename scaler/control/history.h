// What each cluster carried, wanted, had and paid, looked at in even steps and kept in memory for
// some hours: what charts show. It begins empty with each life of the service. Loop thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scaler/control/control_loop.h"
#include "scaler/control/watcher.h"

namespace spillway {

struct HistoryConfig {
  Duration step = std::chrono::seconds(10);
  Duration keep = std::chrono::hours(6);
  // Of all clusters together, some 150 bytes each: where there are many, each goes back less far.
  std::size_t most_points = 200'000;

  friend bool operator==(const HistoryConfig&, const HistoryConfig&) = default;
};

// How a cluster fares under its load, as far as anything measured tells.
struct LoadLook {
  std::optional<double> vcpu;  // what the load takes, in vCPU of the cluster's hosts
  std::optional<bool> is_violated;

  friend bool operator==(const LoadLook&, const LoadLook&) = default;
};
using LookAtLoad = std::function<LoadLook(const ClusterSummary& cluster)>;

// A row for each time, the oldest first; all columns are of the same length.
struct HistoryColumns {
  std::vector<Time> times;
  std::vector<std::int64_t> wanted_vcpu;
  std::vector<std::optional<double>> load_vcpu;
  std::map<std::string, std::vector<std::int64_t>> ready_vcpu;  // by provider
  std::vector<std::int64_t> booting_vcpu;                       // all that is on its way
  std::vector<std::optional<std::int64_t>> waiting_guests;
  std::vector<Money> spent_this_month;
  std::vector<Money> running_per_hour;
  std::vector<std::optional<bool>> violated;
};

class History final : public ControlWatcher {
 public:
  History(HistoryConfig config, LookAtLoad look_at_load);

  // Call once each step. Clusters that are no more are forgotten.
  void Look(const ControlLoop& control);

  Duration step() const { return config_.step; }
  // What is known of the cluster from `since` on, in steps of at least `step()`: of each step the
  // last look; it is violated when one of its looks was.
  HistoryColumns ColumnsOf(const std::string& cluster, Time since, Duration step) const;

  void OnSamples(const SampleBatch& /*batch*/, Time /*now*/) override {}
  // The guests that wait are known to evaluations only.
  void OnEvaluation(const SeenEvaluation& seen) override;
  void OnRoles(const PolicyRoles& /*roles*/, Time /*now*/) override {}

 private:
  struct Point {
    Time time;
    std::int64_t wanted_vcpu = 0;
    std::optional<double> load_vcpu;
    std::vector<std::int64_t> ready_vcpu;  // in the order of Course::providers; may be shorter
    std::int64_t booting_vcpu = 0;
    std::optional<std::int64_t> waiting_guests;
    Money spent_this_month;
    Money running_per_hour;
    std::optional<bool> is_violated;
  };
  struct Course {
    std::vector<std::string> providers;  // that ever had a host here
    std::optional<std::int64_t> waiting_guests;
    std::deque<Point> points;
  };

  static void CountHosts(std::span<const HostRecord> hosts, Course& course, Point& point);
  static void Append(const Course& course, const Point& point, HistoryColumns& columns);

  const HistoryConfig config_;
  const LookAtLoad look_at_load_;
  std::map<std::string, Course> courses_;  // by cluster
};

}  // namespace spillway
