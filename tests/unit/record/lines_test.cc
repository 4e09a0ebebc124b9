#include "scaler/record/lines.h"

#include <gmock/gmock.h>

#include "scaler/record/compressed_file.h"
#include "tests/support/records.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class T>
T Back(const std::string& line) {
  EXPECT_EQ(line.back(), '\n');
  return std::get<T>(LineFrom(line.substr(0, line.size() - 1)));
}

TEST(RecordedLines, SamplesComeBackToTheLastBit) {
  SampleBatch batch;
  batch.retired = {4, 5};
  batch.announced = {{7, {"edge", "cpu", {{"host", "a \"b\""}, {"site", "ä"}}}}};
  batch.samples = {{7, 0.1 + 0.2, At(1ms)}, {9, -1e300, At(2s)}, {9, 3, At(3s)}};
  const auto back = Back<RecordedSamples>(SamplesLine(batch, At(4s)));
  EXPECT_EQ(back.time, At(4s));
  EXPECT_THAT(back.batch.retired, ElementsAre(4, 5));
  ASSERT_EQ(back.batch.announced.size(), 1u);
  EXPECT_EQ(back.batch.announced[0].key, batch.announced[0].key);
  ASSERT_EQ(back.batch.samples.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.batch.samples[i].value, batch.samples[i].value);
    EXPECT_EQ(back.batch.samples[i].time, batch.samples[i].time);
    EXPECT_EQ(back.batch.samples[i].series, batch.samples[i].series);
  }
}

TEST(RecordedLines, AnEvaluationComesBackWhole) {
  EvaluationLine line{At(1s),
                      "edge",
                      {AFullHost("h-1"), AHost("h-2")},
                      {"h-0"},
                      AFullClusterState("edge"),
                      RecordedMarket{},
                      {},
                      true,
                      DecisionText(ADecision("edge-1", At(1s)))};
  line.market->offers = {AFullOffer()};
  line.market->backoffs = {{"cloud/fra/m", At(1h), 3, "no capacity"}};
  line.market->quota_room = {{"standard", {"standard", 12, QuotaUnit::kMachines}}};
  line.market->stock_room = {{"cloud/fra/m", 4}};
  line.market->round_trips = {{"fra", 12ms}};
  WaitingList list{SignalState::kPartial, 3s, {}, "slow"};
  list.guests = {{"vm-1", 150, 512, Hypervisor::kLxc, WaitCause::kElsewhere, "no such node"},
                 {"vm-2", 100, 256, {}, WaitCause::kCapacity, ""}};
  line.waiting = {{}, {list, {}}};
  const auto back = Back<EvaluationLine>(TextOf(line));
  EXPECT_EQ(back.time, line.time);
  EXPECT_EQ(back.hosts, line.hosts);
  EXPECT_EQ(back.gone, line.gone);
  EXPECT_EQ(back.state, line.state);
  EXPECT_EQ(back.market->offers, line.market->offers);
  EXPECT_EQ(back.market->backoffs, line.market->backoffs);
  EXPECT_EQ(back.market->quota_room, line.market->quota_room);
  EXPECT_EQ(back.market->stock_room, line.market->stock_room);
  EXPECT_EQ(back.market->round_trips, line.market->round_trips);
  EXPECT_EQ(back.waiting, line.waiting);
  EXPECT_TRUE(back.is_news);
  EXPECT_EQ(back.decision, line.decision);
}

TEST(RecordedLines, WhatIsAsBeforeIsLeftOut) {
  const EvaluationLine line{At(1s), "edge", {}, {}, {}, {}, {}, false, DigestOf("text")};
  EXPECT_LT(TextOf(line).size(), 100u);
  const auto back = Back<EvaluationLine>(TextOf(line));
  EXPECT_FALSE(back.is_news);
  EXPECT_FALSE(back.state.has_value());
  EXPECT_FALSE(back.market.has_value());
  EXPECT_EQ(back.decision, DigestOf("text"));
}

TEST(RecordedLines, BeginningsSeriesAndMemoriesComeBack) {
  EXPECT_EQ(Back<SegmentStart>(BeginLine(At(1s), "a: \"b\"\n")).configuration, "a: \"b\"\n");
  Series series(3);
  series.Add({At(1s), 0.5});
  series.Add({At(2s), 1e-9});
  const auto back =
      Back<RecordedSeries>(SeriesLine(3, {"edge", "cpu", {{"a", "b"}}}, series, At(0s)));
  EXPECT_EQ(back.id, 3u);
  EXPECT_EQ(back.key, (SeriesKey{"edge", "cpu", {{"a", "b"}}}));
  EXPECT_THAT(back.points, ElementsAre(Point{At(1s), 0.5}, Point{At(2s), 1e-9}));
  const auto late = Back<RecordedSeries>(SeriesLine(3, {"edge", "cpu", {}}, series, At(1h)));
  EXPECT_THAT(late.points, ElementsAre(Point{At(2s), 1e-9})) << "the newest says how old it is";
  const std::string bytes("\0\xff\x10 text", 8);
  EXPECT_EQ(Back<PolicyMemory>(MemoryLine("edge", "load", bytes)),
            (PolicyMemory{"edge", "load", bytes}));
}

TEST(RecordedLines, DamagedOnesAreTold) {
  for (const char* text : {"", "{", "{}", R"({"k":"unheard-of"})", R"({"k":"samples","t":1})",
                           R"({"k":"begin","version":2,"t":1,"configuration":""})"}) {
    EXPECT_THROW(LineFrom(text), RecordError) << text;
  }
}

TEST(RecordedLines, TheDigestIsTheOneOfFnv) {
  EXPECT_EQ(DigestOf(""), "cbf29ce484222325");
  EXPECT_EQ(DigestOf("a"), "af63dc4c8601ec8c");
}

}  // namespace
}  // namespace spillway
