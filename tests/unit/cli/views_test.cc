// What people read. The tests look for the lines that matter, not for every space.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "scaler/cli/explain_view.h"
#include "scaler/cli/hosts_view.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/status_view.h"
#include "scaler/model/json.h"
#include "tests/unit/cli/view_records.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Lines with runs of spaces made one and none at their ends, so that a test survives a change of
// the layout.
std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string plain;
    for (std::string word; words >> word;) plain += (plain.empty() ? "" : " ") + word;
    if (!plain.empty()) lines.push_back(plain);
  }
  return lines;
}

int PlaceOf(const std::vector<std::string>& lines, const std::string& line) {
  const auto found = std::find(lines.begin(), lines.end(), line);
  EXPECT_NE(found, lines.end()) << "no line: " << line;
  return static_cast<int>(found - lines.begin());
}

class StatusTest : public ::testing::Test {
 protected:
  StatusTest() {
    clusters_[0].cluster = "edge";
    clusters_[0].has_decided = true;
    clusters_[0].wanted = kHostSize * 5;
    clusters_[0].last_out = At(-12s);
    clusters_[0].signals = {AFreshSignal("cpu", 0.93), AStaleSignal("latency")};
  }
  StatusInput input() const { return {clusters_, hosts_, decisions_, backoffs_, shadows_, At(0s)}; }
  std::vector<std::string> Lines() const { return LinesOf(StatusView(input(), {})); }

  std::vector<ClusterState> clusters_{1};
  std::vector<HostRecord> hosts_ = HostsInABurst();
  std::vector<DecisionRecord> decisions_ = {ABurst()};
  std::vector<OfferBackoff> backoffs_;
  std::vector<ShadowScore> shadows_;
};

TEST_F(StatusTest, TellsWhatAClusterWantsHasAndCosts) {
  EXPECT_THAT(Lines(),
              AllOf(Contains("edge: grow, decided 12 s ago (edge-17)"),
                    Contains("wanted 40 vCPU, 160 GiB"), Contains("ready 8 vCPU, 32 GiB on 1 host"),
                    Contains("usable 24 vCPU, 96 GiB on 3 hosts, with those on their way up"),
                    Contains("money 812.40 spent this month, 14.20 reserved, 4.10 an hour"),
                    Contains("room no limit this month, 5.90 an hour"),
                    Contains("missing 4 vCPU, 16 GiB were not to be had"),
                    Contains("signals cpu 0.93, latency - (stale)"),
                    Contains("changes grew 12 s ago, never shrank")));
}

TEST_F(StatusTest, CountsHostsByProviderAndState) {
  EXPECT_THAT(Lines(), AllOf(Contains("PROVIDER creating booting ready draining removing PER HOUR"),
                             Contains("cloud 1 1 1 1 1.0225"), Contains("rack 1 0.0000")));
}

TEST_F(StatusTest, ShowsHostsWhoseClusterIsNotStored) {
  EXPECT_THAT(Lines(), Contains("core: nothing decided yet"));
}

TEST_F(StatusTest, TakesTheNewestDecisionOfEachCluster) {
  DecisionRecord older = ABurst();
  older.decision.id = "edge-16";
  decisions_.push_back(older);
  EXPECT_THAT(Lines(), Contains(HasSubstr("(edge-17)")));
}

TEST_F(StatusTest, SaysWhenNothingIsBoughtOrLeft) {
  clusters_[0].held_down_until = At(4min);
  decisions_[0].decision.money.room_this_month = Money::FromDouble(-0.5);
  backoffs_ = {{"cloud/fra/xl", At(4min), 2, "no capacity"}, {"past", At(-1s), 1, "over"}};
  const auto lines = Lines();
  EXPECT_THAT(lines, Contains("held down nothing is bought until 2026-03-02T00:04:00Z (in 4 min), "
                              "because hosts failed"));
  EXPECT_THAT(lines, Contains("room nothing left this month, 5.90 an hour"));
  EXPECT_THAT(lines, Contains("cloud/fra/xl in 4 min 2 no capacity"));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("past"))));
}

TEST_F(StatusTest, AnEmptyStoreIsSaidToBeEmpty) {
  EXPECT_EQ(StatusView({}, {}), "no clusters yet\n");
}

TEST_F(StatusTest, JsonHasTheRecords) {
  const auto json = nlohmann::json::parse(StatusJson(input()));
  ASSERT_EQ(json.at("clusters").size(), 2U);
  const auto& edge = json.at("clusters").at(1);
  EXPECT_EQ(edge.at("state").get<ClusterState>(), clusters_[0]);
  EXPECT_EQ(edge.at("last_decision").get<DecisionRecord>(), decisions_[0]);
  EXPECT_EQ(edge.at("hosts").at(0).get<HostRecord>(), hosts_[0]);
  EXPECT_TRUE(json.at("clusters").at(0).at("last_decision").is_null());
}

TEST(HostsView, HasARowForEachHostWithWhatTroublesIt) {
  const auto lines = LinesOf(HostsView(HostsInABurst(), At(0s), {}));
  EXPECT_THAT(
      lines,
      ElementsAre("HOST CLUSTER STATE SINCE GOAL GUESTS PROVIDER POOL PLAN ADDRESS PER HOUR WHY",
                  "core-h1 core failed 50 min retire 0 cloud cloud m 10.0.0.1 0.5000 "
                  "it did not become ready within 20 min",
                  "edge-h1 edge ready 50 min 12 rack rack r730 10.0.0.1 0.0000 "
                  "protected; asked for by edge-1",
                  "edge-h2 edge booting 90 s cloud cloud m 0.0225 asked for by edge-17",
                  "edge-h3 edge creating 50 min cloud cloud m 0.5000 "
                  "the answer to its creation was lost; looking for the machine",
                  "edge-h4 edge draining 50 min retire 2 cloud cloud m 10.0.0.1 0.5000 "
                  "given back by edge-16",
                  "edge-h5 edge removing 50 min retire 0 cloud cloud m 10.0.0.1 0.5000 "
                  "cloud Delete: throttled: RequestLimitExceeded: Request limit exceeded. "
                  "(3 times in a row)",
                  "6 hosts: 1 creating, 1 booting, 1 ready, 1 draining, 1 removing, 1 failed; "
                  "1.5225 an hour"));
}

TEST(HostsView, SaysWhatAHostThatIsBeingConfiguredWaitsFor) {
  HostRecord host = AHost("edge-h6", HostState::kConfiguring);
  host.probes = {{"ssh port", true, "answers"}, {"cloud-init", false, "has not finished"}};
  EXPECT_THAT(HostsView(std::vector{host}, At(0s), {}), HasSubstr("cloud-init: has not finished"));
}

TEST(HostView, ShowsEveryProbeWithItsAnswer) {
  HostRecord host = AHost("edge-h6", HostState::kConfiguring);
  host.probes = {{"ssh port", true, "answers"}, {"cloud-init", false, "has not finished"}};
  EXPECT_THAT(LinesOf(HostView(host, At(0s), {})),
              ElementsAre("edge-h6", "state configuring for 50 min",
                          "why cloud-init: has not finished", "cluster edge, pool cloud",
                          "machine m of cloud in fra, 8 vCPU, 32 GiB at 0.5000 an hour",
                          "id machine-edge-h6", "address 10.0.0.1", "PROBE PASSED ANSWER",
                          "ssh port yes answers", "cloud-init no has not finished"));
}

TEST(HostsView, SaysWhenThereAreNone) { EXPECT_EQ(HostsView({}, At(0s), {}), "no hosts\n"); }

TEST(RecordText, JsonHasTheRecordsEvenWhereTextIsNoUtf8) {
  auto hosts = HostsInABurst();
  hosts[5].failure = "caf\xe9";
  const auto json = nlohmann::json::parse(JsonText(hosts));
  ASSERT_EQ(json.size(), hosts.size());
  EXPECT_EQ(json.at(0).get<HostRecord>(), hosts[0]);
}

TEST(ExplainView, TellsTheStoryInOrder) {
  const auto lines = LinesOf(ExplainView(ABurst(), At(0s), {}));
  const char* const story[] = {
      "edge-17: grow cluster edge, 2026-03-01T23:59:48Z (12 s ago)",
      "wanted 40 vCPU, 160 GiB; before: 24 vCPU, 96 GiB",
      "What was seen",
      "cpu 0.93 fresh 2 s 5 42",
      "latency - stale 4 min 0 3 42",
      "What the policies said",
      "steps wants 56 vCPU, 224 GiB",
      "cpu is 0.93, in the step 0.9 to 1: +4 hosts from 3 ready to 7",
      "latency cannot tell, and may not shrink anything",
      "nights asks for at least 16 vCPU, 64 GiB, until 2026-03-02T06:00:00Z",
      "What was made of it, in order",
      "1. steps wants the most: 56 vCPU, 224 GiB (won)",
      "3. at most 2 hosts are added at once (step_out)",
      "nothing may be given back",
      "so it is to grow: 40 vCPU, 160 GiB",
      "running 4.10",
      "room left 5.90 no limit",
      "The plan",
      "take back edge-h9",
      "take 1 × cloud/fra/m for pool cloud, each 8 vCPU, 32 GiB at 0.50 an hour",
      "1 taken: in the cheapest set that covers what is missing",
      "missing 4 vCPU, 16 GiB are wanted and not to be had",
      "Offers that were passed over",
      "Hosts that stay as they are",
      "edge-h4: others that go down cover it",
  };
  int last = -1;
  for (const char* line : story) {
    const int place = PlaceOf(lines, line);
    EXPECT_GT(place, last) << line;
    last = place;
  }
}

TEST(ExplainView, PutsOffersWithTheSameReasonTogether) {
  const auto lines = LinesOf(ExplainView(ABurst(), At(0s), {}));
  const int first = PlaceOf(lines, "Offers that were passed over") + 1;
  const int end = PlaceOf(lines, "Hosts that stay as they are");
  EXPECT_THAT(std::vector(lines.begin() + first, lines.begin() + end),
              ElementsAre("1 of pool rack (pool_full)",
                          "rack/home/r730: pool rack has 4 of at most 4 hosts",
                          "40 of pool cloud (jurisdiction)",
                          "cloud/us-1/m, cloud/us-2/m, cloud/us-3/m and 37 more: is in US; the "
                          "data may only be in EU",
                          "5 of pool cloud (dearer)",
                          "cloud/fra/m1: 16 vCPU at 1.00 an hour: a set without it is cheaper",
                          "cloud/fra/m2: 16 vCPU at 2.00 an hour: a set without it is cheaper",
                          "cloud/fra/m3: 16 vCPU at 3.00 an hour: a set without it is cheaper",
                          "… and 2 more"));
}

TEST(ExplainView, SaysWhetherThePlanWasCarriedOut) {
  DecisionRecord record = ABurst();
  EXPECT_THAT(ExplainView(record, At(0s), {}), Not(HasSubstr("dry run")));
  record.acted = false;
  EXPECT_THAT(ExplainView(record, At(0s), {}), HasSubstr("It was not carried out: a dry run."));
  record.plan = {};
  EXPECT_THAT(ExplainView(record, At(0s), {}),
              AllOf(HasSubstr("no host is taken, none is given back"), Not(HasSubstr("dry run"))));
}

TEST(ExplainView, KeepsToTheWidthOfTheTerminal) {
  for (const int width : {60, 80, 120}) {
    std::istringstream text(ExplainView(ABurst(), At(0s), {.width = width}));
    for (std::string line; std::getline(text, line);) EXPECT_LE(SeenWidth(line), width) << line;
  }
}

TEST(ExplainView, JsonIsTheRecord) {
  EXPECT_EQ(nlohmann::json::parse(ExplainJson(ABurst())).get<DecisionRecord>(), ABurst());
}

TEST(RecordText, MoneyHasAtLeastTwoDecimals) {
  const std::pair<Money, const char*> cases[] = {{Money{}, "0.00"},
                                                 {Money::FromDouble(12.5), "12.50"},
                                                 {Money::FromDouble(0.0225), "0.0225"},
                                                 {Money::FromDouble(-0.5), "-0.50"},
                                                 {Money::Unlimited(), "no limit"}};
  for (const auto& [money, text] : cases) EXPECT_EQ(MoneyText(money), text);
}

}  // namespace
}  // namespace spillway
