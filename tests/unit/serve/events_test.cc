#include <gmock/gmock.h>

#include "tests/unit/serve/api_fixture.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::HasSubstr;

class EventsTest : public ApiTest {
 protected:
  std::shared_ptr<HttpStream> Open(const std::string& target,
                                   const std::string& token = "viewer-token",
                                   const HttpHeaders& headers = {}) {
    HttpQuestion question = QuestionOf(target, token, "GET", "192.0.2.1");
    question.headers.insert(question.headers.end(), headers.begin(), headers.end());
    const HttpAnswer answer = router_(question);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.content_type, "text/event-stream");
    return answer.stream;
  }
  void PublishOneOfEach() {
    events_.Publish("host", "edge", "1");
    events_.Publish("host", "far", "2");
  }
  static std::string Frame(int number) {
    return "id: a1-" + std::to_string(number) + "\nevent: host\ndata: " + std::to_string(number) +
           "\n\n";
  }
};

TEST_F(EventsTest, GoToThoseWhoMaySeeTheirCluster) {
  const auto all = Open("/v1/events");
  const auto scoped = Open("/v1/events", "edge-token");
  PublishOneOfEach();
  EXPECT_EQ(all->Take(), Frame(1) + Frame(2));
  EXPECT_EQ(scoped->Take(), Frame(1));
}

TEST_F(EventsTest, OfOneClusterForWhoAsksForThemAndMay) {
  const auto far = Open("/v1/events?cluster=far");
  PublishOneOfEach();
  EXPECT_EQ(far->Take(), Frame(2));
  EXPECT_EQ(Ask("/v1/events?cluster=far", "edge-token").status, 404);
  EXPECT_EQ(Ask("/v1/events?cluster=moon").status, 404);
}

TEST_F(EventsTest, GoOnAfterWhatTheHeaderSaysOrTheQueryWhereThereIsNone) {
  PublishOneOfEach();
  EXPECT_EQ(Open("/v1/events?after=a1-1")->Take(), Frame(2));
  EXPECT_EQ(Open("/v1/events", "viewer-token", {{"last-event-id", "a1-1"}})->Take(), Frame(2));
  EXPECT_EQ(Open("/v1/events?after=a1-0", "viewer-token", {{"last-event-id", "a1-1"}})->Take(),
            Frame(2))
      << "the query is that of the first connection";
  EXPECT_THAT(Open("/v1/events?after=b2-7")->Take(), HasSubstr("event: gap\n"));
}

TEST_F(EventsTest, AreRefusedToOneReaderTooMany) {
  const auto first = Open("/v1/events");
  const auto second = Open("/v1/events");
  const HttpAnswer third = Ask("/v1/events");
  EXPECT_EQ(third.status, 503);
  EXPECT_THAT(third.body, HasSubstr("too_many_readers"));
}

TEST_F(EventsTest, EndForATokenThatWasRevokedOrChanged) {
  const auto stays = Open("/v1/events", "edge-token");
  const auto ends = Open("/v1/events", "operator-token");
  events_.Beat();
  EXPECT_FALSE(ends->has_ended());
  access_.SetTokens({{"ed", Sha256Hex("edge-token"), Role::kViewer, {"edge"}, At(0s)},
                     {"otto", Sha256Hex("operator-token"), Role::kOperator, {"far"}, At(0s)}});
  events_.Beat();
  EXPECT_FALSE(stays->has_ended());
  EXPECT_TRUE(ends->has_ended());
}

}  // namespace
}  // namespace spillway
