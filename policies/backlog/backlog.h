// Work that waits in a queue, drained within a time.
//
//   queue: {metric: jobs_waiting, function: last, across: sum}      # items that wait
//   arrivals: {metric: jobs_submitted, function: rate, across: sum} # items a second; default: none
//   service_rate: 4            # items a second that one host of the cluster's size works off; and
//   served: {metric: jobs_done, function: rate, across: sum}        # or learned from this
//   drain_within: 10m
//   rest: 0                    # so many waiting are no backlog
//   on_unknown: hold
//
// A fluid model: items come in with rate a, a host works off s, Q items wait. So that the queue is
// empty after the time W the cluster needs (a + Q / W) / s hosts, and a / s to keep it so. What a
// backlog was answered with is kept until the queue is down to `rest`; with the need of the moment
// instead hosts would go as the queue shrinks, and its end would never come. W counts from when
// the hosts are ready. When W is over and the queue is still not at rest (what the cluster got was
// less than asked for, or work varies) the answer is made anew.
//
// `service_rate` and `served`: how much a host works off shows only while all of them are busy, so
// it is learned from `served` while there was a backlog for the whole window of that signal and no
// host came or went in it. What is learned replaces the configured rate, slowly enough to take
// half an hour's worth of evidence for a change. Without a configured rate, and before any was
// learned, nobody can tell (kUnknown), but for a first host to learn from.
//
// An `arrivals` that cannot tell counts as none, and nothing shrinks. The need is absolute and
// works from zero hosts.
//
// Reason codes: backlog_grow, backlog_drain (hold what it was answered with), backlog_hold,
// backlog_shrink, service_rate_unknown, signal_negative.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "policies/unknown.h"

namespace spillway {

struct BacklogConfig {
  SignalSpec queue;
  std::optional<SignalSpec> arrivals;
  std::optional<SignalSpec> served;
  std::optional<double> service_rate;  // above 0; this or `served`
  Duration drain_within{0};            // above 0
  double rest = 0;
  OnUnknown on_unknown;
};

class BacklogPolicy final : public Policy {
 public:
  // REQUIRES: a config within the bounds above.
  BacklogPolicy(std::string name, BacklogConfig config);

  std::span<const SignalSpec> signals() const override { return signals_; }
  // What waits, comes in and is done does not depend on the size of the fleet as it is now.
  std::optional<Measure> measure(std::size_t /*i*/) const override { return Measure::kLoad; }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override;
  bool Recall(std::string_view memory) override;

 private:
  struct Signals {
    const Signal& queue;
    const Signal* arrivals = nullptr;
    const Signal* served = nullptr;
  };
  // How a backlog was answered.
  struct Answer {
    double hosts = 0;
    Time since;  // moved on while not all of them are ready
  };

  Signals In(const PolicyInput& input) const;
  void Learn(const Signals& signals, const PolicyInput& input);
  std::optional<double> ServiceRate() const;
  double HostsKept(double need, double queue, const PolicyInput& input);
  Recommendation Ask(const Signals& signals, double hosts, double need, const PolicyInput& input);

  const BacklogConfig config_;
  const std::vector<SignalSpec> signals_;

  std::optional<Answer> answer_;
  std::optional<double> learned_;  // items a second and host
  // Since when the hosts that are ready have been busy and the same; and when it was learned last.
  std::optional<Time> busy_since_;
  Capacity busy_;
  Time looked_ = kDistantPast;
};

std::unique_ptr<Policy> ParseBacklog(const std::string& name, const ConfigNode& node,
                                     const PolicyContext& context);

}  // namespace spillway
