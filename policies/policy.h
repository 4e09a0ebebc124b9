// The seam for deciding when: signals and cluster state in, recommendation out. No clock, no I/O,
// no log: what a policy says follows from what it was shown since it began, and from nothing else.
// policies/README.md shows how to write one in forty lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/kinds.h"
#include "scaler/model/recommendation.h"
#include "scaler/model/signal.h"
#include "scaler/model/time.h"
#include "scaler/model/waiting_guest.h"

namespace spillway {

// A usable host, for policies that place guests.
struct HostRoom {
  Capacity capacity;
  Capacity free;                 // less what its guests have
  std::optional<Time> ready_at;  // nothing: on its way

  friend bool operator==(const HostRoom&, const HostRoom&) = default;
};

// The cluster as a policy sees it.
struct ClusterView {
  std::string name;
  Capacity host_size;  // what "a host" means; both members above 0
  Capacity ready;      // enrolled and serving
  Capacity usable;     // ready and coming
  std::int64_t ready_hosts = 0;
  std::int64_t usable_hosts = 0;
  Capacity wanted;  // last decided
  // From the decision for a host until it was ready: nine of ten hosts took no longer. None: no
  // host that is there became ready yet.
  std::optional<Duration> time_to_ready{};
  // Only where one of the cluster's policies asks for waiting guests:
  std::vector<HostRoom> rooms{};  // of each usable host
  std::vector<Capacity> sizes{};  // of machines that can be had for it, each once

  friend bool operator==(const ClusterView&, const ClusterView&) = default;
};

// `signals` are in the order of Policy::signals(), `waiting` in that of Policy::waiting(), or empty
// where nobody can be asked (a rehearsal).
struct PolicyInput {
  Time now;
  ClusterView cluster;
  std::span<const Signal> signals;
  std::span<const WaitingList> waiting{};
};

// What a signal measures, and so how it answers to capacity.
enum class Measure {
  kUtilisation,  // the demand over what is ready
  kLoad,         // the demand alone, whatever there is
  kLatency,      // rises ever faster as what is ready is used up
};

// Of policies in other processes (policies/remote). Shared by the policy and its link, because
// either may go first.
class Conversation;
using Conversations = std::vector<std::shared_ptr<Conversation>>;

// The cluster that a policy is made for.
struct PolicyContext {
  std::string cluster;
  Capacity host_size;
  Hypervisor hypervisor = Hypervisor::kKvm;
  // Takes what has to be linked for such policies. Null: nothing will be, and their fallbacks
  // speak.
  Conversations* conversations = nullptr;
};

// What operators should know of a policy: for the log.
struct PolicyNews {
  bool is_trouble = false;
  std::string what;  // a snake_case word: "script_broken"
  std::string text;

  friend bool operator==(const PolicyNews&, const PolicyNews&) = default;
};

class Policy {
 public:
  virtual ~Policy() = default;

  const std::string& name() const { return name_; }
  // What Evaluate needs to see. Constant.
  virtual std::span<const SignalSpec> signals() const = 0;
  // What the i-th of signals() measures: a rehearsal must make the signal that another fleet would
  // see. Nothing: it finds out by asking the policy.
  virtual std::optional<Measure> measure(std::size_t /*i*/) const { return std::nullopt; }
  // And which guests that wait. Constant.
  virtual std::span<const WaitingSpec> waiting() const { return {}; }
  // Recommendation::policy is filled in by the caller. `input.now` never goes backwards.
  virtual Recommendation Evaluate(const PolicyInput& input) = 0;

  // For policies that learn. What was learned up to now, as bytes; empty: nothing. A few MB at
  // most: it is stored every few minutes.
  virtual std::string Memory() const { return {}; }
  // Goes on from where the policy was whose Memory() this is. False when it is not that of a policy
  // of this kind and configuration; then nothing has changed.
  virtual bool Recall(std::string_view memory) { return memory.empty(); }

  // For policies that are made of something outside, such as a file: looks whether it has changed
  // and takes it up. The one function here that may read files; the control loop calls it every few
  // seconds. Returns what is new since it was called last. A policy that holds others asks them.
  virtual std::vector<PolicyNews> Refresh() { return {}; }

 protected:
  explicit Policy(std::string name) : name_(std::move(name)) {}

 private:
  const std::string name_;
};

}  // namespace spillway
