#include "scaler/cli/actions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scaler/cli/action_view.h"
#include "scaler/cli/command_error.h"
#include "scaler/model/api_json.h"
#include "tests/unit/cli/view_records.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ClusterActionOptions OfEdge(const std::string& verb) {
  ClusterActionOptions options;
  options.verb = verb;
  options.cluster = "edge";
  return options;
}

HostActionOptions OfHost(const std::string& verb) {
  HostActionOptions options;
  options.verb = verb;
  options.host = "edge-h1";
  return options;
}

TEST(Actions, AskForWhatWasTypedAndNothingElse) {
  auto pause = OfEdge("pause");
  EXPECT_EQ(ClusterRequest(pause).path, "/v1/clusters/edge/pause");
  EXPECT_EQ(ClusterRequest(pause).body, json::object());
  pause.how_long = 2h;
  pause.action.reason = "the move";
  EXPECT_EQ(ClusterRequest(pause).body, json({{"for_s", 7200}, {"reason", "the move"}}));

  auto scale = OfEdge("scale");
  scale.how_long = 90s;
  scale.hosts = 0;
  EXPECT_EQ(ClusterRequest(scale).body, json({{"for_s", 90}, {"hosts", 0}}));
  scale.hosts.reset();
  scale.capacity = Capacity{8, 1024};
  EXPECT_EQ(ClusterRequest(scale).body,
            json({{"for_s", 90}, {"capacity", {{"vcpu", 8}, {"memory_mib", 1024}}}}));

  auto retire = OfHost("retire");
  EXPECT_EQ(HostRequest(retire).path, "/v1/hosts/edge-h1/retire");
  EXPECT_EQ(HostRequest(retire).body, json::object());
  retire.is_now = true;
  EXPECT_EQ(HostRequest(retire).body, json({{"now", true}}));

  PolicyPromoteOptions promote;
  promote.cluster = "edge";
  promote.policies = {"calm"};
  EXPECT_EQ(PromoteRequest(promote).path, "/v1/clusters/edge/policies/calm/promote");
  promote.policies.push_back("other");
  EXPECT_THROW(PromoteRequest(promote), CommandError);
}

TEST(Actions, ThoseThatMayGiveMachinesBackAreKnown) {
  auto scale = OfEdge("scale");
  EXPECT_THROW(ClusterRequest(scale), CommandError);
  scale.hosts = 1;
  EXPECT_TRUE(ClusterRequest(scale).may_give_back);
  for (const char* verb : {"unscale", "resume"}) {
    EXPECT_TRUE(ClusterRequest(OfEdge(verb)).may_give_back) << verb;
  }
  EXPECT_FALSE(ClusterRequest(OfEdge("pause")).may_give_back);
  EXPECT_TRUE(HostRequest(OfHost("retire")).may_give_back);
  for (const char* verb : {"protect", "unprotect", "drain", "undrain", "retry"}) {
    EXPECT_FALSE(HostRequest(OfHost(verb)).may_give_back) << verb;
  }
}

json Preview(const DecisionRecord& after) {
  return {{"dry_run", true},
          {"cluster", "edge"},
          {"before", ApiJson(ABurst())},
          {"after", ApiJson(after)},
          {"words", {"3 hosts become 2"}}};
}

TEST(Actions, APreviewTellsItsWordsAndThePlan) {
  DecisionRecord after = ABurst();
  EXPECT_FALSE(GivesBack(Preview(after)));
  after.plan.give_back = {{"edge-h4", {"dearest", "costs the most", {}}}};
  EXPECT_TRUE(GivesBack(Preview(after)));
  EXPECT_THAT(PreviewView(Preview(after), {}),
              AllOf(HasSubstr("3 hosts become 2\n"), HasSubstr("give back  edge-h4"),
                    HasSubstr("costs the most")));
}

TEST(Actions, APreviewOfAHostTellsItsWords) {
  HostRecord host = AHost("edge-h1");
  json preview = {{"dry_run", true}, {"host", ApiJson(host)}, {"words", {"it stays"}}};
  EXPECT_FALSE(GivesBack(preview));
  host.goal = HostGoal::kRetire;
  preview["host"] = ApiJson(host);
  EXPECT_TRUE(GivesBack(preview));
  EXPECT_EQ(PreviewView(preview, {}), "it stays\n");
}

TEST(Actions, AReloadTellsEveryChangeAndWhatWaitsForARestart) {
  json reloaded = {
      {"dry_run", true},
      {"applied", false},
      {"changes",
       {{{"path", "clusters[edge].limits.hosts.max"},
         {"before", 4},
         {"after", 6},
         {"effect", "at_once"}},
        {{"path", "serve.port"}, {"before", nullptr}, {"after", 9465}, {"effect", "restart"}}}}};
  const std::string told =
      "  clusters[edge].limits.hosts.max: 4 -> 6\n"
      "  serve.port: nothing -> 9465 (after a restart)\n";
  EXPECT_EQ(PreviewView(reloaded, {}), told);
  EXPECT_FALSE(GivesBack(reloaded));
  EXPECT_EQ(OutcomeView(reloaded, At(0s), {}), told);
  reloaded["changes"] = json::array();
  EXPECT_EQ(OutcomeView(reloaded, At(0s), {}), "the configuration is as it was\n");
}

TEST(Actions, AnOutcomeSaysWhatHoldsNow) {
  const json word = {{"by", "otto"}, {"reason", "the move"}, {"since", "2026-03-02T00:00:00Z"}};
  json cluster = {{"name", "edge"}, {"paused", nullptr}, {"manual_scale", nullptr}};
  EXPECT_EQ(OutcomeView(cluster, At(0s), {}), "edge: follows its policies\n");
  cluster["paused"] = word;
  cluster["paused"]["until"] = nullptr;
  EXPECT_EQ(OutcomeView(cluster, At(0s), {}), "edge: paused by otto: the move\n");
  cluster["paused"]["until"] = "2026-03-02T02:00:00Z";
  EXPECT_THAT(OutcomeView(cluster, At(0s), {}),
              HasSubstr("paused by otto until 2026-03-02T02:00:00Z (in 2.0 h): the move"));
  cluster["paused"] = nullptr;
  cluster["manual_scale"] = word;
  cluster["manual_scale"]["until"] = "2026-03-02T02:00:00Z";
  cluster["manual_scale"]["wanted"] = {{"vcpu", 16}, {"memory_mib", 65536}};
  EXPECT_THAT(OutcomeView(cluster, At(0s), {}), HasSubstr("edge: 16 vCPU, 64 GiB wanted by otto"));

  HostRecord host = AHost("edge-h1");
  host.is_protected = true;
  EXPECT_EQ(OutcomeView(ApiJson(host), At(0s), {}), "edge-h1: ready; protected\n");
  host.goal = HostGoal::kRetire;
  host.is_protected = false;
  EXPECT_EQ(OutcomeView(ApiJson(host), At(0s), {}), "edge-h1: ready, to be given back\n");
}

}  // namespace
}  // namespace spillway
