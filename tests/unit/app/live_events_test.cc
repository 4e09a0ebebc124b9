#include "scaler/app/live_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/driven_service.h"
#include "tests/support/records.h"

namespace spillway {
namespace {

using namespace spillway::testing;

constexpr const char* kEdge = "event: cluster\ndata: {\"cluster\":\"edge\"}\n\n";

class LiveEventsTest : public ::testing::Test, protected DrivenService {
 protected:
  std::size_t TimesNamed() {
    const std::string text = reader_->Take();
    std::size_t times = 0;
    for (std::size_t at = 0; (at = text.find(kEdge, at)) != std::string::npos; ++at) ++times;
    return times;
  }

  EventStream stream_{"a1", {}, metrics_};
  LiveEvents live_{loop_, stream_};
  std::shared_ptr<EventReader> reader_ = stream_.Open(std::nullopt, "");
};

TEST_F(LiveEventsTest, TellsWhatTheApiWouldGiveAndNamesTheCluster) {
  live_.Tell(ADecision("edge-7", At(0s)));
  loop_.RunFor(10ms);
  const std::string text = reader_->Take();
  const std::string head = "id: a1-1\nevent: decision\ndata: ";
  ASSERT_TRUE(text.starts_with(head) && text.ends_with(std::string("\n\n") + kEdge)) << text;
  const auto data =
      nlohmann::json::parse(text.substr(head.size(), text.find('\n', head.size()) - head.size()));
  EXPECT_EQ(data.at("id"), "edge-7");
  EXPECT_EQ(data.at("plan").at("take").at(0).at("count"), 2);
}

TEST_F(LiveEventsTest, NamesAClusterAtOnceAndThenAtMostOnceASecond) {
  live_.Touch("edge");
  loop_.RunFor(100ms);
  EXPECT_EQ(TimesNamed(), 1u);
  for (int i = 1; i < 25; ++i) {  // for two and a half seconds in all
    live_.Touch("edge");
    loop_.RunFor(100ms);
  }
  EXPECT_EQ(TimesNamed(), 2u);
  loop_.RunFor(10s);
  EXPECT_EQ(TimesNamed(), 1u) << "what changed last is told too";
}

TEST_F(LiveEventsTest, NamesClustersThatDecidedAndThoseWhoseSignalsMoved) {
  std::vector<PolicyList> policies(1);
  policies[0].push_back(FollowLoad());
  ControlLoop control(Context(), store_, std::move(policies), {}, nobody_);
  control.Watch(live_);
  control.Start();
  SampleBatch batch{
      .retired = {}, .announced = {{0, {"edge", "load", {}}}}, .samples = {{0, 100, loop_.Now()}}};
  control.OnSamples(batch);
  loop_.RunFor(5s);
  EXPECT_GT(TimesNamed(), 0u);
  loop_.RunFor(25s);
  TimesNamed();
  loop_.RunFor(10s);
  EXPECT_EQ(TimesNamed(), 0u) << "the signal is the same, and only older";
  batch.announced.clear();
  batch.samples = {{0, 130, loop_.Now()}};
  control.OnSamples(batch);
  loop_.RunFor(50ms);
  EXPECT_EQ(TimesNamed(), 1u);
}

TEST_F(LiveEventsTest, ShowsThatTheConnectionLives) {
  loop_.RunFor(29s);
  EXPECT_EQ(reader_->Take(), ":\n\n");
}

}  // namespace
}  // namespace spillway
