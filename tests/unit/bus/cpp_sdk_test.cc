// The header for publishers, and the program that is built of it alone, against the real
// subscriber.
#include <gmock/gmock.h>

#include <cmath>
#include <optional>

#include "bus/sdk/cpp/spillway_samples.h"
#include "bus/subscriber.h"
#include "scaler/runtime/clock.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/unit/bus/pumped_loop.h"

namespace spillway::bus {
namespace {

using spillway::testing::BuiltPath;
using spillway::testing::PumpedLoop;
using ::testing::ElementsAre;

struct Receiver {
  Receiver() {
    SubscriberConfig config;
    config.inbound = {{SocketKind::kPull, true, "tcp://127.0.0.1:*", {}}};
    subscriber.emplace(context, config, std::set<std::string>{"edge"}, clock, loop, metrics, log,
                       [this](const SampleBatch& batch) {
                         for (const auto& a : batch.announced) announced.push_back(a.key);
                         samples.insert(samples.end(), batch.samples.begin(), batch.samples.end());
                       });
  }
  std::string address() const { return subscriber->addresses()[0]; }
  bool Wait(std::size_t count) {
    return loop.PumpUntil([&] { return samples.size() == count; });
  }

  SystemClock clock;
  PumpedLoop loop;
  Metrics metrics;
  Log log{LogLevel::kOff};
  std::vector<SeriesKey> announced;
  std::vector<Sample> samples;
  Context context;
  std::optional<Subscriber> subscriber;
};

TEST(CppSdk, TheExampleSendsItsSamples) {
  Receiver receiver;
  const auto example =
      testing::RunToEnd({{BuiltPath("tests/sdk_cpp_example"), receiver.address()}, {}, {}});
  EXPECT_EQ(example.exit_code, 0) << example.err;
  ASSERT_TRUE(receiver.Wait(6));
  EXPECT_EQ(receiver.samples[4].value, 0.7);
  const std::vector<SeriesKey> series = {{"edge", "load", {{"host", "node-1"}}},
                                         {"edge", "load", {{"host", "node \"2\"\n"}}}};
  EXPECT_EQ(receiver.announced, series);
}

TEST(CppSdk, SendsManyTogetherWithTheirTimes) {
  Receiver receiver;
  const double now = static_cast<double>(receiver.clock.Now().time_since_epoch().count()) / 1000;
  {
    spillway::Samples samples(receiver.address());
    for (int i = 0; i < 250; ++i) EXPECT_TRUE(samples.Add("edge", "load", i / 3.0, {}, now));
    EXPECT_FALSE(samples.Add("edge", "load", std::nan("")));
  }
  ASSERT_TRUE(receiver.Wait(250));
  EXPECT_EQ(receiver.samples[7].value, 7 / 3.0) << "a digit was lost";
  EXPECT_NEAR(static_cast<double>(receiver.samples[7].time.time_since_epoch().count()) / 1000, now,
              0.001);
}

TEST(CppSdk, NamesTheAddressThatMakesNoSense) {
  try {
    const spillway::Samples samples("nowhere");
    FAIL() << "connected";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("cannot connect to nowhere"));
  }
}

}  // namespace
}  // namespace spillway::bus
