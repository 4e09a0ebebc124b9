#include "bus/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/time.h"

namespace spillway::bus {
namespace {

using namespace spillway::testing;

const Time kArrival = At(0s);

std::string Milliseconds(Time time) { return std::to_string(time.time_since_epoch().count()); }

// A decoder of the clusters "edge" and "other", and what it refused.
struct Bench {
  explicit Bench(DecodeLimits limits = {})
      : decoder({"edge", "other"}, limits, [this](Reject reject, std::string_view detail) {
          rejects.push_back(reject);
          details.emplace_back(detail);
        }) {}

  // Decodes into a batch of its own.
  SampleBatch Decode(std::string_view payload, Time arrival = kArrival) {
    SampleBatch batch;
    decoder.Decode(payload, arrival, batch);
    return batch;
  }

  std::vector<Reject> rejects;
  std::vector<std::string> details;
  Decoder decoder;
};

TEST(Decoder, AnnouncesASeriesOnceAndThenSpeaksOfItByNumber) {
  Bench bench;
  const std::string payload =
      R"({"cluster":"edge","metric":"cpu","value":0.5,"labels":{"host":"a"}})";
  const SampleBatch first = bench.Decode(payload);
  const SampleBatch second = bench.Decode(payload);

  ASSERT_EQ(first.announced.size(), 1u);
  EXPECT_EQ(first.announced[0].key, (SeriesKey{"edge", "cpu", {{"host", "a"}}}));
  ASSERT_EQ(first.samples.size(), 1u);
  EXPECT_EQ(first.samples[0].series, first.announced[0].id);
  EXPECT_EQ(first.samples[0].value, 0.5);
  EXPECT_EQ(first.samples[0].time, kArrival);
  EXPECT_TRUE(second.announced.empty());
  ASSERT_EQ(second.samples.size(), 1u);
  EXPECT_EQ(second.samples[0].series, first.announced[0].id);
  EXPECT_TRUE(bench.rejects.empty());
}

TEST(Decoder, TheSameLabelsInWhateverFormAreTheSameSeries) {
  Bench bench;
  const SampleBatch batch = bench.Decode(R"([
    {"cluster":"edge","metric":"cpu","value":1,"labels":{"host":"a","rack":"r1"}},
    {"labels":{"rack":"r1","host":"a"},"value":2,"metric":"cpu","cluster":"edge"},
    { "cluster" : "edge" , "metric" : "c\u0070u" , "v\u0061lue" : 3 ,
      "l\u0061bels" : { "r\u0061ck" : "r\u0031" , "host" : "a" } , "note" : [{"x": null}, -1e-3] },
    {"cluster":"edge","metric":"cpu","value":4,"labels":{"host":"z","rack":"r1","host":"a"}}])");

  EXPECT_EQ(batch.announced.size(), 1u);
  ASSERT_EQ(batch.samples.size(), 4u);
  for (const Sample& sample : batch.samples) EXPECT_EQ(sample.series, batch.announced[0].id);
  EXPECT_EQ(batch.samples[2].value, 3);
}

TEST(Decoder, KeepsSeriesApartWhoseNamesJoinedAreTheSame) {
  Bench bench;
  const SampleBatch batch = bench.Decode(R"([
    {"cluster":"edge","metric":"ab","value":1},
    {"cluster":"edge","metric":"a","value":1,"labels":{"b":""}},
    {"cluster":"edge","metric":"a","value":1,"labels":{"":"b"}},
    {"cluster":"edge","metric":"a","value":1}])");
  EXPECT_EQ(batch.announced.size(), 4u);
}

TEST(Decoder, ReadsTimesInSecondsAndInMilliseconds) {
  struct Row {
    std::string time;
    Time read;
  };
  const std::int64_t seconds = kArrival.time_since_epoch().count() / 1000;
  const Row rows[] = {
      {std::to_string(seconds), kArrival},
      {std::to_string(seconds - 2) + ".25", At(-1750ms)},
      {std::to_string(seconds) + "e0", kArrival},
      {Milliseconds(At(-1ms)), At(-1ms)},
      {Milliseconds(At(30s)), At(30s)},
      {Milliseconds(At(-10min)), At(-10min)},
  };
  for (const Row& row : rows) {
    Bench bench;
    const SampleBatch batch =
        bench.Decode(R"({"cluster":"edge","metric":"m","value":1,"time":)" + row.time + "}");
    ASSERT_EQ(batch.samples.size(), 1u) << row.time;
    EXPECT_EQ(batch.samples[0].time, row.read) << row.time;
  }
}

TEST(Decoder, RefusesABadSampleOnceWithItsReasonAndTakesTheOthers) {
  struct Row {
    std::string sample;
    Reject reason;
  };
  const std::string start = R"({"cluster":"edge","metric":"m","value":1)";
  const std::string long_name(201, 'x');
  const Row rows[] = {
      {R"({"metric":"m","value":1})", Reject::kMissingMember},
      {R"({"cluster":"edge","value":1})", Reject::kMissingMember},
      {R"({"cluster":"edge","metric":"m"})", Reject::kMissingMember},
      {R"({})", Reject::kMissingMember},
      {R"({"cluster":7,"metric":"m","value":1})", Reject::kWrongType},
      {R"({"cluster":"edge","metric":["m"],"value":1})", Reject::kWrongType},
      {R"({"cluster":"edge","metric":"m","value":"1"})", Reject::kWrongType},
      {R"({"cluster":"edge","metric":"m","value":null})", Reject::kWrongType},
      {start + R"(,"time":"now"})", Reject::kWrongType},
      {start + R"(,"labels":["a"]})", Reject::kWrongType},
      {start + R"(,"labels":{"a":1}})", Reject::kWrongType},
      {R"({"cluster":"nowhere","metric":"m","value":1})", Reject::kUnknownCluster},
      {R"({"cluster":"edge","metric":"m","value":1e999})", Reject::kNotFinite},
      {R"({"cluster":"edge","metric":"m","value":-1e999 })", Reject::kNotFinite},
      {start + R"(,"time":1e999})", Reject::kNotFinite},
      {start + R"(,"time":)" + Milliseconds(At(-10min - 1ms)) + "}", Reject::kTooOld},
      {start + R"(,"time":-1e300})", Reject::kTooOld},
      {start + R"(,"time":)" + Milliseconds(At(30s + 1ms)) + "}", Reject::kInFuture},
      {start + R"(,"time":1e300})", Reject::kInFuture},
      {R"({"cluster":"edge","metric":")" + long_name + R"(","value":1})", Reject::kNameTooLong},
      {start + R"(,"labels":{"a":")" + long_name + R"("}})", Reject::kNameTooLong},
      {start + R"(,"labels":{")" + long_name + R"(":"a"}})", Reject::kNameTooLong},
      {start + R"(,"labels":{"a":"1","b":"1","c":"1","d":"1"}})", Reject::kTooManyLabels},
  };
  DecodeLimits limits;
  limits.max_labels = 3;
  const std::string good = R"({"cluster":"edge","metric":"good","value":1})";
  for (const Row& row : rows) {
    Bench bench(limits);
    const SampleBatch batch = bench.Decode("[" + good + "," + row.sample + "," + good + "]");
    EXPECT_EQ(bench.rejects, std::vector{row.reason}) << row.sample;
    EXPECT_EQ(batch.samples.size(), 2u) << row.sample;
    EXPECT_EQ(batch.announced.size(), 1u) << row.sample;
  }
}

TEST(Decoder, TakesNothingOfAFrameThatIsNotJsonAllTheWay) {
  const std::string good = R"({"cluster":"edge","metric":"m","value":1})";
  const std::string bad_too = R"({"cluster":"nowhere","metric":"m","value":1})";
  const std::string open = R"({"cluster":"edge","metric":"m","value":1,"x":)";
  const std::string payloads[] = {
      "",
      " ",
      "null",
      "7",
      "\"text\"",
      "[" + good + ",",
      "[" + good,
      "[" + good + "]]",
      "[" + good + ",]",
      "[" + good + "," + bad_too + ",7]",
      good + good,
      good + " x",
      "[" + good + "] {}",
      R"([{"cluster":"edge","metric":"m","value":NaN}])",
      R"([{"cluster":"edge","metric":"m","value":Infinity}])",
      R"([{"cluster":"edge","metric":"m","value":01}])",
      R"([{"cluster":"edge","metric":"m","value":1.}])",
      R"([{"cluster":"edge","metric":"m","value":1e}])",
      R"([{"cluster":"edge","metric":"m\q","value":1}])",
      R"([{"cluster":"edge" "metric":"m","value":1}])",
      R"([{"cluster":"edge","metric":"m","value":1,}])",
      R"([{"cluster":"edge","metric":"m","value":1)",
      "[" + good + "," + open + "tru}]",
      "[" + good + "," + open + "[1 2]}]",
      "[" + good + "," + open + R"({"a":nul}}])",
      "[" + good + "," + open + R"("\u12"}])",
      "[" + good + "," + open + "-}]",
      "[" + good + "," + open + std::string(100'000, '[') + "}]",
      "[" + good + "," + open + "\"\xff\"}]",
  };
  for (const std::string& payload : payloads) {
    Bench bench;
    const SampleBatch batch = bench.Decode(payload);
    EXPECT_EQ(bench.rejects, std::vector{Reject::kBadJson}) << payload.substr(0, 200);
    EXPECT_TRUE(batch.samples.empty()) << payload.substr(0, 200);
    EXPECT_TRUE(batch.announced.empty()) << payload.substr(0, 200);
    // The decoder is none the worse for it.
    EXPECT_EQ(bench.Decode(good).samples.size(), 1u) << payload.substr(0, 200);
  }
}

TEST(Decoder, AFrameMayBeAsLargeAsTheLimitAndNoLarger) {
  const std::string sample = R"({"cluster":"edge","metric":"m","value":1})";
  DecodeLimits limits;
  limits.max_frame_bytes = sample.size();
  Bench bench(limits);
  EXPECT_EQ(bench.Decode(sample).samples.size(), 1u);
  EXPECT_TRUE(bench.Decode(sample + " ").samples.empty());
  EXPECT_EQ(bench.rejects, std::vector{Reject::kTooLarge});
}

TEST(Decoder, AnEmptyArrayHasNothingWrongWithIt) {
  Bench bench;
  EXPECT_TRUE(bench.Decode("[]").samples.empty());
  EXPECT_TRUE(bench.rejects.empty());
}

std::string SampleOf(const std::string& metric) {
  return R"({"cluster":"edge","metric":")" + metric + R"(","value":1})";
}

TEST(Decoder, AFullTableRefusesNewSeriesUntilAnIdleOneMakesRoom) {
  DecodeLimits limits;
  limits.max_series = 2;
  limits.series_ttl = 1min;
  Bench bench(limits);
  const SampleBatch first = bench.Decode("[" + SampleOf("a") + "," + SampleOf("b") + "]");
  bench.Decode(SampleOf("c"), At(1s));
  EXPECT_EQ(bench.rejects, std::vector{Reject::kTooManySeries});

  bench.Decode(SampleOf("b"), At(59s));
  const SampleBatch later = bench.Decode(SampleOf("c"), At(60s));
  EXPECT_EQ(later.retired, std::vector{first.announced[0].id});
  ASSERT_EQ(later.announced.size(), 1u);
  EXPECT_EQ(later.announced[0].key.metric, "c");
  // An id never stands in both lists of one batch.
  EXPECT_NE(later.announced[0].id, first.announced[0].id);

  // Once the retirement has been handed over, the id may stand for something else.
  const SampleBatch last = bench.Decode(SampleOf("d"), At(59s + 1min));
  ASSERT_EQ(last.announced.size(), 1u);
  EXPECT_EQ(last.announced[0].id, first.announced[0].id);
}

TEST(Decoder, ManySeriesComeAndGoWithoutBeingTakenForEachOther) {
  DecodeLimits limits;
  limits.series_ttl = 8s;
  Bench bench(limits);
  std::map<SeriesId, std::string> live;
  for (int i = 0; i < 20'000; ++i) {
    // Of every two new names one is heard again later, so that retirements leave holes.
    const int name = i % 3 == 2 ? i - 1500 : i;
    const std::string metric = "m" + std::to_string(name);
    const SampleBatch batch = bench.Decode(SampleOf(metric), At(Duration(i * 4)));
    for (const SeriesId id : batch.retired) EXPECT_EQ(live.erase(id), 1u);
    for (const auto& announced : batch.announced) {
      EXPECT_TRUE(live.emplace(announced.id, announced.key.metric).second);
    }
    ASSERT_EQ(batch.samples.size(), 1u);
    ASSERT_EQ(live.at(batch.samples[0].series), metric);
  }
  EXPECT_LT(live.size(), 5'000u);
}

TEST(Names, EveryRejectHasAWordOfItsOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i < kRejects; ++i) names.insert(Name(static_cast<Reject>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kRejects));
}

}  // namespace
}  // namespace spillway::bus
