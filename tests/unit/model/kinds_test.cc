#include "scaler/model/kinds.h"

#include <gtest/gtest.h>

namespace spillway {
namespace {

TEST(Matrix, KvmOnDigitalOceanIsRefusedAndLxcIsWhatIsPossible) {
  const auto rows = ProviderMatrix("digitalocean");
  EXPECT_FALSE(Allows(rows, ClusterType::kVirtual, Hypervisor::kKvm));
  EXPECT_TRUE(Allows(rows, ClusterType::kVirtual, Hypervisor::kLxc));
  EXPECT_EQ(Describe(rows), "virtual: lxc");
}

}  // namespace
}  // namespace spillway
