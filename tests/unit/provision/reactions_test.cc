#include "scaler/provision/reactions.h"

#include <gtest/gtest.h>

#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;

TEST(Reactions, EveryErrorKindHasItsRow) {
  struct Row {
    ErrorKind kind;
    CreateReaction create;
    BackoffScope scope;
    bool counts;
  };
  const Row rows[] = {
      {ErrorKind::kTransient, CreateReaction::kRetry, BackoffScope::kNone, true},
      {ErrorKind::kThrottled, CreateReaction::kSlowDown, BackoffScope::kNone, false},
      {ErrorKind::kNoCapacity, CreateReaction::kFail, BackoffScope::kGroup, false},
      {ErrorKind::kQuota, CreateReaction::kFail, BackoffScope::kQuota, false},
      {ErrorKind::kNotFound, CreateReaction::kFail, BackoffScope::kOffer, true},
      {ErrorKind::kDenied, CreateReaction::kFail, BackoffScope::kProvider, true},
      {ErrorKind::kInvalid, CreateReaction::kFail, BackoffScope::kOffer, true},
      {ErrorKind::kConflict, CreateReaction::kLook, BackoffScope::kNone, true},
      {ErrorKind::kUnknownOutcome, CreateReaction::kLook, BackoffScope::kNone, true},
  };
  for (const Row& row : rows) {
    const Reaction& reaction = ReactionTo(row.kind);
    EXPECT_EQ(reaction.create, row.create) << Name(row.kind);
    EXPECT_EQ(reaction.scope, row.scope) << Name(row.kind);
    EXPECT_EQ(reaction.counts, row.counts) << Name(row.kind);
    EXPECT_EQ(reaction.first > 0s, row.scope != BackoffScope::kNone) << Name(row.kind);
  }
}

TEST(Backoff, DoublesWithEachStrikeUpToItsLongestAndIsForgotten) {
  const Reaction& reaction = ReactionTo(ErrorKind::kNoCapacity);
  OfferBackoff backoff;
  Duration expected = reaction.first;
  Time now = At(0s);
  for (int i = 0; i < 12; ++i) {
    backoff = AfterStrike(backoff, "k", reaction, "none left", now);
    EXPECT_EQ(backoff.until - now, std::min(expected, reaction.longest)) << "strike " << i + 1;
    expected *= 2;
    now = backoff.until + 1s;
  }
  const Time much_later = backoff.until + reaction.longest + 1s;
  EXPECT_EQ(AfterStrike(backoff, "k", reaction, "", much_later).until - much_later, reaction.first);
}

TEST(Backoff, KeysNameWhatRunsOutTogether) {
  HostRecord host = AHost("a");
  EXPECT_EQ(BackoffKey(BackoffScope::kGroup, host), "cloud/fra/m") << "no group: the offer";
  host.offer_group = "cloud/m";
  host.quota = "cloud-vcpu";
  EXPECT_EQ(BackoffKey(BackoffScope::kGroup, host), "cloud/m");
  EXPECT_EQ(BackoffKey(BackoffScope::kQuota, host), "cloud-vcpu");
  EXPECT_EQ(BackoffKey(BackoffScope::kProvider, host), "cloud");
}

TEST(RetryDelay, GrowsWithinItsBounds) {
  EXPECT_EQ(RetryDelay(1, 0.0), 1s);
  EXPECT_EQ(RetryDelay(3, 0.0), 4s);
  EXPECT_EQ(RetryDelay(100, 0.0), 60s);
  for (int i = 1; i < 20; ++i) EXPECT_LT(RetryDelay(i, 0.999), 2min);
}

}  // namespace
}  // namespace spillway
