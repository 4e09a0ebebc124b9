#include "scaler/runtime/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, GivesTheSameMetricForTheSameNameAndLabels) {
  Metrics metrics;
  metrics.GetCounter("spillway_bad_frames_total", "Bad frames.", {{"reason", "json"}}).Add();
  metrics.GetCounter("spillway_bad_frames_total", "Bad frames.", {{"reason", "json"}}).Add(2);
  metrics.GetCounter("spillway_bad_frames_total", "Bad frames.", {{"reason", "size"}}).Add();
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, HasSubstr("# HELP spillway_bad_frames_total Bad frames.\n"
                              "# TYPE spillway_bad_frames_total counter\n"));
  EXPECT_THAT(text, HasSubstr("spillway_bad_frames_total{reason=\"json\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("spillway_bad_frames_total{reason=\"size\"} 1\n"));
}

TEST(Metrics, ForgetsClearedGaugesOnly) {
  Metrics metrics;
  metrics.GetGauge("spillway_hosts", "Hosts.", {{"pool", "a"}}).Set(3);
  metrics.GetGauge("spillway_clusters", "Clusters.").Set(1);
  metrics.ClearGauges("spillway_hosts");
  metrics.ClearGauges("spillway_never_seen");
  metrics.GetGauge("spillway_hosts", "Hosts.", {{"pool", "b"}}).Set(4);
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, Not(HasSubstr("pool=\"a\"")));
  EXPECT_THAT(text, HasSubstr("spillway_hosts{pool=\"b\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("spillway_clusters 1\n"));
}

TEST(Metrics, CountsDurationsInBuckets) {
  Metrics metrics;
  Histogram histogram = metrics.GetHistogram("spillway_boot_seconds", "Boots.");
  histogram.Observe(0.02);
  histogram.Observe(400);
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, HasSubstr("spillway_boot_seconds_bucket{le=\"0.025\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("spillway_boot_seconds_bucket{le=\"3600\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("spillway_boot_seconds_count 2\n"));
}

}  // namespace
}  // namespace spillway
