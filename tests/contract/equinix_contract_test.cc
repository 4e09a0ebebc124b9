// The Equinix executor and the fake Metal API, held against the API's last published description by
// Prism between them: each request and each answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/equinix/equinix_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/contract/prism.h"
#include "tests/fakes/equinix.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using fakes::EquinixFault;
using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Prism;

class EquinixContract : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string description = testing::ApiDescription("equinix-metal.yaml");
    if (const std::string why = Prism::WhyNot(description); !why.empty()) GTEST_SKIP() << why;
    prism_ = std::make_unique<Prism>(description, metal_.origin());
    config_.account.name = "metal";
    config_.account.endpoint = prism_->url() + "/metal/v1";
    config_.access.project = metal_.options().project;
    config_.metros = {"fr", "sv"};
    config_.device_quota = 10;
    Open();
  }

  void TearDown() override {
    if (prism_ == nullptr) return;
    EXPECT_THAT(prism_->violations(), IsEmpty());
  }

  void Open() {
    provider_ = std::make_unique<EquinixProvider>(
        config_, PluginContext{.clock = clock_,
                               .http = http_,
                               .seed = 0,
                               .world = nullptr,
                               .surroundings = testing::SurroundingsOf(
                                   {{"METAL_AUTH_TOKEN", "contract-key"}})});
  }

  static MachineSpec Spec(const std::string& token) {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "contract";
    spec.cluster = "edge";
    spec.host = "edge-h1";
    spec.location = "fr";
    spec.plan = "c3.small.x86";
    spec.user_data = "#cloud-config\n# \xC3\xA9t\xC3\xA9\n";
    return spec;
  }

  fakes::FakeEquinix metal_{{.key = "contract-key", .starting_looks = 0, .page_size = 1}};
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  EquinixConfig config_;
  std::unique_ptr<Prism> prism_;
  std::unique_ptr<EquinixProvider> provider_;
};

TEST_F(EquinixContract, HoldsForTheLifeOfAMachine) {
  const auto offers = provider_->Offers();
  ASSERT_TRUE(offers) << Describe(offers.error());
  EXPECT_THAT(offers->remarks, IsEmpty());
  EXPECT_THAT(offers->offers, ::testing::Not(IsEmpty()));

  const auto made = provider_->Create(Spec("token-1"));
  ASSERT_TRUE(made) << Describe(made.error());
  ASSERT_TRUE(provider_->Create(Spec("token-2")));
  const auto running = provider_->Find("token-1", "fr", made->id);
  ASSERT_TRUE(running) << Describe(running.error());
  EXPECT_EQ(running->state, MachineState::kRunning);
  const auto by_token = provider_->Find("token-2", "fr", "");
  ASSERT_TRUE(by_token) << Describe(by_token.error());
  const auto list = provider_->List("contract");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  EXPECT_EQ(list->machines.size(), 2u);

  ASSERT_TRUE(provider_->Delete(made->id, "fr"));
  EXPECT_EQ(provider_->Find("token-1", "fr", made->id)->state, MachineState::kStopping);
  EXPECT_EQ(provider_->Find("token-1", "fr", made->id).error().kind, ErrorKind::kNotFound);

  EXPECT_THAT(prism_->exchanges(), Contains(HasSubstr("POST")).Times(2));
  EXPECT_THAT(prism_->exchanges(), Contains(HasSubstr("&page=2")));
}

TEST_F(EquinixContract, HoldsForEverythingThatCanBeAskedFor) {
  config_.account.public_address = false;
  config_.terminate_after = 24h;
  config_.project_ssh_keys = {"0b1e0f8a-5b1c-4b8e-9d3a-000000000007"};
  config_.user_ssh_keys = {"0b1e0f8a-5b1c-4b8e-9d3a-000000000008"};
  Open();
  const auto made = provider_->Create(Spec("token-1"));
  ASSERT_TRUE(made) << Describe(made.error());
}

TEST_F(EquinixContract, HoldsForMachinesThatFailAndForRefusals) {
  metal_.FailStarts("Provisioning failed: no available servers");
  const auto made = provider_->Create(Spec("token-1"));
  ASSERT_TRUE(made) << Describe(made.error());
  const auto failed = provider_->Find("token-1", "fr", made->id);
  ASSERT_TRUE(failed) << Describe(failed.error());
  EXPECT_EQ(failed->start_failure, ErrorKind::kNoCapacity);

  metal_.SetCapacity("fr", "c3.small.x86", 0);
  EXPECT_EQ(provider_->Create(Spec("token-2")).error().kind, ErrorKind::kNoCapacity);
  metal_.SetDeviceLimit(1);
  EXPECT_EQ(provider_->Create(Spec("token-3")).error().kind, ErrorKind::kQuota);
  MachineSpec unknown = Spec("token-4");
  unknown.plan = "no-such-plan";
  EXPECT_EQ(provider_->Create(unknown).error().kind, ErrorKind::kInvalid);
  metal_.Lock(made->id);
  EXPECT_EQ(provider_->Delete(made->id, "fr").error().kind, ErrorKind::kConflict);
  metal_.TakeAway(made->id);
  EXPECT_EQ(provider_->Find("token-1", "fr", made->id)->state, MachineState::kGone);
  metal_.Fail("list devices", EquinixFault::Refused(401, "Invalid authentication token"));
  EXPECT_EQ(provider_->List("contract").error().kind, ErrorKind::kDenied);

  for (const char* part :
       {" 422", " 403", " 401", "/events", "POST /metal/v1/capacity/metros 200"}) {
    EXPECT_THAT(prism_->exchanges(), Contains(HasSubstr(part)));
  }
}

}  // namespace
}  // namespace spillway
