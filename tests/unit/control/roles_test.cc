// Policies that change places while the loop runs.
#include "scaler/control/roles.h"

#include <gmock/gmock.h>

#include "policies/manual/manual.h"
#include "tests/support/driven_service.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Remembers who was there at the last evaluation.
struct Observer final : ControlWatcher {
  std::vector<std::string> acting;
  std::vector<std::string> shadows;
  int changes = 0;

  void OnSamples(const SampleBatch& /*batch*/, Time /*now*/) override {}
  void OnEvaluation(const SeenEvaluation& seen) override {
    acting = Names(seen.acting);
    shadows = Names(seen.shadows);
  }
  void OnRoles(const PolicyRoles& /*roles*/, Time /*now*/) override { ++changes; }

  static std::vector<std::string> Names(std::span<const std::unique_ptr<Policy>> policies) {
    std::vector<std::string> names;
    for (const auto& policy : policies) names.push_back(policy->name());
    return names;
  }
};

// "load" and a floor by hand act; "patient" and "bold" are shadows.
class RolesTest : public ::testing::Test, protected DrivenService {
 protected:
  RolesTest() {
    std::vector<PolicyList> shadows(1);
    shadows[0].push_back(FollowLoad("patient"));
    shadows[0].push_back(FollowLoad("bold"));
    control_.SetShadows(std::move(shadows));
    control_.Watch(observer_);
    control_.Start();
    loop_.RunFor(1s);
  }
  static std::vector<PolicyList> Acting() {
    ManualConfig floor;
    floor.stand = {RecommendationKind::kFloor, kHostSize};
    std::vector<PolicyList> acting(1);
    acting[0].push_back(FollowLoad("load"));
    acting[0].push_back(std::make_unique<ManualPolicy>("floor", floor));
    return acting;
  }
  void Take(std::vector<std::string> acting, std::vector<std::string> configured = {"load"}) {
    control_.TakeRoles({{"edge", std::move(acting), std::move(configured), loop_.Now()}});
    loop_.RunFor(1s);
  }

  Observer observer_;
  ControlLoop control_{Context(), store_, Acting(), {}, nobody_};
};

TEST_F(RolesTest, AtFirstTheyAreAsConfigured) {
  EXPECT_THAT(observer_.acting, ElementsAre("load", "floor"));
  EXPECT_THAT(observer_.shadows, ElementsAre("patient", "bold"));
}

TEST_F(RolesTest, WhatIsPromotedActsAndWhatActedIsAShadow) {
  Take({"patient"});
  EXPECT_THAT(observer_.acting, ElementsAre("floor", "patient")) << "no signal, no change";
  EXPECT_THAT(observer_.shadows, ElementsAre("bold", "load"));
  EXPECT_EQ(observer_.changes, 1);
  Take({"load", "bold"});
  EXPECT_THAT(observer_.acting, ElementsAre("floor", "bold", "load"));
  EXPECT_THAT(observer_.shadows, ElementsAre("patient"));
}

TEST_F(RolesTest, TheSameRolesAgainChangeNothing) {
  const PolicyRoles roles{"edge", {"patient"}, {"load"}, At(0s)};
  control_.TakeRoles({roles});
  control_.TakeRoles({roles});
  loop_.RunFor(1s);
  EXPECT_EQ(observer_.changes, 1);
}

TEST_F(RolesTest, PassedOverAreUnknownPoliciesAndWhatIsOlderThanTheConfiguration) {
  Take({"patient", "gone"});
  EXPECT_THAT(observer_.acting, ElementsAre("load", "floor"));
  Take({"patient"}, {"what-acted-then"});
  EXPECT_THAT(observer_.acting, ElementsAre("load", "floor"));
  EXPECT_EQ(observer_.changes, 0);
}

TEST(PolicyRoles, TheirNoteGivesThemBack) {
  const PolicyRoles roles{"edge", {"patient", "bold"}, {"load"}, At(1h)};
  EXPECT_EQ(RolesFrom(NoteOf(roles)), roles);
  EXPECT_EQ(RolesFrom({kRolesNote, "edge", "torn"}), std::nullopt);

  MemoryStore store("test");
  EXPECT_THAT(StoredRoles(store), IsEmpty());
  Changes changes;
  changes.notes = {NoteOf(roles), {kRolesNote, "core", "torn"}};
  store.Commit(changes);
  EXPECT_THAT(StoredRoles(store), ElementsAre(roles));
}

}  // namespace
}  // namespace spillway
