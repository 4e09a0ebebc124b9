#include "bus/adapters/prometheus/prometheus.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <snappy.h>

#include <bit>
#include <limits>

#include "bus/adapters/prometheus/remote_write.pb.h"
#include "scaler/runtime/yaml.h"
#include "tests/support/adapter_world.h"
#include "tests/support/time.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;

class Series {
 public:
  Series& Label(const std::string& name, const std::string& value) {
    prometheus::Label& label = *series_.add_labels();
    label.set_name(name);
    label.set_value(value);
    return *this;
  }
  Series& With(double value, std::int64_t timestamp) {
    prometheus::Sample& sample = *series_.add_samples();
    sample.set_value(value);
    sample.set_timestamp(timestamp);
    return *this;
  }
  const prometheus::TimeSeries& series() const { return series_; }

 private:
  prometheus::TimeSeries series_;
};

std::string Body(const std::vector<Series>& all) {
  prometheus::WriteRequest request;
  for (const Series& one : all) *request.add_timeseries() = one.series();
  return request.SerializeAsString();
}

Decoded Decode(const std::string& body) {
  auto [config, errors] = ReadAdapters("sources: [{name: p, type: prometheus, cluster: edge}]");
  EXPECT_EQ(errors, "");
  const HttpAdapter& adapter = *config.sources.at(0).adapter.http;
  return adapter.Decode({"POST", "/api/v1/write", "", "application/x-protobuf", body, kStart});
}

TEST(Prometheus, EverySampleOfEverySeriesIsRead) {
  const Decoded decoded = Decode(
      Body({Series().Label("__name__", "up").Label("job", "node").With(1, 1'000).With(0, 2'000),
            Series().Label("instance", "a:9100").Label("__name__", "load").With(-0.5, 3'000)}));
  EXPECT_EQ(decoded.readings,
            (std::vector<Reading>{
                {"up", {{"job", "node"}}, 1, Time(std::chrono::milliseconds(1'000))},
                {"up", {{"job", "node"}}, 0, Time(std::chrono::milliseconds(2'000))},
                {"load", {{"instance", "a:9100"}}, -0.5, Time(std::chrono::milliseconds(3'000))}}));
  EXPECT_TRUE(decoded.lost.empty());
  EXPECT_EQ(decoded.answer.status, 204);
}

TEST(Prometheus, WhatIsNoSampleIsLeftOutByItsReason) {
  const double stale = std::bit_cast<double>(std::uint64_t{0x7ff0000000000002});
  struct Row {
    Series series;
    Loss expected;
  };
  const Row rows[] = {
      {Series().Label("__name__", "up").With(stale, 1), Loss::kStale},
      {Series().Label("__name__", "up").With(std::numeric_limits<double>::quiet_NaN(), 1),
       Loss::kNotFinite},
      {Series().Label("__name__", "up").With(std::numeric_limits<double>::infinity(), 1),
       Loss::kNotFinite},
      {Series().Label("job", "node").With(1, 1), Loss::kBadReading},
      {Series().With(1, 1), Loss::kBadReading},
  };
  for (const Row& row : rows) {
    const Decoded decoded =
        Decode(Body({row.series, Series().Label("__name__", "good").With(7, 8)}));
    ASSERT_EQ(decoded.lost.size(), 1u) << Name(row.expected);
    EXPECT_EQ(Name(decoded.lost[0].reason), Name(row.expected));
    ASSERT_EQ(decoded.readings.size(), 1u);
    EXPECT_EQ(decoded.readings[0].metric, "good");
    EXPECT_EQ(decoded.answer.status, 204);
  }
}

TEST(Prometheus, ABodyThatIsNoMessageIsRefusedForGood) {
  const std::string good = Body({Series().Label("__name__", "up").With(1, 1'000)});
  const std::string rows[] = {"hello, world", good.substr(0, good.size() - 1), good + "\x07",
                              std::string("\x0a\xff\xff\xff\xff\x0f", 6),
                              std::string(1'000, '\x0a')};
  for (const std::string& body : rows) {
    const Decoded decoded = Decode(body);
    EXPECT_TRUE(decoded.readings.empty());
    EXPECT_EQ(decoded.answer.status, 400);
    ASSERT_EQ(decoded.lost.size(), 1u);
    EXPECT_EQ(decoded.lost[0].reason, Loss::kBadBody);
  }
  EXPECT_EQ(Decode("").answer.status, 204);  // a message without series
}

TEST(Prometheus, APackedWriteArrives) {
  AdapterWorld world("sources: [{name: p, type: prometheus, cluster: {label: site}}]");
  const std::string body = Body({Series()
                                     .Label("__name__", "load")
                                     .Label("site", "core")
                                     .Label("host", "n1")
                                     .With(3, 1'795'428'000'000)});
  std::string packed;
  snappy::Compress(body.data(), body.size(), &packed);
  EXPECT_EQ(world.Post("/p/api/v1/write", packed, {{"Content-Encoding", "snappy"}}).status, 204);
  EXPECT_EQ(world.Arrived(1).at(0), "core: load{host=n1} 3");
  EXPECT_EQ(world.Post("/p/api/v1/write", body, {{"Content-Encoding", "snappy"}}).status, 400);
}

}  // namespace
}  // namespace spillway::adapters
