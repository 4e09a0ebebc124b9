#include "scaler/cli/recorded_trace.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "scaler/app/replay_setup.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/stored_state.h"
#include "scaler/record/segments.h"

namespace spillway {
namespace {

struct KnownSignal {
  SignalSpec spec;
  Measure measure = Measure::kLoad;
};
using KnownSignals = std::map<std::string, KnownSignal>;  // by name

const char* WordOf(Measure measure) {
  if (measure == Measure::kLoad) return "load";
  return measure == Measure::kUtilisation ? "utilisation" : "latency";
}

KnownSignals SignalsOf(const ReplayCluster& cluster) {
  KnownSignals known;
  for (const PolicyList* policies : {&cluster.acting, &cluster.shadows}) {
    for (const auto& policy : *policies) {
      const std::vector<Measure> measures = cluster.measures(policy->name());
      for (std::size_t i = 0; i < measures.size(); ++i) {
        const SignalSpec& spec = policy->signals()[i];
        known.try_emplace(spec.name, KnownSignal{spec, measures[i]});
      }
    }
  }
  return known;
}

std::string Listed(const KnownSignals& signals) {
  std::vector<std::string> names;
  for (const auto& [name, signal] : signals) {
    names.push_back(fmt::format("{} ({})", name, WordOf(signal.measure)));
  }
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

// The only one that measures this; nothing when there are several or none.
std::optional<std::string> TheOnly(const KnownSignals& signals, Measure measure) {
  const auto is_one = [&](const auto& entry) { return entry.second.measure == measure; };
  if (std::count_if(signals.begin(), signals.end(), is_one) != 1) return std::nullopt;
  return std::find_if(signals.begin(), signals.end(), is_one)->first;
}

std::string ChooseSignal(const std::string& cluster, const KnownSignals& signals,
                         const std::string& wanted) {
  if (wanted.empty()) {
    const bool has_load = std::any_of(signals.begin(), signals.end(), [](const auto& entry) {
      return entry.second.measure == Measure::kLoad;
    });
    const auto only = TheOnly(signals, has_load ? Measure::kLoad : Measure::kUtilisation);
    if (only) return *only;
    throw CommandError(
        kUsage, fmt::format("which signal of {} is the load? Say --signal, one of: {}", cluster,
                            Listed(signals)));
  }
  const auto found = signals.find(wanted);
  if (found == signals.end()) {
    throw CommandError(kNothingThere,
                       fmt::format("no policy of {} looks at a signal {}; there are: {}", cluster,
                                   wanted, Listed(signals)));
  }
  if (found->second.measure == Measure::kLatency) {
    throw CommandError(kUsage, fmt::format("{} is a latency, from which no load can be worked out; "
                                           "there are: {}",
                                           wanted, Listed(signals)));
  }
  return wanted;
}

double ReadyHosts(const Repeated& repeated) {
  std::int64_t vcpu = 0;
  for (const HostRecord& host : repeated.stage.host_list) {
    if (IsReady(host)) vcpu += host.capacity.vcpu;
  }
  return static_cast<double>(vcpu) / static_cast<double>(repeated.cluster.spec.host_size.vcpu);
}

class TraceTaker final : public Audience {
 public:
  TraceTaker(std::string cluster, std::string signal)
      : wanted_cluster_(std::move(cluster)), wanted_signal_(std::move(signal)) {}

  void OnSegment(Time /*begin*/, bool /*was_away*/) override { signals_.clear(); }

  void OnRepeated(const Repeated& repeated) override {
    const std::string& name = repeated.cluster.spec.name;
    clusters_.insert(name);
    if (name != (wanted_cluster_.empty() ? *clusters_.begin() : wanted_cluster_)) return;
    if (signals_.empty()) {
      signals_ = SignalsOf(repeated.cluster);
      if (signal_.empty()) signal_ = ChooseSignal(name, signals_, wanted_signal_);
    }
    const auto known = signals_.find(signal_);
    if (known == signals_.end()) return;  // another configuration, from this segment on
    const Time now = repeated.line.time;
    const Signal seen = repeated.observations.Evaluate(name, known->second.spec, now);
    if (!seen.has_value() || seen.value < 0) return;
    const bool is_share = known->second.measure == Measure::kUtilisation;
    Add(now.time_since_epoch(), is_share ? seen.value * ReadyHosts(repeated) : seen.value);
  }

  Trace Done(const std::string& path) {
    const std::vector<std::string> names(clusters_.begin(), clusters_.end());
    if (wanted_cluster_.empty() && names.size() > 1) {
      throw CommandError(kUsage, fmt::format("{}: which cluster's load? Say --cluster, one of: {}",
                                             path, fmt::join(names, ", ")));
    }
    if (!wanted_cluster_.empty() && !clusters_.contains(wanted_cluster_)) {
      throw CommandError(kNothingThere,
                         fmt::format("{}: no cluster {} was evaluated; there are: {}", path,
                                     wanted_cluster_, fmt::join(names, ", ")));
    }
    if (load_.points.size() < 2) {
      throw CommandError(kNothingThere,
                         fmt::format("{}: expected two values or more of {}, got {}", path,
                                     signal_.empty() ? "a signal" : signal_, load_.points.size()));
    }
    return {fmt::format("{} {}", names.size() == 1 ? names.front() : wanted_cluster_, signal_),
            std::move(load_)};
  }

 private:
  void Add(Duration at, double value) {
    if (load_.points.empty()) load_.first_timestamp = at;
    at -= load_.first_timestamp;
    if (!load_.points.empty() && at <= load_.points.back().at) return;
    load_.points.push_back({at, value});
  }

  const std::string wanted_cluster_;
  const std::string wanted_signal_;
  std::set<std::string> clusters_;  // that were evaluated
  KnownSignals signals_;            // of this segment
  std::string signal_;              // that was chosen
  LoadProfile load_;
};

}  // namespace

bool IsRecording(const std::string& path) {
  if (std::filesystem::is_directory(path)) return !SegmentFiles(path).empty();
  return IsSegmentFile(path);
}

Trace ReadRecordedTrace(const std::string& path, const std::string& cluster,
                        const std::string& signal) {
  Recording recording(path);
  TraceTaker taker(cluster, signal);
  const MakeSetup make = [](const std::string& configuration) { return SetupOf(configuration); };
  Player(make, taker).Play(recording);
  for (const std::string& segment : recording.damaged()) {
    fmt::print(stderr, "spillway: {}; the rest of this segment is left out\n", segment);
  }
  return taker.Done(path);
}

}  // namespace spillway
