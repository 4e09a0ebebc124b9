#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/unit/providers/equinix_account.h"

namespace spillway {
namespace {

using fakes::EquinixFault;
using namespace std::chrono_literals;
using testing::AnEquinixSpec;
using testing::EquinixAccount;

const Offer* FindOffer(const Catalogue& catalogue, const std::string& id) {
  const auto found = std::find_if(catalogue.offers.begin(), catalogue.offers.end(),
                                  [&id](const Offer& o) { return o.id == id; });
  return found == catalogue.offers.end() ? nullptr : &*found;
}

TEST(EquinixOffers, SayWhatAMachineCanBe) {
  EquinixAccount account;
  account.metal.SetCapacity("fr", "c3.small.x86", 3);
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  const Offer* small = FindOffer(*catalogue, "metal/fr/c3.small.x86");
  ASSERT_NE(small, nullptr);
  EXPECT_EQ(small->provider, "metal");
  EXPECT_EQ(small->location, "fr");
  EXPECT_EQ(small->country, "DE");
  EXPECT_EQ(small->coordinates, (Coordinates{50.1, 8.7}));
  EXPECT_EQ(small->cluster_type, ClusterType::kMetal);
  EXPECT_EQ(small->hypervisors,
            (std::vector{Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}));
  EXPECT_EQ(small->capacity, (Capacity{8, 32 * 1024}));
  EXPECT_EQ(small->price_per_hour, Money{750'000});
  EXPECT_EQ(small->billing, (Billing{1h, 1h}));
  EXPECT_EQ(small->time_to_ready, 10min);
  EXPECT_EQ(small->stock, 3);
  EXPECT_EQ(catalogue->remarks, std::vector<std::string>{});
  EXPECT_EQ(FindOffer(*catalogue, "metal/am/c3.small.x86"), nullptr);
}

TEST(EquinixOffers, AreOnlyMetalPlansOnDemandWithAPriceAndCores) {
  EquinixAccount account;
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  std::vector<std::string> plans;
  for (const Offer& offer : catalogue->offers) {
    if (offer.location == "fr") plans.push_back(offer.plan);
  }
  EXPECT_EQ(plans, (std::vector<std::string>{"c3.small.x86", "c3.medium.x86", "s3.xlarge.x86",
                                             "c3.large.arm64", "p9.private.x86"}));
}

TEST(EquinixOffers, HaveThePriceOfTheOperatorOfTheMetroOfThePlanOrOfTheTable) {
  EquinixAccount account;
  account.config.account.prices = {{"fr/c3.small.x86", Money{900'000}},
                                   {"x2.xlarge.x86", Money{7}}};
  account.Open();
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  const std::pair<const char*, Money> cases[] = {
      {"metal/fr/c3.small.x86", Money{900'000}},    {"metal/sv/c3.small.x86", Money{750'000}},
      {"metal/sv/c3.medium.x86", Money{1'500'000}}, {"metal/fr/c3.medium.x86", Money{1'350'000}},
      {"metal/fr/s3.xlarge.x86", Money{2'950'000}}, {"metal/fr/x2.xlarge.x86", Money{7}},
  };
  for (const auto& [id, price] : cases) {
    const Offer* offer = FindOffer(*catalogue, id);
    ASSERT_NE(offer, nullptr) << id;
    EXPECT_EQ(offer->price_per_hour, price) << id;
  }
}

TEST(EquinixOffers, AreThoseThatTheOperatorWants) {
  EquinixAccount account;
  account.config.plans = {"p9.strange.x86"};
  account.config.vcpu = {{"p9.strange.x86", 48}};
  account.Open();
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  ASSERT_EQ(catalogue->offers.size(), 2u);
  EXPECT_EQ(catalogue->offers[0].capacity, (Capacity{48, 64 * 1024}));
}

TEST(EquinixOffers, AreBoundByWhatTheQuotaLeaves) {
  EquinixAccount account;
  account.config.device_quota = 2;
  account.Open();
  account.metal.SetCapacity("fr", "c3.medium.x86", 0);
  account.metal.Add("sv", "c3.small.x86", {});
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_EQ(catalogue->quotas, (std::vector<Quota>{{"metal/devices", 2, QuotaUnit::kMachines}}));
  EXPECT_EQ(FindOffer(*catalogue, "metal/fr/c3.small.x86")->quota, "metal/devices");
  EXPECT_EQ(FindOffer(*catalogue, "metal/fr/c3.small.x86")->stock, 1);
  EXPECT_EQ(FindOffer(*catalogue, "metal/fr/c3.medium.x86")->stock, 0);
  account.metal.Add("sv", "c3.small.x86", {});
  account.metal.Add("sv", "c3.small.x86", {});
  const auto full = account.provider->Offers();
  ASSERT_TRUE(full) << Describe(full.error());
  EXPECT_EQ(FindOffer(*full, "metal/fr/c3.small.x86")->stock, 0);
}

TEST(EquinixOffers, SayWhatWasAskedForAndIsNotThere) {
  EquinixAccount account;
  account.config.metros = {"fr", "zz"};
  account.config.plans = {"c3.small.x86", "x2.xlarge.x86"};
  account.config.device_quota = 2;
  account.Open();
  account.metal.Fail("list capacity", EquinixFault::Refused(403, "Not for you"));
  account.metal.Fail("list devices", EquinixFault::Refused(403, "Nor this"));
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  ASSERT_EQ(catalogue->offers.size(), 1u);
  EXPECT_EQ(catalogue->offers[0].stock, std::nullopt);
  EXPECT_THAT(
      catalogue->remarks,
      ::testing::ElementsAre(
          ::testing::StartsWith("metro zz: "), ::testing::StartsWith("plan x2.xlarge.x86: "),
          ::testing::AllOf(::testing::HasSubstr("to be had"), ::testing::EndsWith("Not for you")),
          ::testing::AllOf(::testing::HasSubstr("quota"), ::testing::EndsWith("Nor this"))));
}

TEST(EquinixOffers, AreAnErrorWhenPlansOrMetrosDoNotCome) {
  for (const char* call : {"list plans", "list metros"}) {
    EquinixAccount account;
    account.metal.Fail(call, EquinixFault::Page(502));
    const auto catalogue = account.provider->Offers();
    ASSERT_FALSE(catalogue) << call;
    EXPECT_EQ(catalogue.error().kind, ErrorKind::kTransient);
    EXPECT_EQ(catalogue.error().where, std::string("equinix ") + call);
  }
}

TEST(EquinixCreate, GivesAMachineThatCarriesItsTagsFromBirth) {
  EquinixAccount account;
  const auto machine = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_TRUE(machine) << Describe(machine.error());
  EXPECT_EQ(machine->state, MachineState::kStarting);
  EXPECT_EQ(machine->token, "token-1");
  EXPECT_EQ(machine->owner, "edge-deployment");
  EXPECT_EQ(machine->location, "fr");
  EXPECT_EQ(machine->plan, "c3.small.x86");
  EXPECT_EQ(machine->address, "");

  const auto device = account.metal.devices().at(0);
  EXPECT_EQ(device.id, machine->id);
  EXPECT_EQ(device.hostname, "edge-h1");
  EXPECT_EQ(device.tags,
            (std::vector<std::string>{"spillway-owner:edge-deployment", "spillway-token:token-1",
                                      "spillway-cluster:edge", "spillway-host:edge-h1"}));
  EXPECT_EQ(device.user_data, AnEquinixSpec("").user_data);
}

TEST(EquinixCreate, SaysWhenTheMachineIsToEndAtTheLatest) {
  EquinixAccount account;
  account.config.terminate_after = 24h;
  account.Open();
  ASSERT_TRUE(account.provider->Create(AnEquinixSpec("token-1")));
  const auto asked = nlohmann::json::parse(account.metal.devices().at(0).body);
  EXPECT_EQ(asked["termination_time"], "2026-03-03T00:00:00Z");
}

TEST(EquinixCreate, GivesAHostThatIsReachedInsideNoPublicAddress) {
  EquinixAccount account({.starting_looks = 0});
  account.config.account.public_address = false;
  account.Open();
  const auto made = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_TRUE(made) << Describe(made.error());
  EXPECT_EQ(account.metal.devices().at(0).public_address, "");
  const auto found = account.provider->Find("token-1", "fr", made->id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->address, "127.0.0.2");
}

TEST(EquinixCreate, ThatIsRepeatedLooksForTheMachineFirst) {
  EquinixAccount account;
  account.metal.Fail("create device", EquinixFault::Lost());
  MachineSpec spec = AnEquinixSpec("token-1");
  const auto lost = account.provider->Create(spec);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kUnknownOutcome);

  spec.is_repeated = true;
  const auto again = account.provider->Create(spec);
  ASSERT_TRUE(again) << Describe(again.error());
  EXPECT_EQ(again->id, account.metal.devices().at(0).id);
  EXPECT_EQ(account.metal.made("spillway-token:token-1"), 1);
}

TEST(EquinixCreate, WithATokenOfAnotherRequestIsAConflict) {
  EquinixAccount account;
  MachineSpec spec = AnEquinixSpec("token-1");
  ASSERT_TRUE(account.provider->Create(spec));
  spec.is_repeated = true;
  spec.plan = "c3.medium.x86";
  const auto other = account.provider->Create(spec);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(other.error().text, "token token-1 has a c3.small.x86 in fr");
}

TEST(EquinixCreate, IsNotAskedForAgainWhileTheMachineMayStillAppear) {
  EquinixAccount account({.hidden_looks = 1});
  account.metal.Fail("create device", EquinixFault::Lost());
  MachineSpec spec = AnEquinixSpec("token-1");
  EXPECT_FALSE(account.provider->Create(spec));
  const auto again = account.provider->Create(spec);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kUnknownOutcome) << Describe(again.error());
  EXPECT_TRUE(account.provider->Create(spec));
  EXPECT_EQ(account.metal.made("spillway-token:token-1"), 1);
}

TEST(EquinixCreate, IsAskedForAgainWhenItNeverAppeared) {
  EquinixAccount account;
  account.metal.Fail("create device", EquinixFault::NeverCame());
  MachineSpec spec = AnEquinixSpec("token-1");
  spec.is_repeated = true;
  EXPECT_FALSE(account.provider->Create(spec));
  EXPECT_FALSE(account.provider->Create(spec));
  account.clock.RunFor(6min);
  EXPECT_TRUE(account.provider->Create(spec));
  EXPECT_EQ(account.metal.made("spillway-token:token-1"), 1);
}

TEST(EquinixCreate, ThatIsRepeatedAsksForNothingWhenItCannotLook) {
  EquinixAccount account;
  account.metal.Fail("list devices", EquinixFault::Page(502));
  MachineSpec spec = AnEquinixSpec("token-1");
  spec.is_repeated = true;
  const auto created = account.provider->Create(spec);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::kTransient);
  EXPECT_EQ(account.metal.calls("create device"), 0);
  EXPECT_TRUE(account.provider->Create(spec));
}

struct Refusal {
  EquinixFault fault;
  ErrorKind kind;
};

TEST(EquinixCreate, IsUnknownUnlessEquinixClearlySaysOtherwise) {
  const Refusal cases[] = {
      {EquinixFault::Page(502), ErrorKind::kUnknownOutcome},
      {EquinixFault::Page(504), ErrorKind::kUnknownOutcome},
      {EquinixFault::Refused(500, "Oh snap, something went wrong!"), ErrorKind::kUnknownOutcome},
      {EquinixFault::NeverCame(), ErrorKind::kUnknownOutcome},
      {EquinixFault::Garbled("<html>welcome</html>"), ErrorKind::kUnknownOutcome},
      {EquinixFault::Garbled(R"({"hostname":"edge-h1"})"), ErrorKind::kUnknownOutcome},
      {EquinixFault::Throttled(), ErrorKind::kThrottled},
      {EquinixFault::Refused(401, "Invalid authentication token"), ErrorKind::kDenied},
      {EquinixFault::Refused(403, "You are not authorized"), ErrorKind::kDenied},
      {EquinixFault::Refused(422, "edge is not a valid hostname"), ErrorKind::kInvalid},
      {EquinixFault::Refused(404, "Not found"), ErrorKind::kNotFound},
  };
  for (const Refusal& refusal : cases) {
    EquinixAccount account;
    account.metal.Fail("create device", refusal.fault);
    const auto created = account.provider->Create(AnEquinixSpec("token-1"));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, refusal.kind) << Describe(created.error());
  }
}

TEST(EquinixCreate, ThatIsAnsweredTooLateIsUnknown) {
  EquinixAccount account;
  account.config.account.call_time_limit = 500ms;
  account.Open();
  EquinixFault slow;
  slow.delay = 1s;
  account.metal.Fail("create device", slow);
  const auto created = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::kUnknownOutcome) << Describe(created.error());
}

TEST(EquinixCreate, RunsOutOfCapacityAndQuota) {
  EquinixAccount account;
  account.metal.SetCapacity("fr", "c3.small.x86", 1);
  ASSERT_TRUE(account.provider->Create(AnEquinixSpec("token-1")));
  const auto sold_out = account.provider->Create(AnEquinixSpec("token-2"));
  ASSERT_FALSE(sold_out);
  EXPECT_EQ(sold_out.error().kind, ErrorKind::kNoCapacity);
  EXPECT_EQ(sold_out.error().text,
            "The metro fr has no provisionable c3.small.x86 servers matching your criteria");

  account.metal.SetDeviceLimit(1);
  const auto over = account.provider->Create(AnEquinixSpec("token-3"));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().kind, ErrorKind::kQuota);
  EXPECT_EQ(account.metal.live(), 1);
}

TEST(EquinixCreate, AsksForTheStockWhenARefusalHasNoWordsThatItKnows) {
  const std::pair<int, ErrorKind> cases[] = {{0, ErrorKind::kNoCapacity}, {1, ErrorKind::kInvalid}};
  for (const auto& [stock, kind] : cases) {
    EquinixAccount account;
    account.metal.SetCapacity("fr", "c3.small.x86", stock);
    account.metal.Fail("create device", EquinixFault::Refused(422, "Computer says no"));
    const auto created = account.provider->Create(AnEquinixSpec("token-1"));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, kind) << stock;
    EXPECT_EQ(created.error().text, "Computer says no");
    EXPECT_EQ(account.metal.calls("check capacity"), 1);
  }
}

TEST(EquinixCreate, RefusesWithoutAskingWhatHasNoTokenOrIsElsewhere) {
  EquinixAccount account;
  MachineSpec elsewhere = AnEquinixSpec("token-1");
  elsewhere.location = "am";
  for (const MachineSpec& spec : {AnEquinixSpec(""), elsewhere}) {
    const auto created = account.provider->Create(spec);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_EQ(account.metal.calls("create device"), 0);
}

TEST(EquinixProvider, IsNotMadeWithoutAKey) {
  HttpClient http;
  const SimulatedLoop clock(testing::At(0s));
  const Surroundings nothing = testing::SurroundingsOf({});
  EquinixConfig config;
  config.account.name = "metal";
  config.metros = {"fr"};
  try {
    EquinixProvider(config, PluginContext{.clock = clock, .http = http, .surroundings = nothing});
    FAIL() << "it was made";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("provider metal: "), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("METAL_AUTH_TOKEN is not set"), std::string::npos);
  }
}

}  // namespace
}  // namespace spillway
