#include "bus/adapters/statsd/statsd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "bus/adapters/statsd/value_sketch.h"
#include "scaler/runtime/datagram.h"
#include "tests/unit/bus/adapters/decoding.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr Duration kTenSeconds = std::chrono::seconds(10);

// A statsd adapter with these keys; what it gives, in words.
class Door {
 public:
  explicit Door(const std::string& keys = "") {
    auto [config, errors] =
        ReadAdapters("sources: [{name: s, type: statsd, cluster: edge" + keys + "}]");
    if (!errors.empty()) throw std::runtime_error(errors);
    adapter_ = std::move(config.sources.at(0).adapter.datagram);
  }

  // What was not taken.
  std::string Take(const std::string& datagram) {
    std::vector<Lost> lost;
    adapter_->Take(datagram, lost);
    return Text(lost);
  }
  std::string Flush(Duration elapsed = kTenSeconds) { return Text(adapter_->Flush(elapsed)); }

 private:
  std::unique_ptr<DatagramAdapter> adapter_;
};

TEST(Statsd, EachTypeAddsUpAsItIsMeant) {
  struct Row {
    const char* datagram;
    const char* expected;
  };
  const Row rows[] = {
      {"", ""},
      {"\n\r\n", ""},
      {"n:1|c", "n_per_second{} 0.1"},
      {"n:3|c\nn:-1|c\r\n", "n_per_second{} 0.2"},
      {"n:1|c|@0.1", "n_per_second{} 1"},
      {"n:1:2:3|c", "n_per_second{} 0.6"},
      {"n:7|g", "n{} 7"},
      {"n:7|g\nn:+2|g\nn:-0.5|g", "n{} 8.5"},
      {"n:-5|g", "n{} -5"},
      {"n:4|ms\nn:8|ms", "n_per_second{} 0.2; n_mean{} 6; n_max{} 8; n{quantile=0.95,} 8"},
      {"n:4|ms|@0.25\nn:9|h", "n_per_second{} 0.5; n_mean{} 5; n_max{} 9; n{quantile=0.95,} 9"},
      {"n:0|d", "n_per_second{} 0.1; n_mean{} 0; n_max{} 0; n{quantile=0.95,} 0"},
      {"n:ann|s\nn:bob|s\nn:ann|s", "n_count{} 2"},
      {"n:a:b|s", "n_count{} 1"},
      {"n:1|c|#site:edge,up,url:http://x,:none,site:two",
       "n_per_second{site=edge,up=true,url=http://x,} 0.1"},
      {"n:1|c|#b:2,a:1\nn:1|c|#a:1,b:2", "n_per_second{a=1,b=2,} 0.2"},
      {"n:1|c|#a:1|@0.5|c:container|T1656581400", "n_per_second{a=1,} 0.2"},
      {"n:1|c\nn:1|g\nm:1|c", "m_per_second{} 0.1; n_per_second{} 0.1; n{} 1"},
  };
  for (const Row& row : rows) {
    Door door;
    EXPECT_EQ(door.Take(row.datagram), "") << row.datagram;
    EXPECT_EQ(door.Flush(), row.expected) << row.datagram;
  }
}

TEST(Statsd, ALineThatIsWrongIsToldAndTheOthersAreTaken) {
  struct Row {
    const char* line;
    const char* expected;
  };
  const Row rows[] = {
      {"n", "expected NAME:VALUE|TYPE, got \"n\""},
      {":1|c", "expected NAME:VALUE|TYPE"},
      {"n:1", "expected one of the types"},
      {"n:1|", "expected one of the types"},
      {"n:1|x", "expected one of the types"},
      {"n:|c", "expected a number as the value"},
      {"n:x|c", "expected a number as the value"},
      {"n:1x|c", "expected a number as the value"},
      {"n:1,5|c", "expected a number as the value"},
      {"n:inf|c", "expected a number as the value"},
      {"n:nan|g", "expected a number as the value"},
      {"n:1e999|g", "expected a number as the value"},
      {"n:+-1|g", "expected a number as the value"},
      {"n:1:x|ms", "expected a number as the value"},
      {"n:1|c|@0", "expected a rate"},
      {"n:1|c|@2", "expected a rate"},
      {"n:1|c|@-1", "expected a rate"},
      {"n:1|c|@", "expected a number as the rate"},
      {"n:1|c|@1e-300", "expected a rate"},
  };
  for (const Row& row : rows) {
    Door door;
    EXPECT_THAT(door.Take("good:1|g\n" + std::string(row.line) + "\ngood:2|g"),
                StartsWith("bad_reading: " + std::string(row.expected)))
        << row.line;
    EXPECT_EQ(door.Flush(), "good{} 2") << row.line;
  }
}

TEST(Statsd, EventsAndServiceChecksAreNoValues) {
  Door door;
  EXPECT_EQ(door.Take("_e{5,4}:title|text\n_sc|db|0"), "event: _e{; event: _sc|");
  EXPECT_EQ(door.Flush(), "");
}

TEST(Statsd, WhatNothingCameOfIsNotTold) {
  Door door;
  door.Take("c:10|c\ng:3|g\nt:1|ms\ns:a|s");
  EXPECT_NE(door.Flush(), "");
  EXPECT_EQ(door.Flush(), "");
}

TEST(Statsd, ACounterIsZeroForAsLongAsWasSaid) {
  Door door(", zeros_for: 20s");
  door.Take("c:10|c");
  EXPECT_EQ(door.Flush(), "c_per_second{} 1");
  EXPECT_EQ(door.Flush(), "c_per_second{} 0");
  EXPECT_EQ(door.Flush(), "c_per_second{} 0");
  EXPECT_EQ(door.Flush(), "");
}

TEST(Statsd, AGaugeIsRememberedForItsChanges) {
  Door door(", gauges_for: 20s");
  door.Take("g:10|g");
  EXPECT_EQ(door.Flush(), "g{} 10");
  EXPECT_EQ(door.Flush(), "");
  door.Take("g:-1|g");
  EXPECT_EQ(door.Flush(), "g{} 9");
  EXPECT_EQ(door.Flush(std::chrono::seconds(30)), "");
  door.Take("g:-1|g");
  EXPECT_EQ(door.Flush(), "g{} -1");
}

TEST(Statsd, RatesAreOfTheTimeThatPassed) {
  Door door;
  door.Take("c:10|c");
  EXPECT_EQ(door.Flush(std::chrono::seconds(2)), "c_per_second{} 5");
  door.Take("c:1|c");
  EXPECT_EQ(door.Flush(Duration(0)), "c_per_second{} 1000");
}

TEST(Statsd, ThereIsAnEndOfSeriesAndMembers) {
  Door door(", max_series: 2, max_members: 2");
  EXPECT_EQ(door.Take("a:1|s\na:2|s\nb:1|s\na:1|s"), "too_many: b would have one member too many");
  EXPECT_EQ(door.Take("c:1|c"), "too_many: c would be one series too many");
  EXPECT_EQ(door.Flush(), "a_count{} 2; b_count{} 0");
  EXPECT_EQ(door.Take("c:1|c\na:3|s"), "");
  EXPECT_EQ(door.Flush(), "c_per_second{} 0.1; a_count{} 1");
}

TEST(Statsd, QuantilesAreKnownToWithinOnePercent) {
  std::mt19937 random(7);
  std::lognormal_distribution<double> spread(3, 2);
  for (const double sign : {1.0, -1.0}) {
    std::vector<double> values;
    ValueSketch sketch;
    for (int i = 0; i < 10'000; ++i) {
      values.push_back(sign * spread(random));
      sketch.Add(values.back(), 1);
    }
    std::sort(values.begin(), values.end());
    for (const double q : {0.01, 0.5, 0.95, 0.99}) {
      const double exact = values[static_cast<std::size_t>(q * 10'000) - 1];
      EXPECT_NEAR(sketch.Quantile(q), exact, 0.0101 * std::abs(exact)) << q;
    }
  }
}

TEST(Statsd, QuantilesOfTheGreatestAndTheLeastAreFinite) {
  ValueSketch sketch;
  for (const double value : {1e300, -1e300, 1e-300, 0.0}) sketch.Add(value, 1e6);
  for (const double q : {0.0, 0.25, 0.5, 1.0}) EXPECT_TRUE(std::isfinite(sketch.Quantile(q)));
  EXPECT_EQ(sketch.Quantile(0.5), 0);
}

TEST(Statsd, DatagramsArriveOverUdp) {
  AdapterWorld world(
      "sources: [{name: s, type: statsd, port: 0, flush_interval: 100ms, max_datagram_bytes: 64, "
      "cluster: {label: site}, map: [{metric: g}]}, {name: i, type: influx, cluster: edge}]");
  const auto send = [&](const std::string& datagram) {
    const Result<Done> sent = SendDatagram("127.0.0.1", world.datagram_port("s"), datagram);
    ASSERT_TRUE(sent) << Describe(sent.error());
  };
  send("g:7|g|#site:edge,host:n1\ng:8|g|#site:core");
  EXPECT_THAT(world.Arrived(2), ElementsAre("edge: g{host=n1} 7", "core: g{} 8"));
  send("g:1|g|#site:edge," + std::string(64, 'x'));
  send("nonsense\nother:1|g\ng:1|g");
  const auto counts = [&](const std::string& reason) {
    return world.Counts("spillway_adapter_rejected_total{adapter=\"s\",reason=\"" + reason +
                        "\"} 1");
  };
  for (const char* reason : {"too_large", "bad_reading", "unmapped", "no_cluster"}) {
    EXPECT_TRUE(world.Until([&] { return counts(reason); })) << reason;
  }
  EXPECT_EQ(world.Get("/s/write").status, 404);
}

TEST(Statsd, WhileTheBusIsBehindEverythingIsAddedUp) {
  AdapterWorld world(
      "sources: [{name: s, type: statsd, port: 0, flush_interval: 100ms, cluster: edge}]");
  world.SetBehind(true);
  for (const char* member : {"g:5|g", "g:+1|g", "sync"}) {
    ASSERT_TRUE(SendDatagram("127.0.0.1", world.datagram_port("s"), member));
  }
  ASSERT_TRUE(world.Until([&] {
    return world.Counts("spillway_adapter_rejected_total{adapter=\"s\",reason=\"bad_reading\"} 1");
  }));
  world.SetBehind(false);
  EXPECT_EQ(world.Arrived(1).at(0), "edge: g{} 6");
}

TEST(Statsd, MistakesOfItsConfigurationAreTold) {
  struct Row {
    const char* keys;
    const char* expected;
  };
  const Row rows[] = {
      {"address: 0.0.0.0", "sources[0].address: 0.0.0.0 can be reached from elsewhere"},
      {"port: 70000", "sources[0].port"},
      {"flush_interval: 1ms", "sources[0].flush_interval"},
      {"max_datagram_bytes: 100000", "sources[0].max_datagram_bytes"},
      {"percentiles: [50, 100]", "sources[0].percentiles[1]"},
      {"max_series: 0", "sources[0].max_series"},
      {"token: {variable: X}", "sources[0].token: is not possible"},
      {"flush: 1s", "flush"},
  };
  for (const Row& row : rows) {
    const std::string errors = ReadAdapters("sources: [{name: s, type: statsd, cluster: edge, " +
                                            std::string(row.keys) + "}]")
                                   .second;
    EXPECT_THAT(errors, HasSubstr(row.expected)) << row.keys;
  }
}

TEST(Statsd, AnAddressThatCannotBeHadStopsTheStart) {
  AdapterWorld world("sources: [{name: s, type: statsd, port: 0, cluster: edge}]");
  const std::string port = std::to_string(world.datagram_port("s"));
  try {
    AdapterWorld other("sources: [{name: s, type: statsd, port: " + port + ", cluster: edge}]");
    FAIL() << "two listen at " << port;
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot listen on 127.0.0.1:" + port));
  }
}

}  // namespace
}  // namespace spillway::adapters
