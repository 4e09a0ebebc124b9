#include "scaler/plan/eligibility.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/plan/plan_case.h"

namespace spillway {
namespace {

using namespace spillway::testing;

constexpr Coordinates kFrankfurt{50.1, 8.7};

TEST(Eligibility, SaysWhyAnOfferDoesNotFit) {
  struct Case {
    std::string code;  // "": it fits
    std::function<void(PlanCase&, Offer&)> change;
  };
  const Case kCases[] = {
      {"", [](PlanCase&, Offer&) {}},
      {"wrong_place", [](PlanCase&, Offer& o) { o.location = "ams"; }},
      {"",
       [](PlanCase& c, Offer& o) {
         c.cluster.ladder[1].location = "";
         o.location = "ams";
       }},
      {"wrong_plan",
       [](PlanCase& c, Offer&) {
         c.cluster.ladder[1].plans = {"l", "xl"};
       }},
      {"",
       [](PlanCase& c, Offer&) {
         c.cluster.ladder[1].plans = {"l", "m"};
       }},
      {"cluster_type", [](PlanCase&, Offer& o) { o.cluster_type = ClusterType::kVirtual; }},
      {"workload",
       [](PlanCase& c, Offer&) { c.cluster.workload = Workload::kApplicationContainers; }},
      {"hypervisor", [](PlanCase&, Offer& o) { o.hypervisors = {Hypervisor::kLxc}; }},
      {"jurisdiction", [](PlanCase& c, Offer&) { c.cluster.jurisdiction = {"FR"}; }},
      {"",
       [](PlanCase& c, Offer&) {
         c.cluster.jurisdiction = {"FR", "EU"};
       }},
      {"jurisdiction",
       [](PlanCase& c, Offer& o) {
         c.cluster.jurisdiction = {"EU"};
         o.country = "";
       }},
      {"backed_off",
       [](PlanCase& c, Offer&) {
         c.backoffs = {{"cloud/fra/m", At(1s), 2, "no capacity"}};
       }},
      {"",
       [](PlanCase& c, Offer&) {
         c.backoffs = {{"cloud/fra/m", At(0s), 2, "no capacity"}};
       }},
      {"backed_off",
       [](PlanCase& c, Offer& o) {
         o.group = "metal";
         c.backoffs = {{"metal", At(1s), 1, "no capacity"}};
       }},
      {"backed_off",
       [](PlanCase& c, Offer& o) {
         o.quota = "standard";
         c.backoffs = {{"standard", At(1s), 1, "limit reached"}};
       }},
      {"backed_off",
       [](PlanCase& c, Offer&) {
         c.backoffs = {{"cloud", At(1s), 1, "denied"}};
       }},
      {"",
       [](PlanCase& c, Offer&) {
         c.backoffs = {{"", At(1s), 1, "of no one"}};
       }},
  };
  for (const Case& expected : kCases) {
    PlanCase c;
    Offer offer = c.offers[1];
    expected.change(c, offer);
    const auto reason = WhyNot(c.Input(), c.cluster.ladder[1], offer);
    EXPECT_EQ(reason ? reason->code : "", expected.code);
  }
}

TEST(Eligibility, HoldsTheLatencyLimitByMeasurementElseByDistance) {
  struct Case {
    const char* name;
    std::optional<Coordinates> cluster;
    std::optional<Coordinates> offer;
    std::map<std::string, Duration> measured;
    std::string code;
  };
  constexpr Coordinates kSydney{-33.9, 151.2};
  const Case kCases[] = {
      {"near", kFrankfurt, kFrankfurt, {}, ""},
      {"far", kFrankfurt, kSydney, {}, "latency"},
      {"far, but measured at the limit", kFrankfurt, kSydney, {{"fra", 20ms}}, ""},
      {"near, but measured over the limit", kFrankfurt, kFrankfurt, {{"fra", 21ms}}, "latency"},
      {"measured elsewhere", kFrankfurt, kFrankfurt, {{"ams", 90ms}}, ""},
      {"offer somewhere", kFrankfurt, std::nullopt, {}, "latency_unknown"},
      {"cluster somewhere", std::nullopt, kFrankfurt, {}, "latency_unknown"},
      {"both somewhere, but measured", std::nullopt, std::nullopt, {{"fra", 5ms}}, ""},
  };
  for (const Case& expected : kCases) {
    PlanCase c;
    c.cluster.max_latency = 20ms;
    c.cluster.location = expected.cluster;
    c.round_trips = expected.measured;
    c.offers[1].coordinates = expected.offer;
    const auto reason = WhyNot(c.Input(), c.cluster.ladder[1], c.offers[1]);
    EXPECT_EQ(reason ? reason->code : "", expected.code) << expected.name;
  }
}

TEST(Eligibility, KeepsWhatDoesNotFitOutOfThePlanWithItsReason) {
  PlanCase c;
  c.cluster.jurisdiction = {"FR"};
  const Plan plan = c.Wants(1).Make();
  EXPECT_TRUE(plan.take.empty());
  EXPECT_EQ(CodeOf(plan.offers, "rack/home/r"), "jurisdiction");
  EXPECT_EQ(Codes(plan.reasons), (std::vector<std::string>{"no_offer", "no_offer"}));
  EXPECT_EQ(plan.shortfall, kHostSize);
}

}  // namespace
}  // namespace spillway
