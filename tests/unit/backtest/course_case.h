// Courses made of a few loads, and policies that say what a test tells them to.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "scaler/backtest/course.h"
#include "scaler/backtest/references/hosts_policy.h"
#include "scaler/backtest/references/references.h"
#include "scaler/backtest/run.h"
#include "scaler/runtime/random.h"
#include "scaler/runtime/yaml.h"
#include "tests/support/time.h"

namespace spillway::testing {

// A load in hosts, of each step; nothing is warm-up.
inline Course ACourse(std::vector<double> load) {
  Course course;
  course.name = "made-up";
  course.start = kStart;
  course.step = 30s;
  course.load = std::move(load);
  course.capacity = 1;
  for (const double hosts : course.load) {
    course.need.push_back(std::max<std::int64_t>(WholeHosts(hosts), 1));
  }
  return course;
}

// Wanders between 0 and about `peak` hosts, with jumps.
inline Course AWanderingCourse(std::uint64_t seed, std::size_t steps, double peak) {
  Random luck(seed);
  std::vector<double> load;
  double level = peak / 2;
  for (std::size_t k = 0; k < steps; ++k) {
    level += (luck.Unit() - 0.5) * peak / 8;
    if (luck.Chance(0.02)) level = luck.Unit() * peak;
    level = std::clamp(level, 0.0, peak);
    load.push_back(level);
  }
  return ACourse(std::move(load));
}

// Wants what `want` says of what it sees.
class Told final : public HostsPolicy {
 public:
  Told(const ReferenceContext& context, std::function<std::int64_t(const Sight&)> want)
      : HostsPolicy("told", context), want_(std::move(want)) {}

 private:
  std::int64_t Want(const Sight& sight) override { return want_(sight); }

  const std::function<std::int64_t(const Sight&)> want_;
};

// A reference of the table with these settings, and what it wants of a cluster: a story.
class ReferenceStory {
 public:
  explicit ReferenceStory(std::string_view kind, const std::string& settings = "{}",
                          BacktestModel model = {})
      : model_(model), course_(ACourse({1, 1})) {
    std::map<std::string, int> lines;
    const nlohmann::json tree = ReadYaml(settings, lines);
    ConfigDocument document(tree, {});
    policy_ =
        FindReference(kind)->parse(std::string(kind), document.Root(), {course_, model_, optimum_});
    EXPECT_TRUE(document.Errors().empty());
  }

  // The next step: the load in hosts, and the fleet as it is. Time goes on by a step.
  std::int64_t Wants(double load, std::int64_t ready, std::int64_t booting = 0) {
    now_ += model_.step;
    Signal signal;
    signal.name = kBacktestMetric;
    signal.state = SignalState::kFresh;
    signal.value = load;
    const std::vector<Signal> signals = {signal};
    PolicyInput input{now_, {}, signals};
    input.cluster.host_size = kBacktestHost;
    input.cluster.ready_hosts = ready;
    input.cluster.usable_hosts = ready + booting;
    input.cluster.ready = kBacktestHost * ready;
    input.cluster.usable = kBacktestHost * (ready + booting);
    return HostsFor(policy_->Evaluate(input).wanted, kBacktestHost);
  }
  // The same again and again; the last answer.
  std::int64_t WantsAfter(int steps, double load, std::int64_t ready) {
    std::int64_t wanted = 0;
    for (int i = 0; i < steps; ++i) wanted = Wants(load, ready);
    return wanted;
  }

 private:
  const BacktestModel model_;
  const Course course_;
  const Optimum optimum_;
  std::unique_ptr<Policy> policy_;
  Time now_ = kStart;
};

}  // namespace spillway::testing
