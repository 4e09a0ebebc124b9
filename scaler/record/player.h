// Reads a recording and makes its evaluations again: windows → policies → decision → plan.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scaler/control/control_loop.h"
#include "scaler/record/recording.h"
#include "scaler/rehearsal/objective.h"

namespace spillway {

// A cluster as a configuration has it.
struct ReplayCluster {
  ClusterSpec spec;
  PolicyList acting;
  PolicyList shadows;
  std::optional<Objective> objective;
  // What the signals of the policy of this name measure.
  std::function<std::vector<Measure>(const std::string& policy)> measures;
};

struct ReplaySetup {
  std::map<std::string, ReplayCluster> clusters;  // by name
  std::size_t points_per_series = 512;
  Duration evaluate_at_least_every = std::chrono::seconds(10);
};

// Makes it anew: policies have learned nothing. Throws std::runtime_error for a configuration that
// is wrong.
using MakeSetup = std::function<ReplaySetup(const std::string& configuration)>;

// What is known of a cluster at a moment of its recording.
struct Stage {
  std::map<std::string, HostRecord> hosts;
  std::vector<HostRecord> host_list;  // the same, in the order of ids
  ClusterState state;
  std::vector<Offer> offers;
  RecordedMarket market;

  // Valid while the stage does not change.
  Market MarketNow() const;
  void Take(const EvaluationLine& line);
};

// An evaluation that was made again. Valid during the call.
struct Repeated {
  const EvaluationLine& line;
  const ReplayCluster& cluster;  // as recorded
  const Stage& stage;            // before
  const Observations& observations;
  DecisionRecord record;
};

// Follows a recording line by line.
class Audience {
 public:
  virtual ~Audience() = default;
  // `was_away`: the service was not there for a while before it.
  virtual void OnSegment(Time /*begin*/, bool /*was_away*/) {}
  virtual void OnSeries(const RecordedSeries& /*series*/) {}
  virtual void OnSamples(const RecordedSamples& /*samples*/) {}
  virtual void OnRepeated(const Repeated& repeated) = 0;
};

class Player {
 public:
  // All outlive the player.
  Player(const MakeSetup& make, Audience& audience) : make_(make), audience_(audience) {}
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  // To its end. Throws RecordError for lines that do not fit together, and what MakeSetup throws.
  void Play(Recording& recording);

  std::int64_t segments() const { return segments_; }
  std::int64_t samples() const { return samples_; }

 private:
  void On(const SegmentStart& start);
  void On(const RecordedSeries& series);
  void On(const PolicyMemory& memory);
  void On(const RecordedRoles& roles);
  void On(const RecordedSamples& samples);
  void On(const EvaluationLine& line);
  Observations& Observed();
  ReplayCluster& ClusterOf(const std::string& name);

  const MakeSetup& make_;
  Audience& audience_;
  ReplaySetup setup_;
  std::optional<Observations> observations_;
  std::map<std::string, Stage> stages_;  // by cluster
  std::optional<Time> last_;             // of a line
  std::int64_t segments_ = 0;
  std::int64_t samples_ = 0;
};

}  // namespace spillway
