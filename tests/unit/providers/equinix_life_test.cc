#include <gtest/gtest.h>

#include "tests/unit/providers/equinix_account.h"

namespace spillway {
namespace {

using fakes::EquinixFault;
using namespace std::chrono_literals;
using testing::AnEquinixSpec;
using testing::EquinixAccount;

const std::vector<std::string> kMine = {"spillway-owner:me", "spillway-token:t"};

TEST(EquinixFind, FollowsAMachineUntilItRuns) {
  EquinixAccount account({.hidden_looks = 1, .starting_looks = 2});
  const auto made = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_TRUE(made);
  const auto look = [&] { return account.provider->Find("token-1", "fr", made->id); };
  EXPECT_EQ(look().error().kind, ErrorKind::kNotFound);
  const auto queued = look();
  ASSERT_TRUE(queued);
  EXPECT_EQ(queued->state, MachineState::kStarting);
  EXPECT_EQ(queued->state_text, "queued");
  EXPECT_EQ(queued->address, "");
  const auto provisioning = look();
  ASSERT_TRUE(provisioning);
  EXPECT_EQ(provisioning->state, MachineState::kStarting);
  EXPECT_EQ(provisioning->state_text, "provisioning, 40 %");
  const auto active = look();
  ASSERT_TRUE(active);
  EXPECT_EQ(active->state, MachineState::kRunning);
  EXPECT_EQ(active->address, "127.0.0.1");
}

TEST(EquinixFind, FindsByTheTokenAloneOnWhateverPage) {
  EquinixAccount account({.page_size = 1});
  for (int i = 1; i <= 3; ++i) {
    account.metal.Add("fr", "c3.small.x86", {"spillway-token:t" + std::to_string(i)});
  }
  const auto found = account.provider->Find("t3", "fr", "");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->id, account.metal.devices().at(2).id);
  EXPECT_EQ(account.provider->Find("t4", "fr", "").error().kind, ErrorKind::kNotFound);
}

TEST(EquinixFind, DoesNotTakeALookThatFailedForAbsence) {
  EquinixAccount account({.page_size = 1});
  account.metal.Add("fr", "c3.small.x86", kMine);
  for (const EquinixFault& fault :
       {EquinixFault::Page(502), EquinixFault::Garbled("{}"),
        EquinixFault::Garbled(R"({"devices":[{"hostname":"who"}],"meta":{"total":1}})")}) {
    account.metal.Fail("list devices", fault);
    const auto found = account.provider->Find("t", "fr", "");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::kTransient) << Describe(found.error());
  }
}

struct State {
  const char* word;
  MachineState state;
};

class EquinixStates : public ::testing::TestWithParam<State> {};

TEST_P(EquinixStates, HaveTheirMeaning) {
  EquinixAccount account({.starting_looks = 9, .removing_looks = 9});
  const std::string id = account.metal.Add("fr", "c3.small.x86", kMine);
  account.metal.SetState(id, GetParam().word);
  const auto found = account.provider->Find("t", "fr", "");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->state, GetParam().state) << found->state_text;
  EXPECT_TRUE(found->state_text.starts_with(GetParam().word)) << found->state_text;
}

INSTANTIATE_TEST_SUITE_P(All, EquinixStates,
                         ::testing::Values(State{"queued", MachineState::kStarting},
                                           State{"provisioning", MachineState::kStarting},
                                           State{"active", MachineState::kRunning},
                                           State{"failed", MachineState::kStopped},
                                           State{"powering_on", MachineState::kStarting},
                                           State{"powering_off", MachineState::kStopped},
                                           State{"reinstalling", MachineState::kStarting},
                                           State{"inactive", MachineState::kStopped},
                                           State{"deprovisioning", MachineState::kStopping},
                                           State{"hibernating", MachineState::kUnknown}));

TEST(EquinixFind, SaysWhyAMachineDidNotStart) {
  const std::pair<const char*, std::optional<ErrorKind>> cases[] = {
      {"Provisioning failed: no available servers", ErrorKind::kNoCapacity},
      {"Provisioning failed: quota of the project", ErrorKind::kQuota},
      {"Provisioning failed: the disk is broken", std::nullopt}};
  for (const auto& [event, failure] : cases) {
    EquinixAccount account({.starting_looks = 0});
    account.metal.FailStarts(event);
    const auto made = account.provider->Create(AnEquinixSpec("token-1"));
    ASSERT_TRUE(made);
    const auto found = account.provider->Find("token-1", "fr", made->id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, MachineState::kStopped) << "it exists until it is deleted";
    EXPECT_EQ(found->start_failure, failure) << event;
    EXPECT_EQ(found->state_text, std::string("failed: ") + event);
  }
}

TEST(EquinixFind, OfAFailedMachineDoesWithoutTheCause) {
  EquinixAccount account({.starting_looks = 0});
  account.metal.FailStarts("no available servers");
  const auto made = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_TRUE(made);
  account.metal.Fail("list events", EquinixFault::Page(502));
  const auto found = account.provider->Find("token-1", "fr", made->id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, MachineState::kStopped);
  EXPECT_EQ(found->start_failure, std::nullopt);
  EXPECT_TRUE(found->state_text.starts_with("failed; why is not known")) << found->state_text;
}

TEST(EquinixFind, OfADeletedMachineThatIsStillShownSaysThatItIsGone) {
  EquinixAccount account;
  account.metal.Fail("get device",
                     EquinixFault::Garbled(R"({"id":"d-1","tags":[],"state":"deleted"})"));
  const std::string id = account.metal.Add("fr", "c3.small.x86", kMine);
  const auto found = account.provider->Find("t", "fr", id);
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->state, MachineState::kGone);
}

TEST(EquinixFind, OfAMachineThatEquinixTookBackSaysThatItIsGone) {
  EquinixAccount account;
  const auto made = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_TRUE(made);
  account.metal.TakeAway(made->id);
  const auto found = account.provider->Find("token-1", "fr", made->id);
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->state, MachineState::kGone);
  EXPECT_EQ(found->state_text, "taken away by Equinix: You are not authorized to view this");
}

TEST(EquinixFind, DoesNotTakeAKeyWithoutRightsForAMachineThatIsGone) {
  EquinixAccount account;
  const std::string id = account.metal.Add("fr", "c3.small.x86", kMine);
  const EquinixFault forbidden = EquinixFault::Refused(403, "You are not authorized");
  account.metal.Fail("get device", forbidden, 3);
  EXPECT_EQ(account.provider->Find("t", "fr", id).error().kind, ErrorKind::kDenied)
      << "the project has it";
  account.metal.TakeAway(id);
  account.metal.Fail("list devices", forbidden);
  EXPECT_EQ(account.provider->Find("t", "fr", id).error().kind, ErrorKind::kDenied);
  account.metal.Fail("list devices", EquinixFault::Page(502));
  EXPECT_EQ(account.provider->Find("t", "fr", id).error().kind, ErrorKind::kTransient);
}

TEST(EquinixList, HasTheMachinesOfTheOwnerPageByPage) {
  EquinixAccount account({.page_size = 2});
  for (int i = 0; i < 5; ++i) {
    account.metal.Add(i < 3 ? "fr" : "sv", "c3.small.x86",
                      {"spillway-owner:me", "spillway-token:t" + std::to_string(i)});
  }
  account.metal.Add("fr", "c3.small.x86", {"spillway-owner:somebody-else"});
  account.metal.SetState(account.metal.Add("fr", "c3.small.x86", kMine), "inactive");
  account.metal.Forget(account.metal.Add("fr", "c3.small.x86", kMine));

  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  ASSERT_EQ(list->machines.size(), 6u);
  EXPECT_EQ(list->machines[0].token, "t0");
  EXPECT_EQ(list->machines[0].owner, "me");
  EXPECT_EQ(list->machines[0].location, "fr");
  EXPECT_EQ(list->machines[0].plan, "c3.small.x86");
  EXPECT_EQ(list->machines[0].launched_at, testing::At(0s));
  EXPECT_EQ(list->machines[5].state, MachineState::kStopped);
}

TEST(EquinixList, LooksAtTagsAndStatesItself) {
  EquinixAccount account;
  account.metal.Fail("list devices", EquinixFault::Garbled(R"({"meta":{"total":2},"devices":[
      {"id":"d-1","tags":["spillway-owner:me"],"state":"active"},
      {"id":"d-2","tags":["spillway-owner:me-too"],"state":"active"},
      {"id":"d-3","tags":["spillway-owner:me"],"state":"deleted"}]})"));
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  ASSERT_EQ(list->machines.size(), 1u);
  EXPECT_EQ(list->machines[0].id, "d-1");
}

TEST(EquinixList, IsIncompleteWhenAPageFailsOrAMachineCannotBeRead) {
  EquinixAccount account({.page_size = 1});
  account.metal.Add("fr", "c3.small.x86", kMine);
  account.metal.Add("fr", "c3.small.x86", kMine);
  account.metal.Fail("list devices", EquinixFault::Page(502), 1, 1);
  const auto page_lost = account.provider->List("me");
  ASSERT_TRUE(page_lost) << Describe(page_lost.error());
  EXPECT_FALSE(page_lost->is_complete);
  EXPECT_EQ(page_lost->machines.size(), 1u);

  account.metal.Fail("list devices", EquinixFault::Garbled(R"({"meta":{"total":2},"devices":[
      {"id":"d-1","tags":["spillway-owner:me"],"state":"active"}, {"hostname":"who"}]})"));
  const auto one_unread = account.provider->List("me");
  ASSERT_TRUE(one_unread) << Describe(one_unread.error());
  EXPECT_FALSE(one_unread->is_complete);
  EXPECT_EQ(one_unread->machines.size(), 1u);
}

TEST(EquinixList, IsIncompleteWhenAMachineMovesOverTheEdgeOfAPage) {
  EquinixAccount account;
  const auto page = [](const char* id, const char* next) {
    return EquinixFault::Garbled(std::string(R"({"devices":[{"id":")") + id +
                                 R"(","tags":["spillway-owner:me"],"state":"active"}],)" +
                                 R"("meta":{"total":2)" + next + "}}");
  };
  account.metal.Fail("list devices", page("d-1", R"(,"next":{"href":"/x?page=2"})"));
  account.metal.Fail("list devices", page("d-1", ""));
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_FALSE(list->is_complete);
  EXPECT_EQ(list->machines.size(), 1u);
}

TEST(EquinixList, IsAnErrorWhenNobodyAnswers) {
  EquinixAccount account;
  account.metal.Fail("list devices", EquinixFault::Lost());
  const auto list = account.provider->List("me");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().kind, ErrorKind::kTransient);
}

TEST(EquinixList, EndsWhenPagesDoNot) {
  EquinixAccount account;
  account.metal.Add("fr", "c3.small.x86", kMine);
  account.metal.RepeatPages();
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_FALSE(list->is_complete);
  EXPECT_EQ(account.metal.calls("list devices"), 2);
}

TEST(EquinixDelete, CanBeRepeatedUntilEquinixForgetsTheMachine) {
  EquinixAccount account;
  const std::string id = account.metal.Add("fr", "c3.small.x86", kMine);
  EXPECT_TRUE(account.provider->Delete(id, "fr"));
  const auto going = account.provider->Find("t", "fr", id);
  ASSERT_TRUE(going);
  EXPECT_EQ(going->state, MachineState::kStopping);
  EXPECT_TRUE(account.provider->Delete(id, "fr"));
  EXPECT_EQ(account.provider->Find("t", "fr", id).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(account.provider->Delete(id, "fr"));
  EXPECT_EQ(account.metal.live(), 0);
}

TEST(EquinixDelete, OfAMachineThatEquinixTookBackIsASuccess) {
  EquinixAccount account;
  const std::string id = account.metal.Add("fr", "c3.small.x86", kMine);
  account.metal.TakeAway(id);
  EXPECT_TRUE(account.provider->Delete(id, "fr"));
}

TEST(EquinixDelete, ThatIsForbiddenSaysSo) {
  EquinixAccount account;
  const std::string id = account.metal.Add("fr", "c3.small.x86", kMine);
  account.metal.Fail("delete device", EquinixFault::Refused(403, "Your key may only read"));
  const auto deleted = account.provider->Delete(id, "fr");
  ASSERT_FALSE(deleted);
  EXPECT_EQ(deleted.error().kind, ErrorKind::kDenied);
  EXPECT_EQ(deleted.error().text, "Your key may only read");
}

TEST(EquinixDelete, ThatEquinixDoesNotAllowNowIsAConflict) {
  EquinixAccount account({.starting_looks = 9});
  const auto starting = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_TRUE(starting);
  const std::string locked = account.metal.Add("fr", "c3.small.x86", kMine);
  account.metal.Lock(locked);
  for (const std::string& id : {starting->id, locked}) {
    const auto deleted = account.provider->Delete(id, "fr");
    ASSERT_FALSE(deleted);
    EXPECT_EQ(deleted.error().kind, ErrorKind::kConflict) << Describe(deleted.error());
  }
}

TEST(EquinixDelete, DoesNotTakeAMachineForGoneThatIsNotShownYet) {
  EquinixAccount account({.hidden_looks = 1});
  const auto made = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_TRUE(made);
  const auto early = account.provider->Delete(made->id, "fr");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::kTransient);
}

TEST(EquinixDelete, IsNotFooledByAPageThatSaysNotFound) {
  EquinixAccount account;
  const std::string id = account.metal.Add("fr", "c3.small.x86", kMine);
  account.metal.Fail("delete device", EquinixFault::Page(404));
  EXPECT_FALSE(account.provider->Delete(id, "fr"));
  account.metal.Fail("delete device", EquinixFault::Lost());
  const auto lost = account.provider->Delete(id, "fr");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kTransient);
}

TEST(EquinixCalls, HeedTheRateThatTheHeadersTell) {
  EquinixAccount account;
  EquinixFault throttled = EquinixFault::Throttled();
  const auto reset = std::chrono::ceil<std::chrono::seconds>(account.clock.Now() + 60s);
  throttled.headers["X-RateLimit-Reset"] = std::to_string(reset.time_since_epoch().count());
  account.metal.Fail("list devices", throttled);
  EXPECT_EQ(account.provider->List("me").error().kind, ErrorKind::kThrottled);
  account.clock.RunFor(59s);
  EXPECT_EQ(account.provider->List("me").error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(account.metal.calls("list devices"), 1);
  account.clock.RunFor(1s);
  EXPECT_TRUE(account.provider->List("me"));
}

TEST(EquinixCalls, NeverRepeatTheKeyInAnError) {
  EquinixAccount account;
  account.metal.Fail("create device",
                     EquinixFault::Refused(401, std::string("key ") + testing::kEquinixKey));
  const auto denied = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::kDenied);
  EXPECT_EQ(denied.error().text, "key ***");
}

}  // namespace
}  // namespace spillway
