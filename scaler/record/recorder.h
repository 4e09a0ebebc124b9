// Writes down everything that decisions are made of and cannot be worked out again: samples as they
// were handed to the loop, hosts, what providers had, timers that failures moved; and the decisions
// themselves, so that a replay can be compared byte for byte. docs/recordings.md describes the
// lines.
//
// Each segment begins with all that is needed to go on from there: the configuration, the windows,
// what policies have learned. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scaler/control/control_loop.h"
#include "scaler/control/watcher.h"
#include "scaler/record/lines.h"
#include "scaler/record/segments.h"

namespace spillway {

class Recorder final : public ControlWatcher {
 public:
  // `configuration` is the text of the file. All that is referred to outlives the recorder.
  Recorder(Segments& segments, std::string configuration);

  // The first segment. Call after the loop has started, before anything else has happened.
  void Begin(const ControlLoop& control, Time now);

  // The configuration was exchanged: a new segment begins with its text, and with what policies
  // know now. Call in the same turn of the loop.
  void Reconfigure(std::string configuration, Time now);

  void OnSamples(const SampleBatch& batch, Time now) override;
  void OnEvaluation(const SeenEvaluation& seen) override;
  void OnRoles(const PolicyRoles& roles, Time now) override;

 private:
  // What the reader knows of a cluster, after the last line.
  struct Known {
    std::map<std::string, HostRecord> hosts;
    std::optional<ClusterState> state;
    std::vector<Offer> offers;
  };

  static RecordedMarket NewsOf(const Market& market, Known& known);
  void BeginSegment(Time now);
  void AppendWindows(Time now, std::string& lines) const;
  void AppendPolicies(std::string& lines) const;

  Segments& segments_;
  std::string configuration_;
  const ControlLoop* control_ = nullptr;
  std::map<std::string, Known> known_;
};

}  // namespace spillway
