#include "scaler/serve/repeated_posts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using testing::At;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kRequest = "POST /v1/clusters/edge/scale {\"hosts\":3}";

KeptAnswer AnAnswer(Duration at, const std::string& request = kRequest) {
  return {request, 202, "application/json", "{\"decision\":\"edge-7\"}", At(at)};
}

// "fresh", "other", or the body that was kept.
std::string Said(const RepeatedPosts::Known& known) {
  if (std::holds_alternative<RepeatedPosts::Fresh>(known)) return "fresh";
  if (std::holds_alternative<RepeatedPosts::OtherRequest>(known)) return "other";
  return std::get<const KeptAnswer*>(known)->body;
}

class RepeatedPostsTest : public ::testing::Test {
 protected:
  void Keep(const std::string& caller, const std::string& key, Duration at) {
    posts_.Keep(RepeatedPosts::NoteKey(caller, key), AnAnswer(at));
  }
  std::string Asked(const std::string& caller, const std::string& key, Duration at,
                    const std::string& request = kRequest) {
    return Said(posts_.Find(caller, key, request, At(at)));
  }

  RepeatedPosts posts_{3};
};

TEST_F(RepeatedPostsTest, TheSameRequestUnderItsKeyGetsTheFirstAnswerForADay) {
  EXPECT_EQ(Asked("anna", "k", 0s), "fresh");
  Keep("anna", "k", 0s);
  EXPECT_EQ(Asked("anna", "k", 0s), AnAnswer(0s).body);
  EXPECT_EQ(Asked("anna", "k", 24h - 1ms), AnAnswer(0s).body);
  EXPECT_EQ(Asked("anna", "k", 24h), "fresh");
}

TEST_F(RepeatedPostsTest, AnotherRequestUnderTheSameKeyIsTold) {
  Keep("anna", "k", 0s);
  EXPECT_EQ(Asked("anna", "k", 1s, "POST /v1/clusters/edge/scale {\"hosts\":4}"), "other");
  EXPECT_EQ(Asked("anna", "k", 25h, "something else"), "fresh");
}

TEST_F(RepeatedPostsTest, AKeyIsItsCallersOwn) {
  Keep("anna", "k", 0s);
  EXPECT_EQ(Asked("ben", "k", 1s), "fresh");
  EXPECT_EQ(Asked("annak", "", 1s), "fresh");
}

TEST_F(RepeatedPostsTest, WhatIsOverIsForgottenAndNamed) {
  Keep("anna", "1", 0s);
  Keep("anna", "2", 1h);
  EXPECT_THAT(posts_.Forget(At(24h - 1ms)), IsEmpty());
  EXPECT_THAT(posts_.Forget(At(24h)), ElementsAre("anna\n1"));
  EXPECT_EQ(Asked("anna", "2", 24h), AnAnswer(1h).body);
  EXPECT_EQ(posts_.size(), 1u);
}

TEST_F(RepeatedPostsTest, BeyondTheMostTheOldestGo) {
  for (int i = 1; i <= 5; ++i) Keep("anna", std::to_string(i), i * 1s);
  EXPECT_THAT(posts_.Forget(At(5s)), ElementsAre("anna\n1", "anna\n2"));
  EXPECT_EQ(posts_.size(), 3u);
}

TEST_F(RepeatedPostsTest, AKeyThatIsUsedAgainAfterADayLivesByItsSecondAnswer) {
  Keep("anna", "k", 0s);
  Keep("anna", "k", 24h);
  EXPECT_THAT(posts_.Forget(At(25h)), IsEmpty());
  EXPECT_EQ(Asked("anna", "k", 47h), AnAnswer(24h).body);
  EXPECT_THAT(posts_.Forget(At(48h)), ElementsAre("anna\nk"));
}

TEST(KeptAnswerText, IsReadBackAsItWas) {
  EXPECT_EQ(KeptAnswerFrom(TextOf(AnAnswer(90s))), AnAnswer(90s));
  KeptAnswer odd = AnAnswer(0s);
  odd.body = "\xff";
  EXPECT_TRUE(KeptAnswerFrom(TextOf(odd)));
}

TEST(KeptAnswerText, AnythingElseIsNone) {
  for (const char* text : {"", "no JSON", "{}", "[]", R"({"fingerprint": 1})"}) {
    EXPECT_FALSE(KeptAnswerFrom(text)) << text;
  }
}

TEST(IdempotencyKey, IsPrintableAndNotTooLong) {
  EXPECT_TRUE(IsIdempotencyKey("8e03978e-40d5-43dd-bc93-6894a57f9324"));
  EXPECT_TRUE(IsIdempotencyKey(std::string(255, 'k')));
  for (const std::string& key : {std::string(), std::string(256, 'k'), std::string("a b"),
                                 std::string("a\nb"), std::string("\x7f"), std::string("ä")}) {
    EXPECT_FALSE(IsIdempotencyKey(key)) << key;
  }
}

}  // namespace
}  // namespace spillway
