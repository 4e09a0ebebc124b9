#include "scaler/control/evaluation.h"

#include <gmock/gmock.h>

#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;

// Keeps what it was shown.
class Witness final : public Policy {
 public:
  explicit Witness(ClusterView& seen) : Policy("witness"), seen_(seen) {}

  std::span<const SignalSpec> signals() const override { return {}; }
  Recommendation Evaluate(const PolicyInput& input) override {
    seen_ = input.cluster;
    return {};
  }

 private:
  ClusterView& seen_;
};

ClusterView ShownTo(const std::vector<HostRecord>& hosts) {
  ClusterView seen;
  std::vector<std::unique_ptr<Policy>> policies;
  policies.push_back(std::make_unique<Witness>(seen));
  const ClusterSpec cluster = AnEdgeCluster();
  const ClusterState state;
  const PolicySignals signals(1);
  Evaluate({At(0s), cluster, state, policies, signals, hosts, [] { return Market(); }});
  return seen;
}

TEST(Evaluation, ShowsPoliciesHowLongNineOfTenHostsTookToBeReady) {
  std::vector<HostRecord> hosts;
  for (int i = 1; i <= 11; ++i) {
    hosts.push_back(AHost("h" + std::to_string(i)));
    hosts.back().ready_at = hosts.back().created_at + 1min * i;
  }
  hosts.push_back(AHost("coming", HostState::kBooting));
  EXPECT_EQ(ShownTo(hosts).time_to_ready, 10min);
}

TEST(Evaluation, DoesNotGuessHowLongHostsTakeBeforeOneIsReady) {
  EXPECT_EQ(ShownTo({AHost("coming", HostState::kBooting)}).time_to_ready, std::nullopt);
}

}  // namespace
}  // namespace spillway
