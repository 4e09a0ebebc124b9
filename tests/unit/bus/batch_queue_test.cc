#include "bus/batch_queue.h"

#include <gtest/gtest.h>

#include <optional>

#include "scaler/runtime/simulated_loop.h"
#include "tests/support/time.h"

namespace spillway::bus {
namespace {

using namespace spillway::testing;

SampleBatch Samples(std::initializer_list<double> values) {
  SampleBatch batch;
  for (const double value : values) batch.samples.push_back({0, value, At(0s)});
  return batch;
}

struct Fixture {
  Metrics metrics;
  SimulatedLoop loop{kStart};
  std::vector<SampleBatch> batches;
  std::optional<BatchQueue> queue;

  explicit Fixture(std::size_t max_samples) {
    queue.emplace(loop, max_samples, metrics.GetGauge("waiting", "For the test."),
                  [this](const SampleBatch& batch) { batches.push_back(batch); });
  }
  std::size_t Push(SampleBatch batch) { return queue->Push(batch); }
  std::vector<double> Values() const {
    std::vector<double> values;
    for (const SampleBatch& batch : batches) {
      for (const Sample& sample : batch.samples) values.push_back(sample.value);
    }
    return values;
  }
};

TEST(BatchQueue, LosesTheNewestSamplesWhenFullButNeverASeries) {
  Fixture f(3);
  EXPECT_EQ(f.Push(Samples({1, 2})), 0u);
  SampleBatch with_series = Samples({3, 4, 5});
  with_series.retired = {7};
  with_series.announced = {{8, {"edge", "m", {}}}};
  EXPECT_EQ(f.Push(with_series), 2u);
  EXPECT_EQ(f.Push(Samples({6})), 1u);
  SampleBatch only_series;
  only_series.retired = {9};
  EXPECT_EQ(f.Push(only_series), 0u);
  EXPECT_NE(f.metrics.Expose().find("waiting 3"), std::string::npos);

  f.loop.RunFor(0s);
  EXPECT_EQ(f.Values(), (std::vector<double>{1, 2, 3}));
  ASSERT_EQ(f.batches.size(), 3u);
  EXPECT_EQ(f.batches[1].retired, std::vector<SeriesId>{7});
  ASSERT_EQ(f.batches[1].announced.size(), 1u);
  EXPECT_EQ(f.batches[2].retired, std::vector<SeriesId>{9});
  EXPECT_NE(f.metrics.Expose().find("waiting 0"), std::string::npos);

  EXPECT_EQ(f.Push(Samples({7, 8, 9})), 0u);
  f.loop.RunFor(0s);
  EXPECT_EQ(f.Values(), (std::vector<double>{1, 2, 3, 7, 8, 9}));
}

TEST(BatchQueue, HandsNothingOverOnceItIsGone) {
  Fixture f(3);
  f.Push(Samples({1}));
  f.queue.reset();
  f.loop.RunFor(0s);
  EXPECT_TRUE(f.batches.empty());
}

}  // namespace
}  // namespace spillway::bus
