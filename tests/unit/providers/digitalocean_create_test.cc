#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/unit/providers/digitalocean_account.h"

namespace spillway {
namespace {

using fakes::DigitalOceanFault;
using testing::ADropletSpec;
using ::testing::Contains;
using testing::DigitalOceanWorld;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Repeated;
using namespace std::chrono_literals;

const Offer* FindOffer(const Catalogue& catalogue, const std::string& id) {
  const auto found = std::find_if(catalogue.offers.begin(), catalogue.offers.end(),
                                  [&id](const Offer& o) { return o.id == id; });
  return found == catalogue.offers.end() ? nullptr : &*found;
}

TEST(DigitalOceanOffers, ComeFromTheApiWithPriceAndStock) {
  DigitalOceanWorld world({.droplet_limit = 7});
  world.cloud.Add("nyc3", "c-2", {"of-somebody-else"});
  const auto catalogue = world.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_THAT(catalogue->remarks, IsEmpty());
  const Offer* offer = FindOffer(*catalogue, "do/fra1/s-4vcpu-8gb");
  ASSERT_NE(offer, nullptr);
  EXPECT_EQ(offer->price_per_hour, Money{71'429});
  EXPECT_EQ(offer->stock, 6);
  EXPECT_EQ(FindOffer(*catalogue, "do/nyc3/s-4vcpu-8gb"), nullptr) << "not configured";
  EXPECT_EQ(FindOffer(*catalogue, "do/fra1/gpu-h100x1-80gb"), nullptr);
  EXPECT_EQ(FindOffer(*catalogue, "do/fra1/s-20vcpu-96gb"), nullptr) << "not available";
}

TEST(DigitalOceanOffers, ComeFromAllPages) {
  DigitalOceanWorld whole;
  DigitalOceanWorld paged({.page_size = 3});
  const auto catalogue = paged.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_EQ(*catalogue, *whole.provider->Offers());
}

TEST(DigitalOceanOffers, AreThereWithoutTheRightToSeeTheAccount) {
  DigitalOceanWorld world;
  world.cloud.Fail("get account", DigitalOceanFault::Refused(403, "forbidden", "no account:read"));
  const auto catalogue = world.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  const Offer* offer = FindOffer(*catalogue, "do/fra1/s-4vcpu-8gb");
  ASSERT_NE(offer, nullptr);
  EXPECT_EQ(offer->stock, std::nullopt);
  EXPECT_THAT(catalogue->remarks, ElementsAre(HasSubstr("no account:read")));
}

TEST(DigitalOceanOffers, OfALockedAccountAreDeniedWithItsWords) {
  DigitalOceanWorld world;
  world.cloud.SetAccountStatus("warning", "a payment is late");
  EXPECT_THAT(world.provider->Offers()->remarks,
              ElementsAre("the account has a warning: a payment is late"));
  world.cloud.SetAccountStatus("locked", "a payment is missing");
  const auto locked = world.provider->Offers();
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(locked.error().text, HasSubstr("a payment is missing"));
}

TEST(DigitalOceanOffers, SayThatARegionHasClosed) {
  DigitalOceanWorld world;
  world.cloud.CloseRegion("ams3");
  const auto catalogue = world.provider->Offers();
  ASSERT_TRUE(catalogue);
  EXPECT_EQ(FindOffer(*catalogue, "do/ams3/s-4vcpu-8gb"), nullptr);
  EXPECT_THAT(catalogue->remarks, ElementsAre("region ams3 takes no new Droplets now"));
}

TEST(DigitalOceanCreate, GivesADropletThatCarriesItsTagsFromBirth) {
  DigitalOceanWorld world;
  const auto machine = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_TRUE(machine) << Describe(machine.error());
  EXPECT_EQ(machine->state, MachineState::kStarting);
  EXPECT_EQ(machine->state_text, "new");
  EXPECT_EQ(machine->token, "token-1");
  EXPECT_EQ(machine->owner, "edge-deployment");
  EXPECT_EQ(machine->location, "fra1");
  EXPECT_EQ(machine->plan, "s-4vcpu-8gb");
  EXPECT_EQ(machine->address, "");

  const auto droplet = world.cloud.droplets().at(0);
  EXPECT_EQ(droplet.id, machine->id);
  EXPECT_EQ(droplet.name, "edge-h1");
  EXPECT_EQ(droplet.user_data, ADropletSpec("").user_data);
  EXPECT_THAT(droplet.tags, ElementsAre("spillway-owner:edge-deployment", "spillway-token:token-1",
                                        "spillway-cluster:edge"));
  const auto body = nlohmann::json::parse(droplet.request);
  EXPECT_EQ(body.at("image"), "debian-12-x64");
  EXPECT_EQ(body.at("vpc_uuid"), "5a4981aa-9653-4bd1-bef5-d6bff52042e4");
  EXPECT_EQ(body.at("ssh_keys").at(0), 289794);
}

TEST(DigitalOceanCreate, MakesOneDropletHoweverOftenItIsRepeated) {
  DigitalOceanWorld world;
  const auto first = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_TRUE(first);
  for (const bool is_restarted : {false, true}) {
    if (is_restarted) world.Open();
    const auto again = world.provider->Create(Repeated(ADropletSpec("token-1")));
    ASSERT_TRUE(again) << Describe(again.error());
    EXPECT_EQ(again->id, first->id);
  }
  EXPECT_EQ(world.cloud.made("spillway-token:token-1"), 1);
}

TEST(DigitalOceanCreate, OfAnotherMachineUnderATokenThatHasOneIsAConflict) {
  DigitalOceanWorld world;
  ASSERT_TRUE(world.provider->Create(ADropletSpec("token-1")));
  MachineSpec larger = Repeated(ADropletSpec("token-1"));
  larger.plan = "c-2";
  MachineSpec elsewhere = Repeated(ADropletSpec("token-1"));
  elsewhere.location = "ams3";
  for (const MachineSpec& spec : {larger, elsewhere}) {
    const auto refused = world.provider->Create(spec);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kConflict) << Describe(refused.error());
  }
  EXPECT_EQ(world.cloud.live(), 1);
}

TEST(DigitalOceanCreate, ThatGotNoAnswerIsUnknownAndTheDropletIsFoundByItsToken) {
  DigitalOceanWorld world;
  world.cloud.Fail("create droplet", DigitalOceanFault::Lost());
  const auto created = world.provider->Create(ADropletSpec("token-1"));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::kUnknownOutcome);

  const auto found = world.provider->Find("token-1", "fra1", "");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->id, world.cloud.droplets().at(0).id);
  EXPECT_EQ(found->owner, "edge-deployment");
  EXPECT_EQ(world.provider->Find("token-2", "fra1", "").error().kind, ErrorKind::kNotFound);
}

TEST(DigitalOceanCreate, IsNotRepeatedWhileTheFirstDropletMayStillAppear) {
  DigitalOceanWorld world({.hidden_looks = 2});
  world.cloud.Fail("create droplet", DigitalOceanFault::Lost());
  ASSERT_FALSE(world.provider->Create(ADropletSpec("token-1")));
  for (int i = 0; i < 2; ++i) {
    const auto again = world.provider->Create(Repeated(ADropletSpec("token-1")));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::kUnknownOutcome) << Describe(again.error());
  }
  const auto found = world.provider->Create(Repeated(ADropletSpec("token-1")));
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(world.cloud.made("spillway-token:token-1"), 1);
}

TEST(DigitalOceanCreate, IsSentAgainWhenTheFirstCallNeverCame) {
  DigitalOceanWorld world;
  world.cloud.Fail("create droplet", DigitalOceanFault::NeverCame());
  ASSERT_FALSE(world.provider->Create(ADropletSpec("token-1")));
  EXPECT_FALSE(world.provider->Create(Repeated(ADropletSpec("token-1")))) << "it may still appear";
  world.RunFor(10min);
  EXPECT_TRUE(world.provider->Create(Repeated(ADropletSpec("token-1"))));
  EXPECT_EQ(world.cloud.made("spillway-token:token-1"), 1);
}

TEST(DigitalOceanCreate, IsNotRepeatedWhenItCannotLook) {
  DigitalOceanWorld world;
  ASSERT_TRUE(world.provider->Create(ADropletSpec("token-1")));
  world.Open();
  world.cloud.Fail("list droplets", DigitalOceanFault::Page(502));
  const auto again = world.provider->Create(Repeated(ADropletSpec("token-1")));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kTransient);
  EXPECT_EQ(world.cloud.calls("create droplet"), 1);
}

struct Refusal {
  DigitalOceanFault fault;
  ErrorKind kind;
};

TEST(DigitalOceanCreate, IsUnknownUnlessDigitalOceanClearlySaysOtherwise) {
  const auto refused = DigitalOceanFault::Refused;
  const Refusal cases[] = {
      {DigitalOceanFault::Page(502), ErrorKind::kUnknownOutcome},
      {DigitalOceanFault::Page(504), ErrorKind::kUnknownOutcome},
      {refused(500, "server_error", "Unexpected server-side error"), ErrorKind::kUnknownOutcome},
      {refused(503, "service_unavailable", "x"), ErrorKind::kUnknownOutcome},
      {DigitalOceanFault::NeverCame(), ErrorKind::kUnknownOutcome},
      {DigitalOceanFault::Garbled(), ErrorKind::kUnknownOutcome},
      {refused(422, "unprocessable_entity", "Size is not available in this region."),
       ErrorKind::kNoCapacity},
      {DigitalOceanFault::Throttled(), ErrorKind::kThrottled},
      {refused(403, "forbidden", "x"), ErrorKind::kDenied},
      {DigitalOceanFault::Page(403), ErrorKind::kDenied},
      {refused(422, "unprocessable_entity", "You specified an invalid image"), ErrorKind::kInvalid},
  };
  for (const Refusal& refusal : cases) {
    DigitalOceanWorld world;
    world.cloud.Fail("create droplet", refusal.fault);
    const auto created = world.provider->Create(ADropletSpec("token-1"));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, refusal.kind) << Describe(created.error());
  }
}

TEST(DigitalOceanCreate, RunsOutOfCapacityAndOfTheAccountsLimit) {
  DigitalOceanWorld world({.droplet_limit = 2});
  world.cloud.SetCapacity("s-4vcpu-8gb", 1);
  ASSERT_TRUE(world.provider->Create(ADropletSpec("token-1")));
  const auto sold_out = world.provider->Create(ADropletSpec("token-2"));
  ASSERT_FALSE(sold_out);
  EXPECT_EQ(sold_out.error().kind, ErrorKind::kNoCapacity) << Describe(sold_out.error());
  MachineSpec other = ADropletSpec("token-3");
  other.plan = "c-2";
  ASSERT_TRUE(world.provider->Create(other));
  other.token = "token-4";
  const auto too_many = world.provider->Create(other);
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().kind, ErrorKind::kQuota) << Describe(too_many.error());
  EXPECT_EQ(world.cloud.live(), 2);
}

TEST(DigitalOceanCreate, RefusesWhatDigitalOceanWouldNotTakeWithoutAsking) {
  DigitalOceanWorld world;
  MachineSpec nameless = ADropletSpec("token-1");
  nameless.host = "";
  MachineSpec odd_name = ADropletSpec("token-1");
  odd_name.host = "edge_h1";
  MachineSpec long_name = ADropletSpec("token-1");
  long_name.host = std::string(256, 'x');
  MachineSpec odd_tag = ADropletSpec("token-1");
  odd_tag.owner = "edge deployment";
  MachineSpec long_tag = ADropletSpec(std::string(255, 'x'));
  MachineSpec large = ADropletSpec("token-1");
  large.user_data = std::string(64 * 1024 + 1, 'x');
  MachineSpec elsewhere = ADropletSpec("token-1");
  elsewhere.location = "nyc3";
  for (const MachineSpec& spec :
       {nameless, odd_name, long_name, odd_tag, long_tag, large, elsewhere, ADropletSpec("")}) {
    const auto created = world.provider->Create(spec);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::kInvalid) << Describe(created.error());
  }
  EXPECT_THAT(world.cloud.requests(), IsEmpty());

  large.user_data.pop_back();
  EXPECT_TRUE(world.provider->Create(large)) << "64 KiB are taken";
}

TEST(DigitalOceanCreate, WaitsAsLongAsDigitalOceanSays) {
  DigitalOceanWorld world;
  world.cloud.Fail("create droplet", DigitalOceanFault::Throttled({{"retry-after", "30"}}));
  EXPECT_EQ(world.provider->Create(ADropletSpec("token-1")).error().kind, ErrorKind::kThrottled);
  world.RunFor(29s);
  EXPECT_EQ(world.provider->Create(ADropletSpec("token-1")).error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(world.cloud.calls("create droplet"), 1);
  world.RunFor(1s);
  EXPECT_TRUE(world.provider->Create(ADropletSpec("token-1")));
}

// 250 a minute and 5,000 an hour, whatever is asked.
TEST(DigitalOceanCalls, KeepBelowTheLimitsOfAToken) {
  DigitalOceanWorld world;
  const auto sent = [&] { return static_cast<int>(world.cloud.requests().size()); };
  const auto ask = [&] {
    for (int i = 0; i < 50; ++i) {
      static_cast<void>(world.provider->Delete(std::to_string(i + 1), "fra1"));
      static_cast<void>(world.provider->List("edge-deployment"));
    }
  };
  int within_a_minute = 0;
  for (int second = 0; second < 3600; second += 20) {
    ask();
    if (second == 60) within_a_minute = sent();
    world.RunFor(20s);
  }
  EXPECT_GT(within_a_minute, 100);
  EXPECT_LE(within_a_minute, 250);
  EXPECT_GT(sent(), 4000);
  EXPECT_LE(sent(), 5000);
}

}  // namespace
}  // namespace spillway
