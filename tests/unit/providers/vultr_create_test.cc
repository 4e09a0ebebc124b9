#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/unit/providers/vultr_account.h"

namespace spillway {
namespace {

using fakes::VultrFault;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
using testing::AVultrInstance;
using testing::AVultrMetal;
using testing::VultrTestAccount;

const Offer* FindOffer(const Catalogue& catalogue, const std::string& id) {
  const auto found = std::find_if(catalogue.offers.begin(), catalogue.offers.end(),
                                  [&id](const Offer& o) { return o.id == id; });
  return found == catalogue.offers.end() ? nullptr : &*found;
}

TEST(VultrOffers, AreWhatTheApiSays) {
  VultrTestAccount account;
  account.vultr.SetCapacity("vbm-4c-32gb", 0);
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_THAT(catalogue->remarks, IsEmpty());
  const Offer* metal = FindOffer(*catalogue, "vultr/fra/vbm-8c-132gb-v2");
  ASSERT_NE(metal, nullptr);
  EXPECT_EQ(metal->country, "DE");
  EXPECT_EQ(metal->price_per_hour, Money{479'000});
  EXPECT_EQ(metal->stock, std::nullopt);
  const Offer* sold_out = FindOffer(*catalogue, "vultr/fra/vbm-4c-32gb");
  ASSERT_NE(sold_out, nullptr);
  EXPECT_EQ(sold_out->stock, 0);
  const Offer* instance = FindOffer(*catalogue, "vultr/ams/vc2-1c-1gb");
  ASSERT_NE(instance, nullptr);
  EXPECT_EQ(instance->price_per_hour, Money{7'000});
  EXPECT_EQ(FindOffer(*catalogue, "vultr/ewr/vc2-1c-1gb"), nullptr) << "not configured";
  EXPECT_EQ(FindOffer(*catalogue, "vultr/fra/vc2-1c-0.5gb-v6"), nullptr) << "has no address";
}

TEST(VultrOffers, CountDownTheLimitsOfTheAccount) {
  VultrTestAccount account({}, [](VultrConfig& config) {
    config.most_instances = 3;
    config.most_bare_metals = 1;
  });
  account.vultr.Add(ClusterType::kVirtual, "ewr", "vhf-1c-1gb", {});
  account.vultr.Add(ClusterType::kMetal, "ewr", "vbm-4c-32gb", {});
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_EQ(FindOffer(*catalogue, "vultr/fra/vc2-1c-1gb")->stock, 2);
  EXPECT_EQ(FindOffer(*catalogue, "vultr/fra/vbm-8c-132gb-v2")->stock, 0);

  account.vultr.Fail("list", VultrFault::Page(502), 2);
  const auto uncounted = account.provider->Offers();
  ASSERT_TRUE(uncounted) << Describe(uncounted.error());
  EXPECT_EQ(FindOffer(*uncounted, "vultr/fra/vc2-1c-1gb")->stock, std::nullopt);
  EXPECT_THAT(uncounted->remarks,
              ElementsAre(HasSubstr("count instance"), HasSubstr("count bare metal")));
}

TEST(VultrOffers, OfARegionWhoseStockIsNotToldHaveNoneAndSaySo) {
  VultrTestAccount account;
  account.vultr.SetCapacity("vc2-1c-1gb", 0);
  account.vultr.Fail("stock", VultrFault::Page(502), 1);
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_THAT(catalogue->remarks, ElementsAre(HasSubstr("stock of ams")));
  EXPECT_EQ(FindOffer(*catalogue, "vultr/ams/vc2-1c-1gb")->stock, std::nullopt);
  EXPECT_EQ(FindOffer(*catalogue, "vultr/fra/vc2-1c-1gb")->stock, 0);
}

TEST(VultrOffers, AreAnErrorWhenTheKeyIsRefusedThoughEverybodyMaySeePlans) {
  VultrTestAccount account;
  account.vultr.Fail("account", VultrFault::Refused(401, "Unauthorized IP address"));
  const auto catalogue = account.provider->Offers();
  ASSERT_FALSE(catalogue);
  EXPECT_EQ(catalogue.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(catalogue.error().text, HasSubstr("allow this one"));
}

TEST(VultrOffers, AreAnErrorWhenPlansOrRegionsAreNotToBeHad) {
  for (const char* action : {"regions", "plans", "os"}) {
    VultrTestAccount account;
    account.vultr.Fail(action, VultrFault::Garbled());
    const auto catalogue = account.provider->Offers();
    ASSERT_FALSE(catalogue) << action;
    EXPECT_EQ(catalogue.error().kind, ErrorKind::kTransient);
    EXPECT_TRUE(account.provider->Offers()) << action;
  }
}

TEST(VultrOffers, SayWhenNothingCouldBootFromTheConfiguration) {
  VultrTestAccount account({}, [](VultrConfig& config) { config.os = "Debian 99"; });
  const auto catalogue = account.provider->Offers();
  ASSERT_FALSE(catalogue);
  EXPECT_EQ(catalogue.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(catalogue.error().text, HasSubstr("Debian 12 x64 (bookworm)"));
}

TEST(VultrCreate, GivesAnInstanceThatCarriesItsTagsFromBirth) {
  VultrTestAccount account;
  const auto machine = account.provider->Create(AVultrInstance("token-1"));
  ASSERT_TRUE(machine) << Describe(machine.error());
  EXPECT_EQ(machine->state, MachineState::kStarting);
  EXPECT_EQ(machine->token, "token-1");
  EXPECT_EQ(machine->owner, "edge-deployment");
  EXPECT_EQ(machine->location, "fra");
  EXPECT_EQ(machine->plan, "vc2-4c-8gb");

  const auto made = account.vultr.machines().at(0);
  EXPECT_EQ(made.type, ClusterType::kVirtual);
  EXPECT_EQ(machine->id, "instances/" + made.id);
  EXPECT_EQ(made.label, "edge-h1");
  EXPECT_THAT(made.tags, ElementsAre("spillway-owner:edge-deployment", "spillway-token:token-1",
                                     "spillway-cluster:edge", "spillway-host:edge-h1"));
  EXPECT_EQ(made.user_data, AVultrInstance("").user_data);
  EXPECT_EQ(nlohmann::json::parse(made.body).at("os_id"), 2136) << "looked up by its name";
}

TEST(VultrCreate, GivesBareMetalByItsOwnCall) {
  VultrTestAccount account;
  const auto machine = account.provider->Create(AVultrMetal("token-1"));
  ASSERT_TRUE(machine) << Describe(machine.error());
  const auto made = account.vultr.machines().at(0);
  EXPECT_EQ(made.type, ClusterType::kMetal);
  EXPECT_EQ(machine->id, "bare-metals/" + made.id);
  EXPECT_EQ(machine->state, MachineState::kStarting);
  EXPECT_EQ(machine->address, "");
}

TEST(VultrCreate, LooksTheOperatingSystemUpOnce) {
  VultrTestAccount account;
  ASSERT_TRUE(account.provider->Create(AVultrInstance("token-1")));
  ASSERT_TRUE(account.provider->Create(AVultrInstance("token-2")));
  EXPECT_EQ(account.vultr.calls("os"), 1);

  VultrTestAccount by_number({}, [](VultrConfig& config) { config.os_id = 2284; });
  ASSERT_TRUE(by_number.provider->Create(AVultrInstance("token-1")));
  EXPECT_EQ(by_number.vultr.calls("os"), 0);
  EXPECT_EQ(nlohmann::json::parse(by_number.vultr.machines().at(0).body).at("os_id"), 2284);
}

TEST(VultrCreate, MakesOneMachineHoweverOftenItIsRepeated) {
  for (MachineSpec spec : {AVultrInstance("token-1"), AVultrMetal("token-1")}) {
    VultrTestAccount account;
    const auto first = account.provider->Create(spec);
    ASSERT_TRUE(first) << Describe(first.error());
    for (const bool is_told : {false, true}) {
      spec.is_repeated = is_told;
      const auto again = account.provider->Create(spec);
      ASSERT_TRUE(again) << Describe(again.error());
      EXPECT_EQ(again->id, first->id);
    }
    account.Pass(1h);
    const auto late = account.provider->Create(spec);
    ASSERT_TRUE(late) << Describe(late.error());
    EXPECT_EQ(late->id, first->id);
    EXPECT_EQ(account.vultr.made("spillway-token:token-1"), 1);
  }
}

TEST(VultrCreate, WithATokenOfAnotherMachineIsAConflict) {
  VultrTestAccount account;
  ASSERT_TRUE(account.provider->Create(AVultrInstance("token-1")));
  MachineSpec other = AVultrInstance("token-1");
  other.plan = "vc2-2c-4gb";
  other.is_repeated = true;
  const auto machine = account.provider->Create(other);
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(account.vultr.live(), 1);
}

TEST(VultrCreate, ThatGotNoAnswerIsNotRepeatedBeforeItsMachineCouldBeSeen) {
  VultrTestAccount account;
  account.vultr.Fail("create", VultrFault::NeverCame());
  MachineSpec spec = AVultrInstance("token-1");
  const auto lost = account.provider->Create(spec);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kUnknownOutcome);

  spec.is_repeated = true;
  EXPECT_EQ(account.provider->Create(spec).error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(account.vultr.live(), 0);
  account.Pass(6min);
  EXPECT_TRUE(account.provider->Create(spec)) << "by now it would be seen";
  EXPECT_EQ(account.vultr.live(), 1);
}

TEST(VultrCreate, ThatWasCarriedOutWithoutAnAnswerFindsItsMachine) {
  VultrTestAccount account;
  account.vultr.Fail("create", VultrFault::Lost());
  MachineSpec spec = AVultrMetal("token-1");
  ASSERT_FALSE(account.provider->Create(spec));
  const auto found = account.provider->Find("token-1", "fra", "");
  ASSERT_TRUE(found) << Describe(found.error());
  spec.is_repeated = true;
  const auto again = account.provider->Create(spec);
  ASSERT_TRUE(again) << Describe(again.error());
  EXPECT_EQ(again->id, found->id);
  EXPECT_EQ(account.vultr.live(), 1);
}

TEST(VultrCreate, MakesNothingWhenItCannotLook) {
  VultrTestAccount account;
  MachineSpec spec = AVultrInstance("token-1");
  spec.is_repeated = true;
  account.vultr.Fail("list", VultrFault::Page(502));
  const auto machine = account.provider->Create(spec);
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().kind, ErrorKind::kTransient);
  EXPECT_EQ(account.vultr.live(), 0);
}

TEST(VultrCreate, IsUnknownUnlessVultrClearlySaysOtherwise) {
  const std::pair<VultrFault, ErrorKind> cases[] = {
      {VultrFault::Page(502), ErrorKind::kUnknownOutcome},
      {VultrFault::Refused(500, "Internal server error."), ErrorKind::kUnknownOutcome},
      {VultrFault::NeverCame(), ErrorKind::kUnknownOutcome},
      {VultrFault::Lost(), ErrorKind::kUnknownOutcome},
      {VultrFault::Garbled(), ErrorKind::kUnknownOutcome},
      {VultrFault::Refused(400, "plan is not available in the selected region"),
       ErrorKind::kNoCapacity},
      {VultrFault::Refused(429, "Rate limit exceeded"), ErrorKind::kThrottled},
      {VultrFault::Refused(403, "Not authorized"), ErrorKind::kDenied},
      {VultrFault::Refused(400, "Invalid plan chosen."), ErrorKind::kInvalid},
  };
  for (const auto& [fault, kind] : cases) {
    VultrTestAccount account;
    account.vultr.Fail("create", fault);
    const auto created = account.provider->Create(AVultrInstance("token-1"));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, kind) << Describe(created.error());
  }
}

TEST(VultrCreate, RunsOutOfCapacityAndQuota) {
  VultrTestAccount account;
  account.vultr.SetCapacity("vbm-8c-132gb-v2", 1);
  account.vultr.SetMachineLimit(ClusterType::kVirtual, 1);
  ASSERT_TRUE(account.provider->Create(AVultrMetal("token-1")));
  EXPECT_EQ(account.provider->Create(AVultrMetal("token-2")).error().kind, ErrorKind::kNoCapacity);
  ASSERT_TRUE(account.provider->Create(AVultrInstance("token-3")));
  EXPECT_EQ(account.provider->Create(AVultrInstance("token-4")).error().kind, ErrorKind::kQuota);
  EXPECT_EQ(account.vultr.live(), 2);
}

TEST(VultrCreate, OfAMetalPlanAsAnInstanceIsInvalid) {
  VultrTestAccount account;
  MachineSpec spec = AVultrMetal("token-1");
  spec.cluster_type = ClusterType::kVirtual;
  const auto created = account.provider->Create(spec);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(created.error().text, HasSubstr("Invalid plan chosen."));
}

TEST(VultrCreate, RefusesWhatVultrWouldNotTakeWithoutAsking) {
  VultrTestAccount account;
  MachineSpec long_token = AVultrInstance(std::string(65, 'x'));
  MachineSpec odd_token = AVultrInstance("t\xC3\xB6ken");
  MachineSpec no_host = AVultrInstance("token-1");
  no_host.host = "edge h1";
  MachineSpec large = AVultrInstance("token-1");
  large.user_data = std::string(64 * 1024 + 1, 'x');
  MachineSpec elsewhere = AVultrInstance("token-1");
  elsewhere.location = "ewr";
  for (const MachineSpec& spec : {long_token, odd_token, no_host, large, elsewhere}) {
    const auto created = account.provider->Create(spec);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_EQ(account.vultr.calls("create"), 0);
}

TEST(VultrCreate, IsSlowedDownHereBeforeVultrHasTo) {
  VultrTestAccount account;
  int tokens = 0;
  const auto throttled = [&](int calls) {
    int count = 0;
    for (int i = 0; i < calls; ++i) {
      const auto made =
          account.provider->Create(AVultrInstance("token-" + std::to_string(++tokens)));
      if (!made && made.error().kind == ErrorKind::kThrottled) ++count;
    }
    return count;
  };
  EXPECT_EQ(throttled(17), 2);
  account.clock.RunFor(1s);
  EXPECT_EQ(throttled(4), 1);
}

TEST(VultrCreate, WaitsAsLongAsVultrSays) {
  VultrTestAccount account;
  VultrFault busy = VultrFault::Refused(429, "Rate limit exceeded");
  busy.headers = {{"Retry-After", "30"}};
  account.vultr.Fail("create", busy);
  EXPECT_EQ(account.provider->Create(AVultrInstance("token-1")).error().kind,
            ErrorKind::kThrottled);
  account.clock.RunFor(29s);
  EXPECT_EQ(account.provider->Create(AVultrInstance("token-1")).error().code, "LocalLimit");
  account.clock.RunFor(1s);
  EXPECT_TRUE(account.provider->Create(AVultrInstance("token-1")));
}

}  // namespace
}  // namespace spillway
