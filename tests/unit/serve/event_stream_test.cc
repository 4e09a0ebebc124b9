#include "scaler/serve/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway {
namespace {

using ::testing::HasSubstr;
using Clusters = std::optional<std::set<std::string>>;

constexpr Clusters kAll = std::nullopt;

class EventStreamTest : public ::testing::Test {
 protected:
  static std::string Frame(int number) {
    const std::string n = std::to_string(number);
    return "id: a1-" + n + "\nevent: host\ndata: " + n + "\n\n";
  }
  static std::string Gap(int newest) {
    return "id: a1-" + std::to_string(newest) + "\nevent: gap\ndata: {}\n\n";
  }
  // Events 1 to `last`, of the cluster edge, whose data are their numbers.
  void PublishUpTo(int last) {
    for (; published_ < last; ++published_) {
      stream_.Publish("host", "edge", std::to_string(published_ + 1));
    }
  }
  std::string Resumed(std::string_view last_id) { return stream_.Open(kAll, last_id)->Take(); }

  Metrics metrics_;
  EventStream stream_{
      "a1", {.kept_events = 3, .kept_bytes = 500, .queued_bytes = 200, .readers = 2}, metrics_};
  int published_ = 0;
};

TEST_F(EventStreamTest, AReaderGetsWhatComesAfterItInOrder) {
  PublishUpTo(1);
  const auto reader = stream_.Open(kAll, "");
  EXPECT_EQ(reader->Take(), "");
  PublishUpTo(3);
  EXPECT_EQ(reader->Take(), Frame(2) + Frame(3));
  EXPECT_EQ(reader->Take(), "");
}

TEST_F(EventStreamTest, AReaderThatComesBackGoesOnAfterTheLastItSaw) {
  PublishUpTo(5);
  EXPECT_EQ(Resumed("a1-3"), Frame(4) + Frame(5));
  EXPECT_EQ(Resumed("a1-2"), Frame(3) + Frame(4) + Frame(5)) << "all that are kept";
  EXPECT_EQ(Resumed("a1-5"), "");
}

TEST_F(EventStreamTest, WhatIsNotKnownAnyMoreIsAGapAfterWhichItGoesOn) {
  PublishUpTo(5);
  for (const char* id :
       {"a1-1", "a1-6", "b2-4", "a1-", "a1-4x", "a1--1", "nonsense", "a1-99999999999999999999"}) {
    EXPECT_EQ(Resumed(id), Gap(5)) << id;
  }
  EXPECT_EQ(Resumed("a1-5"), "") << "the gap's own id";
}

TEST_F(EventStreamTest, WhatIsMoreThanAReaderMayHaveAtOnceIsAGap) {
  for (int i = 0; i < 3; ++i) stream_.Publish("host", "edge", std::string(100, 'x'));
  const auto reader = stream_.Open(kAll, "a1-0");
  EXPECT_FALSE(reader->is_dropped());
  EXPECT_EQ(reader->Take(), Gap(3));
}

TEST_F(EventStreamTest, BeforeTheFirstEventAnEarlierLifeIsAGap) {
  EXPECT_EQ(Resumed("b2-7"), Gap(0));
  PublishUpTo(1);
  EXPECT_EQ(Resumed("a1-0"), Frame(1));
}

TEST_F(EventStreamTest, AReaderSeesItsClustersOnlyAlsoOfWhatWasBefore) {
  const auto reader = stream_.Open(Clusters({"core"}), "");
  PublishUpTo(1);
  stream_.Publish("decision", "core", "{}");
  const std::string frame = "id: a1-2\nevent: decision\ndata: {}\n\n";
  EXPECT_EQ(reader->Take(), frame);
  EXPECT_EQ(stream_.Open(Clusters({"core"}), "a1-0")->Take(), frame);
  stream_.Publish("decision", "", "{}");  // of the deployment as a whole
  EXPECT_EQ(reader->Take(), "");
}

TEST_F(EventStreamTest, ASlowReaderIsDroppedAndCountedOnceAndHoldsNobodyUp) {
  const auto slow = stream_.Open(kAll, "");
  const auto quick = stream_.Open(kAll, "");
  int told = 0;
  slow->on_news = [&] { ++told; };
  std::string seen;
  std::string expected;
  for (int i = 1; i <= 50; ++i) {
    PublishUpTo(i);
    seen += quick->Take();
    expected += Frame(i);
  }
  EXPECT_TRUE(slow->is_dropped());
  EXPECT_EQ(slow->Take(), "") << "what it had is not kept";
  const int frames_that_fit = static_cast<int>(200 / Frame(1).size());
  EXPECT_EQ(told, frames_that_fit + 1) << "and the last time because it was dropped";
  EXPECT_EQ(seen, expected);
  EXPECT_FALSE(quick->is_dropped());
  EXPECT_THAT(metrics_.Expose(), HasSubstr("spillway_serve_event_readers_dropped_total 1\n"));
}

TEST_F(EventStreamTest, ThereAreOnlySoManyReadersAndOneThatWentMakesRoom) {
  auto first = stream_.Open(kAll, "");
  const auto second = stream_.Open(kAll, "");
  EXPECT_EQ(stream_.Open(kAll, ""), nullptr);
  EXPECT_THAT(metrics_.Expose(), HasSubstr("spillway_serve_event_readers 2\n"));
  first.reset();
  EXPECT_NE(stream_.Open(kAll, ""), nullptr);
}

TEST_F(EventStreamTest, DataOfSeveralLinesStayOneEvent) {
  const auto reader = stream_.Open(kAll, "");
  stream_.Publish("host", "edge", "a\nb");
  EXPECT_EQ(reader->Take(), "id: a1-1\nevent: host\ndata: a\ndata: b\n\n");
}

TEST_F(EventStreamTest, ABigEventPushesOutThoseBeforeIt) {
  PublishUpTo(2);
  stream_.Publish("host", "edge", std::string(450, 'x'));
  EXPECT_EQ(Resumed("a1-1"), Gap(3));
}

TEST_F(EventStreamTest, AChangedClusterIsNamedAtOnceAndOnceToThoseWhoComeBack) {
  const auto reader = stream_.Open(kAll, "");
  PublishUpTo(1);
  const std::string edge = "event: cluster\ndata: {\"cluster\":\"edge\"}\n\n";
  stream_.Touch("edge");
  stream_.Touch("edge");
  EXPECT_EQ(reader->Take(), Frame(1) + edge + edge);
  PublishUpTo(2);
  EXPECT_EQ(Resumed("a1-1"), Frame(2) + edge);
  EXPECT_EQ(Resumed("a1-2"), "") << "it changed before";
  EXPECT_EQ(stream_.Open(Clusters({"core"}), "a1-0")->Take(), "");
}

TEST_F(EventStreamTest, AReaderThatMayNotGoOnIsDroppedAtTheNextBeat) {
  const auto reader = stream_.Open(kAll, "");
  bool may = true;
  reader->may_go_on = [&] { return may; };
  stream_.Beat();
  EXPECT_FALSE(reader->is_dropped());
  may = false;
  stream_.Beat();
  EXPECT_TRUE(reader->is_dropped());
  EXPECT_THAT(metrics_.Expose(), HasSubstr("spillway_serve_event_readers_dropped_total 0\n"));
}

TEST_F(EventStreamTest, ABeatIsNoEvent) {
  const auto reader = stream_.Open(kAll, "");
  stream_.Beat();
  EXPECT_EQ(reader->Take(), ":\n\n");
  PublishUpTo(1);
  EXPECT_EQ(reader->Take(), Frame(1));
}

}  // namespace
}  // namespace spillway
