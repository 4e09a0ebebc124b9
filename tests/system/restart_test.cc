// An orderly stop and a start after it: the machines are left alone.
#include <gtest/gtest.h>

#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

TEST(Restart, AnOrderlyStopLeavesTheMachinesToTheNextStart) {
  Deployment deployment;
  deployment.Start();
  deployment.SetLoad(3);
  deployment.WaitFor("three hosts", [&] { return deployment.monitored() == 3; });
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(deployment.Stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  EXPECT_NE(deployment.log().find("app.stopped hosts_left_as_they_are=3"), std::string::npos);
  EXPECT_EQ(deployment.instances(), 3);
  EXPECT_EQ(deployment.monitored(), 3);

  // Nothing is measured at first: what there is stays, and several sweeps find nothing to mend.
  Deployment& next = deployment;
  next.SetLoad(std::nullopt);
  next.Start();
  const int swept = next.ec2().calls("DescribeInstances");
  next.WaitFor("several sweeps",
               [&] { return next.ec2().calls("DescribeInstances") > swept + 10; });
  next.SetLoad(3);
  next.WaitFor("a decision on the load", [&] { return next.wanted_vcpus() == 3 * kHostVcpus; });
  EXPECT_EQ(next.monitored(), 3);
  EXPECT_EQ(next.ec2().instances().size(), 3u);  // none was made, ever
  EXPECT_EQ(next.ec2().live(), 3);

  next.SetLoad(0);
  next.WaitFor("nothing left over", [&] { return next.nothing_is_left(); });
  EXPECT_EQ(next.Stop(), 0);
}

}  // namespace
}  // namespace spillway::testing
