// The Vultr executor and the fake Vultr, judged by Prism with Vultr's own API description: each
// request and each answer of a machine's life, of both products.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "providers/vultr/vultr_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/contract/prism.h"
#include "tests/fakes/vultr.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using fakes::VultrFault;
using ::testing::Contains;
using ::testing::IsEmpty;
using testing::Prism;
using ::testing::SizeIs;

const std::string& Description() {
  static const std::string kDescription = testing::ApiDescription("vultr.yaml");
  return kDescription;
}

Surroundings Keys() { return testing::SurroundingsOf({{"VULTR_API_KEY", "CONTRACTKEY"}}); }

class VultrContract : public ::testing::TestWithParam<ClusterType> {
 protected:
  void SetUp() override {
    if (const std::string why = Prism::WhyNot(Description()); !why.empty()) GTEST_SKIP() << why;
    prism_ = std::make_unique<Prism>(Description(), vultr_.url());
    VultrConfig config;
    config.account.name = "vultr";
    config.account.endpoint = prism_->url();
    config.regions = {"fra", "ams"};
    config.ssh_keys = {"3b8066a7-b438-455a-9688-44afc9a3597f"};
    config.firewall_group = "1e6a6c0f-3e0a-4c7b-8f0e-2d1f2a3b4c5d";
    config.most_instances = 10;
    config.most_bare_metals = 10;
    provider_ = std::make_unique<VultrProvider>(
        config,
        PluginContext{
            .clock = clock_, .http = http_, .seed = 0, .world = nullptr, .surroundings = Keys()});
  }

  void TearDown() override {
    if (prism_ == nullptr) return;  // skipped
    EXPECT_THAT(prism_->violations(), IsEmpty());
  }

  bool IsMetal() const { return GetParam() == ClusterType::kMetal; }
  std::string Folder() const { return IsMetal() ? "bare-metals" : "instances"; }
  MachineSpec Spec(const std::string& token) const {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "contract";
    spec.cluster = "edge";
    spec.host = "edge-" + token;
    spec.location = "fra";
    spec.plan = IsMetal() ? "vbm-8c-132gb-v2" : "vc2-4c-8gb";
    spec.cluster_type = GetParam();
    spec.hypervisor = Hypervisor::kLxc;
    spec.user_data = "#cloud-config\npackages: [lxc]\n";
    return spec;
  }

  fakes::FakeVultr vultr_{{.pending_looks = 0, .page_size = 2, .api_key = "CONTRACTKEY"}};
  std::unique_ptr<Prism> prism_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  std::unique_ptr<VultrProvider> provider_;
};

TEST_P(VultrContract, CatalogueIsAskedForAndAnsweredAsDescribed) {
  const auto catalogue = provider_->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_THAT(catalogue->offers, Contains(::testing::Field(&Offer::plan, Spec("t").plan)));
  EXPECT_THAT(catalogue->remarks, IsEmpty());
  EXPECT_THAT(prism_->exchanges(), Contains("GET /v2/account 200"));
  EXPECT_THAT(prism_->exchanges(), Contains("GET /v2/regions/fra/availability?type=vbm 200"));
}

TEST_P(VultrContract, AMachineLivesAsDescribed) {
  const auto made = provider_->Create(Spec("token-1"));
  ASSERT_TRUE(made) << Describe(made.error());
  for (const char* token : {"token-2", "token-3"}) ASSERT_TRUE(provider_->Create(Spec(token)));
  MachineSpec again = Spec("token-3");
  again.is_repeated = true;
  ASSERT_TRUE(provider_->Create(again)) << "found on the second page";

  const auto found = provider_->Find("token-1", "fra", made->id);
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->state, MachineState::kRunning);
  EXPECT_EQ(found->token, "token-1");
  const auto list = provider_->List("contract");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  EXPECT_THAT(list->machines, SizeIs(3));

  const auto deleted = provider_->Delete(made->id, "fra");
  ASSERT_TRUE(deleted) << Describe(deleted.error());
  EXPECT_EQ(vultr_.live(), 2);
  EXPECT_THAT(prism_->exchanges(), Contains("POST /v2/" + Folder() + " 202").Times(3));
  EXPECT_THAT(prism_->exchanges(), Contains("GET /v2/" + made->id + " 200"));
  EXPECT_THAT(prism_->exchanges(), Contains("DELETE /v2/" + made->id + " 204"));
}

TEST_P(VultrContract, RefusalsComeThroughAsTheyAre) {
  vultr_.SetCapacity(Spec("t").plan, 0);
  EXPECT_EQ(provider_->Create(Spec("token-1")).error().kind, ErrorKind::kNoCapacity);
  vultr_.Fail("create", VultrFault::Refused(401, "Invalid API token."));
  EXPECT_EQ(provider_->Create(Spec("token-1")).error().kind, ErrorKind::kDenied);
  const std::string id = Folder() + "/cb676a46-66fd-4dfb-b839-443f2e6c0b60";
  EXPECT_EQ(provider_->Find("token-1", "fra", id).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(provider_->Delete(id, "fra")) << "gone already";
}

INSTANTIATE_TEST_SUITE_P(Both, VultrContract,
                         ::testing::Values(ClusterType::kVirtual, ClusterType::kMetal),
                         [](const auto& test) { return std::string(Name(test.param)); });

}  // namespace
}  // namespace spillway
