#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/unit/providers/digitalocean_account.h"

namespace spillway {
namespace {

using fakes::Delivery;
using fakes::DigitalOceanFault;
using testing::ADropletSpec;
using testing::DigitalOceanWorld;
using ::testing::HasSubstr;
using testing::kDigitalOceanToken;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr const char* kMine = "spillway-owner:me";

TEST(DigitalOceanFind, FollowsADropletUntilItRuns) {
  DigitalOceanWorld world({.hidden_looks = 1, .new_looks = 1});
  const auto made = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_TRUE(made);
  const auto look = [&] { return world.provider->Find("token-1", "fra1", made->id); };
  EXPECT_EQ(look().error().kind, ErrorKind::kNotFound);
  const auto starting = look();
  ASSERT_TRUE(starting);
  EXPECT_EQ(starting->state, MachineState::kStarting);
  EXPECT_EQ(starting->address, "");
  const auto running = look();
  ASSERT_TRUE(running);
  EXPECT_EQ(running->state, MachineState::kRunning);
  EXPECT_EQ(running->address, "127.0.0.1");
  EXPECT_EQ(running->token, "token-1");
  EXPECT_EQ(running->launched_at, testing::At(0s));
}

TEST(DigitalOceanFind, TellsEveryStatus) {
  const std::pair<const char*, MachineState> cases[] = {
      {"active", MachineState::kRunning},  {"off", MachineState::kStopped},
      {"archive", MachineState::kStopped}, {"hibernating", MachineState::kUnknown},
      {"new", MachineState::kStarting},
  };
  for (const auto& [status, state] : cases) {
    DigitalOceanWorld world;
    const std::string droplet = world.cloud.Add("fra1", "c-2", {});
    world.cloud.SetStatus(droplet, status);
    const auto found = world.provider->Find("", "fra1", droplet);
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(found->state, state) << status;
    EXPECT_EQ(found->state_text, status);
  }
}

TEST(DigitalOceanFind, SaysThatACreationHasFailed) {
  DigitalOceanWorld world({.new_looks = 0});
  world.cloud.FailCreations();
  const auto made = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_TRUE(made);
  const auto found = world.provider->Find("token-1", "fra1", made->id);
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->state, MachineState::kGone);
  EXPECT_THAT(found->state_text, HasSubstr("failed"));
  EXPECT_EQ(found->start_failure, std::nullopt) << "DigitalOcean does not say why";
}

TEST(DigitalOceanFind, GivesTheAddressThatHostsAreReachedAt) {
  DigitalOceanWorld world;
  world.config.account.public_address = false;
  world.Open();
  const std::string id = world.cloud.Add("fra1", "c-2", {});
  EXPECT_EQ(world.provider->Find("", "fra1", id)->address, "127.0.0.1");
}

TEST(DigitalOceanFind, TakesNoIdThatIsNone) {
  DigitalOceanWorld world;
  for (const char* id : {"../account", "i-1", "1?x=2"}) {
    EXPECT_EQ(world.provider->Find("t", "fra1", id).error().kind, ErrorKind::kInvalid) << id;
    EXPECT_EQ(world.provider->Delete(id, "fra1").error().kind, ErrorKind::kInvalid) << id;
  }
  EXPECT_TRUE(world.cloud.requests().empty());
}

TEST(DigitalOceanFind, TakesNoDropletWithoutTheToken) {
  DigitalOceanWorld world;
  const std::string id = world.cloud.Add("fra1", "c-2", {"SPILLWAY-TOKEN:TOKEN-1"});
  EXPECT_EQ(world.provider->Find("token-1", "fra1", "").error().kind, ErrorKind::kNotFound);
  world.cloud.Add("fra1", "c-2", {"spillway-token:token-2"});
  world.cloud.LeaveOut("3164002", "tags");
  EXPECT_EQ(world.provider->Find("token-2", "fra1", "").error().kind, ErrorKind::kTransient)
      << "something is there that cannot be read";
}

TEST(DigitalOceanList, HasTheDropletsOfTheOwnerPageByPage) {
  DigitalOceanWorld world({.page_size = 2});
  for (int i = 0; i < 5; ++i) {
    world.cloud.Add(i < 3 ? "fra1" : "ams3", "c-2",
                    {kMine, "spillway-token:t" + std::to_string(i)});
  }
  world.cloud.Add("fra1", "c-2", {"spillway-owner:somebody-else"});
  const std::string off = world.cloud.Add("nyc3", "c-2", {kMine});
  world.cloud.SetStatus(off, "off");
  world.cloud.TakeAway(world.cloud.Add("fra1", "c-2", {kMine}));

  const auto list = world.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  ASSERT_EQ(list->machines.size(), 6u);
  EXPECT_EQ(list->machines[0].token, "t0");
  EXPECT_EQ(list->machines[0].owner, "me");
  EXPECT_EQ(list->machines[5].state, MachineState::kStopped);
  EXPECT_EQ(list->machines[5].location, "nyc3") << "a region that is no longer configured";
}

TEST(DigitalOceanList, IsIncompleteWhenAPageFails) {
  const DigitalOceanFault faults[] = {DigitalOceanFault::Page(502), DigitalOceanFault::Lost(),
                                      DigitalOceanFault::Garbled(), DigitalOceanFault::Throttled()};
  for (const DigitalOceanFault& fault : faults) {
    DigitalOceanWorld world({.page_size = 1});
    for (int i = 0; i < 2; ++i) world.cloud.Add("fra1", "c-2", {kMine});
    world.cloud.Fail("list droplets", DigitalOceanFault{});
    world.cloud.Fail("list droplets", fault, 2);  // HTTP clients repeat a GET that broke off
    const auto list = world.provider->List("me");
    ASSERT_TRUE(list) << Describe(list.error());
    EXPECT_FALSE(list->is_complete);
    EXPECT_EQ(list->machines.size(), 1u);
  }
}

TEST(DigitalOceanList, IsAnErrorWhenNothingAnswers) {
  DigitalOceanWorld world;
  world.cloud.Fail("list droplets", DigitalOceanFault::Lost());
  const auto list = world.provider->List("me");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().kind, ErrorKind::kTransient);
}

TEST(DigitalOceanList, IsIncompleteWhenADropletCannotBeRead) {
  DigitalOceanWorld world;
  world.cloud.Add("fra1", "c-2", {kMine});
  const std::string odd = world.cloud.Add("fra1", "c-2", {kMine});
  world.cloud.LeaveOut(odd, "size_slug");
  const auto list = world.provider->List("me");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->is_complete);
  EXPECT_EQ(list->machines.size(), 1u);
}

TEST(DigitalOceanList, IsIncompleteWhenDropletsMoveOverTheEdgesOfPages) {
  DigitalOceanWorld world({.deleted_looks = 1, .page_size = 1});
  const std::string going = world.cloud.Add("fra1", "c-2", {kMine});
  world.cloud.Add("fra1", "c-2", {kMine});
  ASSERT_TRUE(world.provider->Delete(going, "fra1"));
  // It stands on the first page and is gone before the second is read.
  const auto list = world.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_EQ(list->machines.size(), 1u);
  EXPECT_FALSE(list->is_complete);
  EXPECT_TRUE(world.provider->List("me")->is_complete);
}

TEST(DigitalOceanList, HasNoDropletOfAnotherOwnerEvenIfTheTagLooksAlike) {
  DigitalOceanWorld world;
  world.cloud.Add("fra1", "c-2", {"spillway-owner:ME"});
  const auto list = world.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->machines.empty());
  EXPECT_TRUE(list->is_complete);
}

TEST(DigitalOceanList, ProvesNothingWhenTheTagIsNotKnown) {
  DigitalOceanWorld world;
  world.cloud.Fail("list droplets", DigitalOceanFault::Refused(404, "not_found", "no such tag"));
  const auto list = world.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_FALSE(list->is_complete);
  EXPECT_TRUE(list->machines.empty());
}

TEST(DigitalOceanList, EndsWhenPagesDoNot) {
  DigitalOceanWorld world;
  world.cloud.Add("fra1", "c-2", {kMine});
  world.cloud.RepeatPages();
  const auto list = world.provider->List("me");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->is_complete);
  EXPECT_EQ(list->machines.size(), 1u) << "each Droplet once";
}

TEST(DigitalOceanDelete, IsAskedForOnceHoweverOftenItIsRepeated) {
  DigitalOceanWorld world({.new_looks = 0, .deleted_looks = 2});
  const auto made = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_TRUE(made);
  EXPECT_EQ(world.provider->Find("token-1", "fra1", made->id)->state, MachineState::kRunning);
  EXPECT_TRUE(world.provider->Delete(made->id, "fra1"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(world.provider->Delete(made->id, "fra1"));
    const auto stopping = world.provider->Find("token-1", "fra1", made->id);
    ASSERT_TRUE(stopping);
    EXPECT_EQ(stopping->state, MachineState::kStopping) << stopping->state_text;
  }
  EXPECT_EQ(world.provider->Find("token-1", "fra1", made->id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(world.cloud.calls("delete droplet"), 1);
  EXPECT_EQ(world.cloud.live(), 0);

  world.RunFor(1h);
  EXPECT_TRUE(world.provider->Delete(made->id, "fra1")) << "gone already";
}

TEST(DigitalOceanDelete, IsAskedForAgainWhenItHadNoEffectForMinutes) {
  DigitalOceanWorld world({.deleted_looks = 1000});
  const std::string id = world.cloud.Add("fra1", "c-2", {});
  EXPECT_TRUE(world.provider->Delete(id, "fra1"));
  world.RunFor(6min);
  EXPECT_EQ(world.provider->Find("", "fra1", id)->state, MachineState::kRunning);
  EXPECT_TRUE(world.provider->Delete(id, "fra1"));
  EXPECT_EQ(world.cloud.calls("delete droplet"), 2);
}

TEST(DigitalOceanDelete, DoesNotTakeADropletForGoneThatIsNotShownYet) {
  DigitalOceanWorld world({.hidden_looks = 1});
  const auto made = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_TRUE(made);
  const auto early = world.provider->Delete(made->id, "fra1");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::kTransient);
}

TEST(DigitalOceanDelete, IsNotFooledByWhatIsNoAnswerOfTheApi) {
  const std::pair<DigitalOceanFault, ErrorKind> cases[] = {
      {DigitalOceanFault::Page(404), ErrorKind::kInvalid},
      {DigitalOceanFault::Lost(), ErrorKind::kTransient},
      {DigitalOceanFault::Garbled(), ErrorKind::kTransient},
      {DigitalOceanFault::Refused(422, "unprocessable_entity", "Droplet has a pending event."),
       ErrorKind::kConflict},
  };
  for (const auto& [fault, kind] : cases) {
    DigitalOceanWorld world;
    const std::string id = world.cloud.Add("fra1", "c-2", {});
    world.cloud.Fail("delete droplet", fault);
    const auto deleted = world.provider->Delete(id, "fra1");
    ASSERT_FALSE(deleted);
    EXPECT_EQ(deleted.error().kind, kind) << Describe(deleted.error());
    EXPECT_TRUE(world.provider->Delete(id, "fra1")) << "it can be repeated";
  }
}

TEST(DigitalOceanCalls, HaveATimeLimit) {
  DigitalOceanWorld world;
  world.config.account.call_time_limit = 200ms;
  world.Open();
  world.cloud.Fail("create droplet", DigitalOceanFault::Carried(Delivery::kHang));
  const auto created = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::kUnknownOutcome);
}

TEST(DigitalOceanCalls, NeverRepeatTheTokenInAnError) {
  DigitalOceanWorld world;
  world.cloud.Fail(
      "create droplet",
      DigitalOceanFault::Refused(403, "forbidden", std::string("not with ") + kDigitalOceanToken));
  const auto denied = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_FALSE(denied);
  EXPECT_THAT(Describe(denied.error()), HasSubstr("not with ***"));
  EXPECT_THAT(Describe(denied.error()), Not(HasSubstr(kDigitalOceanToken)));
}

TEST(DigitalOceanCalls, TakeATokenThatWasChangedWithoutARestart) {
  const std::string path = "/h/.config/doctl/config.yaml";
  std::string file = "access-token: old\n";
  DigitalOceanWorld world;
  DigitalOceanProvider provider(
      world.config,
      PluginContext{
          .clock = world.clock,
          .http = world.http,
          .surroundings = {.variable = testing::SurroundingsOf({{"HOME", "/h"}}).variable,
                           .file = [&](const std::string& asked) -> std::optional<std::string> {
                             if (asked == path) return file;
                             return std::nullopt;
                           }}});
  world.cloud.SetToken("new");
  const auto refused = provider.List("me");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDenied);
  file = "access-token: new\n";
  EXPECT_TRUE(provider.List("me"));
}

TEST(DigitalOceanProvider, IsNotMadeWithoutAToken) {
  DigitalOceanWorld world;
  try {
    const DigitalOceanProvider provider(
        world.config,
        PluginContext{
            .clock = world.clock, .http = world.http, .surroundings = testing::SurroundingsOf({})});
    FAIL() << "it is made";
  } catch (const std::runtime_error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("provider do:"));
    EXPECT_THAT(problem.what(), HasSubstr("DIGITALOCEAN_TOKEN"));
    EXPECT_THAT(problem.what(), HasSubstr("doctl/config.yaml"));
  }
}

TEST(DigitalOceanProvider, IsFoundAtTheAddressOfTheEnvironment) {
  DigitalOceanWorld world;
  world.config.account.endpoint = "";
  DigitalOceanProvider provider(
      world.config, PluginContext{.clock = world.clock,
                                  .http = world.http,
                                  .surroundings = testing::SurroundingsOf(
                                      {{"DIGITALOCEAN_TOKEN", "t"},
                                       {"DIGITALOCEAN_API_URL", world.cloud.url() + "/"}})});
  EXPECT_TRUE(provider.List("me"));
}

}  // namespace
}  // namespace spillway
