#include <gtest/gtest.h>

#include "providers/equinix/equinix_metros.h"
#include "providers/equinix/equinix_plans.h"

namespace spillway {
namespace {

TEST(EquinixMetros, SayWhereDataWouldBe) {
  const EquinixPlace* frankfurt = FindEquinixPlace("fr");
  ASSERT_NE(frankfurt, nullptr);
  EXPECT_EQ(frankfurt->country, "DE");
  EXPECT_DOUBLE_EQ(frankfurt->coordinates.latitude, 50.1);
  EXPECT_EQ(FindEquinixPlace("zz"), nullptr);
}

TEST(EquinixPrices, AreKnownForThePlansOfTheTableOnly) {
  EXPECT_EQ(ShippedEquinixPrice("c3.medium.x86"), Money{1'350'000});
  EXPECT_EQ(ShippedEquinixPrice("x2.xlarge.x86"), std::nullopt);
  EXPECT_EQ(ShippedEquinixPrice("p9.private.x86"), std::nullopt);
}

struct Cores {
  const char* plan;
  std::vector<EquinixCpus> cpus;
  std::optional<std::int64_t> cores;
};

TEST(EquinixPlans, HaveTheCoresOfTheTableElseOfTheirText) {
  const Cores cases[] = {
      {"c3.medium.x86", {}, 24},
      // The text names the cores of both of its processors.
      {"s3.xlarge.x86", {{2, "Intel Xeon Silver 4214 24-Core Processor @ 2.20GHz"}}, 24},
      {"p9", {{1, "AMD EPYC 9254 24-Core Processor"}}, 24},
      {"p9", {{2, "Intel Xeon E-2378G Processor 8-Core @ 2.80GHz"}}, 16},
      {"p9", {{1, "A 4-Core Processor"}, {1, "B 8-Core Processor"}}, 12},
      {"p9", {{1, "Some Processor"}}, std::nullopt},
      {"p9", {{1, "A 4-Core Processor"}, {1, "Some Processor"}}, std::nullopt},
      {"p9", {{1, "-Core"}}, std::nullopt},
      {"p9", {{0, "A 4-Core Processor"}}, std::nullopt},
      {"p9", {}, std::nullopt},
  };
  for (const Cores& c : cases) {
    EXPECT_EQ(EquinixCores(c.plan, c.cpus), c.cores)
        << c.plan << " " << (c.cpus.empty() ? "" : c.cpus[0].type);
  }
}

}  // namespace
}  // namespace spillway
