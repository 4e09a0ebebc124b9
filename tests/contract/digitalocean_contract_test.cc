// The DigitalOcean executor and its fake against the description that DigitalOcean publishes, with
// Prism as the judge of both directions. Skipped, with the reason, when there is no Prism or no
// description.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/digitalocean/digitalocean_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/contract/prism.h"
#include "tests/fakes/digitalocean.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using fakes::DigitalOceanFault;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Prism;
using ::testing::SizeIs;

Surroundings Token() {
  return testing::SurroundingsOf({{"DIGITALOCEAN_TOKEN", "dop_v1_contract"}});
}

MachineSpec ASpec(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "contract";
  spec.cluster = "edge";
  spec.host = "edge-h1";
  spec.location = "fra1";
  spec.plan = "s-4vcpu-8gb";
  spec.user_data = "#cloud-config\n# \xC3\xA9t\xC3\xA9\n";
  return spec;
}

class DigitalOceanContract : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string description = testing::ApiDescription("digitalocean.yaml");
    if (const std::string why = Prism::WhyNot(description); !why.empty()) GTEST_SKIP() << why;
    prism_ = std::make_unique<Prism>(description, cloud_.url());
    DigitalOceanConfig config;
    config.account.name = "do";
    config.account.endpoint = prism_->url();
    config.places = {{"fra1", "5a4981aa-9653-4bd1-bef5-d6bff52042e4"}};
    config.ssh_keys = {"289794", "3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45"};
    config.ipv6 = true;
    provider_ = std::make_unique<DigitalOceanProvider>(
        config, PluginContext{.clock = clock_, .http = http_, .surroundings = Token()});
  }

  fakes::FakeDigitalOcean cloud_{{.new_looks = 0, .deleted_looks = 0, .page_size = 3}};
  std::unique_ptr<Prism> prism_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  std::unique_ptr<DigitalOceanProvider> provider_;
};

TEST_F(DigitalOceanContract, HoldsForTheWholeLifeOfADroplet) {
  const auto made = provider_->Create(ASpec("token-1"));
  ASSERT_TRUE(made) << Describe(made.error());
  const auto by_id = provider_->Find("token-1", "fra1", made->id);
  ASSERT_TRUE(by_id) << Describe(by_id.error());
  EXPECT_EQ(by_id->state, MachineState::kRunning);
  const auto by_token = provider_->Find("token-1", "fra1", "");
  ASSERT_TRUE(by_token) << Describe(by_token.error());
  EXPECT_EQ(by_token->id, made->id);
  EXPECT_TRUE(provider_->Delete(made->id, "fra1"));
  const auto gone = provider_->Find("token-1", "fra1", made->id);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::kNotFound);

  const std::string droplet = "/v2/droplets/" + made->id;
  const std::string by_tag = "GET /v2/droplets?tag_name=spillway-token%3Atoken-1";
  EXPECT_THAT(prism_->exchanges(),
              ElementsAre("POST /v2/droplets 202", "GET " + droplet + " 200",
                          by_tag + "&page=1&per_page=200 200", "DELETE " + droplet + " 204",
                          "GET " + droplet + " 404"));
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

TEST_F(DigitalOceanContract, HoldsForACreationThatFails) {
  cloud_.FailCreations();
  const auto made = provider_->Create(ASpec("token-1"));
  ASSERT_TRUE(made) << Describe(made.error());
  EXPECT_EQ(provider_->Find("token-1", "fra1", made->id)->state, MachineState::kGone);
  EXPECT_THAT(prism_->exchanges(),
              Contains("GET /v2/actions/" + cloud_.droplets().at(0).action + " 200"));
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

TEST_F(DigitalOceanContract, HoldsForListsOfSeveralPages) {
  for (int i = 0; i < 7; ++i) {
    cloud_.Add("fra1", "c-2", {"spillway-owner:contract", "spillway-token:t"});
  }
  const auto list = provider_->List("contract");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  EXPECT_THAT(list->machines, SizeIs(7));
  EXPECT_THAT(prism_->exchanges(), SizeIs(3));
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

TEST_F(DigitalOceanContract, HoldsForTheCatalogue) {
  const auto catalogue = provider_->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_THAT(catalogue->offers, Not(IsEmpty()));
  EXPECT_THAT(catalogue->remarks, IsEmpty());
  EXPECT_THAT(
      prism_->exchanges(),
      ::testing::IsSupersetOf({"GET /v2/account 200", "GET /v2/regions?page=1&per_page=200 200",
                               "GET /v2/sizes?page=1&per_page=200 200",
                               "GET /v2/droplets?page=1&per_page=1 200"}));
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

TEST_F(DigitalOceanContract, HoldsForErrors) {
  struct Row {
    DigitalOceanFault fault;
    ErrorKind kind;
  };
  const auto refused = DigitalOceanFault::Refused;
  const Row rows[] = {
      {refused(401, "unauthorized", "Unable to authenticate you"), ErrorKind::kDenied},
      {refused(403, "forbidden", "You are not authorized"), ErrorKind::kDenied},
      {refused(409, "conflict", "x"), ErrorKind::kConflict},
      {refused(422, "unprocessable_entity", "this will exceed your droplet limit"),
       ErrorKind::kQuota},
      {refused(422, "unprocessable_entity", "Size is not available in this region."),
       ErrorKind::kNoCapacity},
      {DigitalOceanFault::Throttled({{"retry-after", "1"}}), ErrorKind::kThrottled},
      {refused(500, "server_error", "Unexpected server-side error"), ErrorKind::kUnknownOutcome},
  };
  for (const Row& row : rows) {
    clock_.RunFor(std::chrono::minutes(1));
    cloud_.Fail("create droplet", row.fault);
    const auto created = provider_->Create(ASpec("token-" + row.fault.id));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, row.kind) << Describe(created.error());
    EXPECT_EQ(created.error().text, row.fault.message) << "of the fake, not of Prism";
  }
  EXPECT_EQ(cloud_.calls("create droplet"), 7);
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

}  // namespace
}  // namespace spillway
