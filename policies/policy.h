// The seam for deciding when: signals and cluster state in, recommendation out. Pure: the same
// input gives the same recommendation; no clock, no I/O, no log. policies/README.md shows how to
// write one in forty lines.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "scaler/model/capacity.h"
#include "scaler/model/recommendation.h"
#include "scaler/model/signal.h"
#include "scaler/model/time.h"

namespace spillway {

// The cluster as a policy sees it.
struct ClusterView {
  std::string name;
  Capacity host_size;  // what "a host" means; both members above 0
  Capacity ready;      // enrolled and serving
  Capacity usable;     // ready and coming
  std::int64_t ready_hosts = 0;
  std::int64_t usable_hosts = 0;
  Capacity wanted;  // last decided

  friend bool operator==(const ClusterView&, const ClusterView&) = default;
};

// `signals` are in the order of Policy::signals().
struct PolicyInput {
  Time now;
  ClusterView cluster;
  std::span<const Signal> signals;
};

class Policy {
 public:
  virtual ~Policy() = default;

  const std::string& name() const { return name_; }
  // What Evaluate needs to see. Constant.
  virtual std::span<const SignalSpec> signals() const = 0;
  // Recommendation::policy is filled in by the caller.
  virtual Recommendation Evaluate(const PolicyInput& input) const = 0;

 protected:
  explicit Policy(std::string name) : name_(std::move(name)) {}

 private:
  const std::string name_;
};

}  // namespace spillway
