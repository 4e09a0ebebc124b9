#include <gmock/gmock.h>

#include <stdexcept>

#include "tests/unit/providers/vultr_account.h"

namespace spillway {
namespace {

using fakes::VultrFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;
using testing::At;
using testing::AVultrInstance;
using testing::AVultrMetal;
using testing::VultrTestAccount;

TEST(VultrFind, FollowsAnInstanceUntilItRuns) {
  VultrTestAccount account({.hidden_looks = 1, .pending_looks = 1, .installing_looks = 1});
  const auto made = account.provider->Create(AVultrInstance("token-1"));
  ASSERT_TRUE(made);
  const auto look = [&] { return account.provider->Find("token-1", "fra", made->id); };
  EXPECT_EQ(look().error().kind, ErrorKind::kNotFound);
  for (const char* words : {"pending, running, none", "active, stopped, locked",
                            "active, running, installingbooting"}) {
    const auto starting = look();
    ASSERT_TRUE(starting) << Describe(starting.error());
    EXPECT_EQ(starting->state, MachineState::kStarting);
    EXPECT_EQ(starting->state_text, words);
    EXPECT_EQ(starting->address.empty(), starting->state_text.starts_with("pending"));
  }
  const auto running = look();
  ASSERT_TRUE(running) << Describe(running.error());
  EXPECT_EQ(running->state, MachineState::kRunning) << running->state_text;
  EXPECT_EQ(running->address, "127.0.0.1");
}

TEST(VultrFind, FollowsBareMetalUntilItRuns) {
  VultrTestAccount account({.pending_looks = 0, .metal_boot_time = 7min});
  const auto made = account.provider->Create(AVultrMetal("token-1"));
  ASSERT_TRUE(made);
  const auto starting = account.provider->Find("token-1", "fra", made->id);
  ASSERT_TRUE(starting);
  EXPECT_EQ(starting->state, MachineState::kStarting);
  EXPECT_EQ(starting->address, "");
  account.Pass(7min);
  const auto running = account.provider->Find("token-1", "fra", made->id);
  ASSERT_TRUE(running);
  EXPECT_EQ(running->state, MachineState::kRunning);
  EXPECT_EQ(running->address, "127.0.0.1");
}

TEST(VultrFind, ByTokenLooksAtBothProducts) {
  VultrTestAccount account;
  ASSERT_TRUE(account.provider->Create(AVultrInstance("token-1")));
  ASSERT_TRUE(account.provider->Create(AVultrMetal("token-2")));
  EXPECT_EQ(account.provider->Find("token-1", "fra", "")->plan, "vc2-4c-8gb");
  EXPECT_EQ(account.provider->Find("token-2", "fra", "")->plan, "vbm-8c-132gb-v2");
  EXPECT_EQ(account.provider->Find("token-3", "fra", "").error().kind, ErrorKind::kNotFound);
}

TEST(VultrFind, ByTokenSaysNothingIsThereOnlyWhenEverythingCouldBeRead) {
  for (int page = 0; page < 2; ++page) {
    VultrTestAccount account;
    account.vultr.Fail("list", VultrFault{}, page);
    account.vultr.Fail("list", VultrFault::Page(502));
    const auto found = account.provider->Find("token-1", "fra", "");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::kTransient) << "list " << page;
  }
}

TEST(VultrFind, ByTokenPrefersTheYoungest) {
  VultrTestAccount account;
  const std::vector<std::string> tags = {"spillway-token:token-1"};
  account.vultr.Add(ClusterType::kVirtual, "fra", "vc2-1c-1gb", tags);
  account.vultr.Advance(1min);
  const std::string younger = account.vultr.Add(ClusterType::kVirtual, "fra", "vc2-1c-1gb", tags);
  EXPECT_EQ(account.provider->Find("token-1", "fra", "")->id, "instances/" + younger);
}

TEST(VultrFind, OfAnIdThatIsNotVultrsIsNoSignThatAMachineIsGone) {
  VultrTestAccount account;
  const auto found = account.provider->Find("token-1", "fra", "../account");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(account.provider->Delete("../account", "fra").error().kind, ErrorKind::kInvalid);
}

TEST(VultrList, HasTheMachinesOfTheOwnerOfBothProductsPageByPage) {
  VultrTestAccount account({.page_size = 2});
  const auto tags = [](const std::string& owner, int i) {
    return std::vector<std::string>{"spillway-owner:" + owner,
                                    "spillway-token:t" + std::to_string(i)};
  };
  for (int i = 0; i < 5; ++i) {
    account.vultr.Add(ClusterType::kVirtual, "fra", "vc2-1c-1gb", tags("me", i));
  }
  for (int i = 5; i < 8; ++i) {
    account.vultr.Add(ClusterType::kMetal, "ewr", "vbm-4c-32gb", tags("me", i));
  }
  account.vultr.Add(ClusterType::kVirtual, "fra", "vc2-1c-1gb", tags("you", 9));
  account.vultr.Add(ClusterType::kMetal, "fra", "vbm-4c-32gb", {});
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  std::vector<std::string> tokens;
  for (const Machine& machine : list->machines) tokens.push_back(machine.token);
  EXPECT_THAT(tokens, ElementsAre("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"));
  EXPECT_EQ(list->machines[7].location, "ewr") << "in whatever region";
}

TEST(VultrList, IsIncompleteWhenAPageOrAProductFails) {
  for (const int good : {1, 2}) {
    VultrTestAccount account({.page_size = 1});
    for (int i = 0; i < 2; ++i) {
      account.vultr.Add(ClusterType::kVirtual, "fra", "vc2-1c-1gb", {"spillway-owner:me"});
    }
    account.vultr.Fail("list", VultrFault{}, good);
    account.vultr.Fail("list", VultrFault::Page(502));
    const auto list = account.provider->List("me");
    ASSERT_TRUE(list) << Describe(list.error());
    EXPECT_FALSE(list->is_complete);
    EXPECT_THAT(list->machines, SizeIs(good));
  }
}

TEST(VultrList, IsAnErrorWhenNeitherProductAnswers) {
  VultrTestAccount account;
  account.vultr.Fail("list", VultrFault::Lost(), 2);
  const auto list = account.provider->List("me");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().kind, ErrorKind::kTransient);
}

TEST(VultrList, EndsWhenPagesDoNot) {
  VultrTestAccount account;
  account.vultr.Add(ClusterType::kVirtual, "fra", "vc2-1c-1gb", {"spillway-owner:me"});
  account.vultr.RepeatPages();
  const auto list = account.provider->List("me");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->is_complete);
}

TEST(VultrDelete, CanBeRepeatedUntilVultrForgetsTheMachine) {
  for (const MachineSpec& spec : {AVultrInstance("token-1"), AVultrMetal("token-1")}) {
    VultrTestAccount account({.pending_looks = 0});
    const auto made = account.provider->Create(spec);
    ASSERT_TRUE(made);
    account.Pass(10min);
    EXPECT_TRUE(account.provider->Delete(made->id, "fra"));
    EXPECT_TRUE(account.provider->Find("token-1", "fra", made->id)) << "shown for another moment";
    EXPECT_EQ(account.provider->Find("token-1", "fra", made->id).error().kind,
              ErrorKind::kNotFound);
    EXPECT_TRUE(account.provider->Delete(made->id, "fra")) << "gone already is a success";
    EXPECT_EQ(account.vultr.live(), 0);
  }
}

TEST(VultrDelete, OfALockedMachineIsForLater) {
  VultrTestAccount account;
  const std::string id = account.vultr.Add(ClusterType::kVirtual, "fra", "vc2-1c-1gb", {});
  account.vultr.SetState(id, "active", "running", "locked");
  const auto locked = account.provider->Delete("instances/" + id, "fra");
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(locked.error().text, HasSubstr("currently locked"));
  EXPECT_EQ(account.vultr.live(), 1);
  account.vultr.SetState(id, "active", "running", "ok");
  EXPECT_TRUE(account.provider->Delete("instances/" + id, "fra"));
  EXPECT_EQ(account.vultr.live(), 0);
}

TEST(VultrDelete, DoesNotTakeAMachineForGoneThatVultrDoesNotShowYet) {
  for (const MachineSpec& spec : {AVultrInstance("token-1"), AVultrMetal("token-1")}) {
    VultrTestAccount account({.hidden_looks = 1});
    const auto made = account.provider->Create(spec);
    ASSERT_TRUE(made);
    const auto early = account.provider->Delete(made->id, "fra");
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().kind, ErrorKind::kTransient);
    EXPECT_TRUE(account.provider->Delete(made->id, "fra"));
    EXPECT_EQ(account.vultr.live(), 0);
  }
}

TEST(VultrDelete, IsNotFooledByAPageThatSaysNotFound) {
  VultrTestAccount account;
  const std::string id =
      "instances/" + account.vultr.Add(ClusterType::kVirtual, "fra", "vc2-1c-1gb", {});
  account.vultr.Fail("delete", VultrFault::Page(404));
  EXPECT_FALSE(account.provider->Delete(id, "fra"));
  account.vultr.Fail("delete", VultrFault::NeverCame());
  const auto lost = account.provider->Delete(id, "fra");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kTransient);
  EXPECT_EQ(account.vultr.live(), 1);
}

TEST(VultrDelete, TakesTheMachineOfTheRightProduct) {
  VultrTestAccount account;
  const std::string id = account.vultr.Add(ClusterType::kMetal, "fra", "vbm-4c-32gb", {});
  EXPECT_TRUE(account.provider->Delete("instances/" + id, "fra")) << "there is no such instance";
  EXPECT_EQ(account.vultr.live(), 1);
  EXPECT_TRUE(account.provider->Delete("bare-metals/" + id, "fra"));
  EXPECT_EQ(account.vultr.live(), 0);
}

TEST(VultrCalls, NeverRepeatTheKeyInAnError) {
  VultrTestAccount account;
  account.vultr.Fail("create", VultrFault::Refused(400, std::string("key ") + testing::kVultrKey));
  const Error error = account.provider->Create(AVultrInstance("token-1")).error();
  EXPECT_THAT(Describe(error), Not(HasSubstr(testing::kVultrKey)));
  EXPECT_THAT(error.text, HasSubstr("key ***"));
}

TEST(VultrCalls, TakeAKeyThatWasChangedWithoutARestart) {
  VultrTestAccount account;
  std::string key = "old";
  VultrConfig config;
  config.account.name = "vultr";
  config.account.endpoint = account.vultr.url();
  config.regions = {"fra"};
  config.credentials_file = "/etc/vultr.yaml";
  VultrProvider provider(
      config, PluginContext{.clock = account.clock,
                            .http = account.http,
                            .surroundings = {
                                .variable = testing::SurroundingsOf({}).variable,
                                .file = [&key](const std::string&) { return "api-key: " + key; }}});
  const auto refused = provider.List("me");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDenied);
  key = testing::kVultrKey;
  EXPECT_TRUE(provider.List("me"));
}

TEST(VultrCalls, SayThatNobodyAnswers) {
  VultrTestAccount account;
  account.vultr.StopListening();
  EXPECT_EQ(account.provider->Offers().error().kind, ErrorKind::kTransient);
  EXPECT_EQ(account.provider->Create(AVultrInstance("token-1")).error().kind, ErrorKind::kTransient)
      << "nothing was sent";
  account.vultr.Listen();
  EXPECT_TRUE(account.provider->Offers());
}

TEST(VultrProvider, IsNotMadeWithoutAKey) {
  HttpClient http;
  const SimulatedLoop clock(At(0s));
  VultrConfig config;
  config.account.name = "vultr";
  config.regions = {"fra"};
  try {
    const VultrProvider provider(
        config,
        PluginContext{.clock = clock, .http = http, .surroundings = testing::SurroundingsOf({})});
    FAIL() << "it was made";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("VULTR_API_KEY is not set"));
    EXPECT_THAT(error.what(), HasSubstr(".vultr-cli.yaml"));
  }
}

}  // namespace
}  // namespace spillway
