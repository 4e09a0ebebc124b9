// What people read of the API's answers. The answers are those of the real API where records make
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "scaler/cli/accounts_view.h"
#include "scaler/cli/api_state.h"
#include "scaler/cli/audit_view.h"
#include "scaler/cli/clusters_view.h"
#include "scaler/cli/decisions_view.h"
#include "scaler/cli/events_view.h"
#include "scaler/cli/policies_view.h"
#include "scaler/cli/why_not_view.h"
#include "scaler/model/api_json.h"
#include "tests/unit/cli/view_records.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Runs of spaces made one.
std::string Squeezed(const std::string& text) {
  std::string squeezed;
  for (const char c : text) {
    if (c == ' ' && (squeezed.ends_with(' ') || squeezed.ends_with('\n'))) continue;
    squeezed += c;
  }
  return squeezed;
}

json ACluster() {
  const json backoff = ApiJson(OfferBackoff{"cloud/fra", At(4min), 2, "no capacity"});
  return {{"name", "edge"},
          {"paused", nullptr},
          {"manual_scale", nullptr},
          {"capacity",
           {{"wanted", ApiJson(kHostSize * 5)},
            {"ready", ApiJson(kHostSize * 3)},
            {"usable", ApiJson(kHostSize * 4)},
            {"shortfall", ApiJson(kHostSize)},
            {"host_size", ApiJson(kHostSize)}}},
          {"hosts", {{"total", 6}, {"by_state", {{"ready", 3}}}, {"by_provider", {{"cloud", 6}}}}},
          {"money", ApiJson(ABurst().decision.money)},
          {"ladder",
           {{{"name", "home"},
             {"provider", "rack"},
             {"location", ""},
             {"hosts", 4},
             {"max_hosts", 4},
             {"is_full", true},
             {"backoffs", json::array()}},
            {{"name", "burst"},
             {"provider", "cloud"},
             {"location", "fra"},
             {"hosts", 2},
             {"max_hosts", 10},
             {"is_full", false},
             {"backoffs", {backoff}}},
            {{"name", "more"},
             {"provider", "cloud"},
             {"location", "ams"},
             {"hosts", 0},
             {"max_hosts", 10},
             {"is_full", false},
             {"backoffs", {backoff}}}}},
          {"signals", {ApiJson(AFreshSignal("cpu", 0.93)), ApiJson(AStaleSignal("latency"))}},
          {"signals_at", ApiJson(At(-2s))},
          {"last_grown", ApiJson(At(-12s))},
          {"last_shrunk", nullptr},
          {"held_down_until", nullptr},
          {"last_decision",
           {{"id", "edge-17"}, {"time", ApiJson(At(-12s))}, {"verdict", "grow"}, {"acted", true}}}};
}

json Hosts() {
  json hosts = json::array();
  for (const HostRecord& host : HostsInABurst()) hosts.push_back(ApiJson(host));
  return hosts;
}

json APolicy(const std::string& name, const std::string& role) {
  return {{"cluster", "edge"},
          {"name", name},
          {"role", role},
          {"measures", true},
          {"signals", {{{"name", "cpu"}}, {{"name", "latency"}}}},
          {"recommendation", nullptr},
          {"score", nullptr}};
}

json Policies() {
  json acting = APolicy("steps", "acting");
  acting["recommendation"] = ApiJson(ABurst().decision.recommendations.front());
  json shadow = APolicy("calm", "shadow");
  const json acts = {{"cost", 2.0}, {"violated_s", 6}, {"launches", 12}, {"ready_hosts", 3}};
  const json would = {{"cost", 1.0}, {"violated_s", 3}, {"launches", 4}, {"ready_hosts", 2}};
  shadow["score"] = {{"cluster", "edge"}, {"policy", "calm"}, {"watched_s", 3600},
                     {"judged_s", 600},   {"start_s", 90},    {"acting", acts},
                     {"shadow", would},   {"says", "enough"}};
  return {acting, shadow, APolicy("new", "shadow")};
}

json WhyNot() {
  const DecisionRecord record = ABurst();
  json why_not = ApiJson(record);
  why_not["at"] = ApiJson(At(0s));
  why_not["decision"] = "edge-17";
  why_not["decided"] = ApiJson(At(-12s));
  why_not["held_until"] = nullptr;
  why_not["shortfall"] = ApiJson(record.plan.shortfall);
  why_not["rungs"] = {ApiJson(record.plan.reasons.front())};
  why_not["offers_passed_over"] = why_not["plan"]["offers"];
  why_not["hosts_kept"] = why_not["plan"]["hosts"];
  return why_not;
}

json Providers() {
  return {{{"name", "cloud"},
           {"kind", "aws"},
           {"offers", 40},
           {"offers_as_of", ApiJson(At(-1min))},
           {"quotas", {{{"name", "standard"}, {"limit", 640}, {"unit", "vcpu"}}}},
           {"remarks", {"prices of eu-west-1 are those of yesterday"}},
           {"hosts", 5},
           {"running_per_hour", 1.0225},
           {"backoffs", {ApiJson(OfferBackoff{"cloud/fra", At(4min), 2, "no capacity"})}}}};
}

json Audit() {
  return {{{"id", "2"},
           {"time", ApiJson(At(-1min))},
           {"who", "otto"},
           {"role", "operator"},
           {"peer", "192.0.2.1"},
           {"action", "retire"},
           {"subject", "hosts/edge-h1"},
           {"reason", "it smokes"},
           {"outcome", "refused"},
           {"detail", "edge-h1 is gone"}}};
}

TEST(ApiState, IsShownLikeWhatIsStored) {
  ApiState state = StateOf(json::array({ACluster()}), Hosts(), Policies());
  const std::string text = Squeezed(StatusView(state.AsOf(At(0s)), {}));
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("edge: grow, decided 12 s ago (edge-17)\n"),
            HasSubstr("wanted 40 vCPU, 160 GiB\n"), HasSubstr("ready 8 vCPU, 32 GiB on 1 host\n"),
            HasSubstr("money 812.40 spent this month, 14.20 reserved, 4.10 an hour\n"),
            HasSubstr("room no limit this month, 5.90 an hour\n"),
            HasSubstr("missing 8 vCPU, 32 GiB were not to be had\n"),
            HasSubstr("signals cpu 0.93, latency - (stale)\n"),
            HasSubstr("changes grew 12 s ago, never shrank\n"),
            HasSubstr("shadow calm: 50 % cheaper, violated 0.50 % against 1.00 %"),
            HasSubstr("cloud 1 1 1 1 1.0225\n"), HasSubstr("cloud/fra in 4 min 2 no capacity\n")));
  EXPECT_EQ(text.find("cloud/fra in"), text.rfind("cloud/fra in")) << "told twice";
}

TEST(ApiState, TellsWhatPeopleSaid) {
  json cluster = ACluster();
  cluster["paused"] = {{"by", "otto"}, {"reason", "the move"}, {"until", ApiJson(At(4min))}};
  ApiState state = StateOf(json::array({cluster}), json::array(), json::array());
  EXPECT_THAT(
      Squeezed(StatusView(state.AsOf(At(0s)), {})),
      HasSubstr("by hand paused by otto until 2026-03-02T00:04:00Z (in 4 min): the move\n"));
}

TEST(ClustersView, HasARowForEach) {
  json paused = ACluster();
  paused["name"] = "far";
  paused["paused"] = {{"by", "otto"}};
  json fresh = ACluster();
  fresh["name"] = "new";
  fresh["last_decision"] = nullptr;
  EXPECT_THAT(Squeezed(ClustersView({ACluster(), paused, fresh}, At(0s), {})),
              AllOf(HasSubstr("edge grow 40 24 32 6 4.10 812.40 no limit 12 s ago edge-17\n"),
                    HasSubstr("far paused 40"), HasSubstr("new undecided 40")));
  EXPECT_EQ(ClustersView(json::array(), At(0s), {}), "no clusters\n");
}

TEST(ClustersView, TellsWhatOfALadderIsFullOrLeftAlone) {
  EXPECT_THAT(Squeezed(LadderView(ACluster(), At(0s), {})),
              AllOf(HasSubstr("home rack 4 4 full\n"),
                    HasSubstr("burst cloud fra 2 10 cloud/fra until in 4 min: no capacity\n")));
}

TEST(DecisionsView, TellsWhatWasPlannedAndWhy) {
  DecisionRecord dry = ABurst();
  dry.acted = false;
  const DecisionRecord both[] = {ABurst(), dry};
  const std::string text = Squeezed(DecisionsView(both, At(0s), {}));
  EXPECT_THAT(text, AllOf(HasSubstr("edge-17 12 s ago edge grow 40 24 takes 1, takes back 1 steps"),
                          HasSubstr("takes back 1 (dry run) steps wants the most")));
}

TEST(WhyNotView, TellsAllThatWasInTheWay) {
  EXPECT_THAT(
      Squeezed(WhyNotView(WhyNot(), At(0s), {})),
      AllOf(HasSubstr("edge at 2026-03-02T00:00:00Z (0 s ago)\n"), HasSubstr("by edge-17, grow\n"),
            HasSubstr("missing 4 vCPU, 16 GiB"), HasSubstr("latency cannot tell\n"),
            HasSubstr("at most 2 hosts are added"), HasSubstr("pool rack has 4 of at most 4 hosts"),
            HasSubstr("40 of pool cloud (jurisdiction)"),
            HasSubstr("others that go down cover it")));
}

TEST(PoliciesView, TellsWhatEachSaysOrWouldHaveCost) {
  EXPECT_THAT(Squeezed(PoliciesView(Policies(), {})),
              AllOf(HasSubstr("edge steps acting cpu, latency wants 56 vCPU, 224 GiB: cpu is 0.93"),
                    HasSubstr("edge calm shadow cpu, latency 50 % cheaper"),
                    HasSubstr("edge new shadow cpu, latency nothing to compare yet")));
}

TEST(AccountsView, TellsWhatAnAccountOffersAndWhatOfItIsLeftAlone) {
  EXPECT_THAT(Squeezed(AccountsView(Providers(), At(0s), {})),
              AllOf(HasSubstr("cloud aws 40 60 s ago 5 1.0225\n"),
                    HasSubstr("cloud/fra in 4 min 2 no capacity\n"),
                    HasSubstr("cloud: quota standard is 640 vCPU\n"),
                    HasSubstr("cloud: prices of eu-west-1 are those of yesterday\n")));
}

TEST(AuditView, TellsWhoWasRefusedWhatAndWhy) {
  EXPECT_THAT(Squeezed(AuditView(Audit(), At(0s), {})),
              HasSubstr("60 s ago otto operator 192.0.2.1 retire hosts/edge-h1 refused it smokes; "
                        "edge-h1 is gone\n"));
}

TEST(EventsView, TellsEachKindOnALine) {
  const auto line = [](const std::string& kind, const json& data) {
    return Squeezed(EventLine({"a-1", kind, data.dump()}, At(0s), {}));
  };
  EXPECT_THAT(line("decision", ApiJson(ABurst())),
              AllOf(HasSubstr("2026-03-01T23:59:48Z decision edge edge-17: grow, 40 vCPU"),
                    HasSubstr("takes 1, takes back 1")));
  EXPECT_THAT(
      line("host", ApiJson(HostsInABurst()[1])),
      HasSubstr(
          "2026-03-01T23:58:30Z host edge edge-h2: booting at cloud: asked for by edge-17\n"));
  EXPECT_THAT(line("cluster", {{"cluster", "edge"}}), HasSubstr("cluster edge changed"));
  EXPECT_THAT(line("gap", json::object()), HasSubstr("was missed"));
  EXPECT_THAT(line("of_tomorrow", {{"a", 1}}), HasSubstr("of_tomorrow {\"a\":1}\n"));
}

TEST(EventsView, ForScriptsEachIsAnObjectOnALine) {
  const std::string line = EventJson({"a-1", "cluster", R"({"cluster": "edge"})"});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(json::parse(line),
            json({{"id", "a-1"}, {"event", "cluster"}, {"data", {{"cluster", "edge"}}}}));
}

TEST(ApiViews, NoLineIsWiderThanTheTerminal) {
  ApiState state = StateOf(json::array({ACluster()}), Hosts(), Policies());
  const DecisionRecord decisions[] = {ABurst()};
  for (const int width : {40, 60, 80, 120}) {
    const TextStyle style{.width = width};
    const std::string all =
        StatusView(state.AsOf(At(0s)), style) +
        ClustersView(json::array({ACluster()}), At(0s), style) +
        LadderView(ACluster(), At(0s), style) + DecisionsView(decisions, At(0s), style) +
        WhyNotView(WhyNot(), At(0s), style) + PoliciesView(Policies(), style) +
        AccountsView(Providers(), At(0s), style) + AuditView(Audit(), At(0s), style) +
        EventLine({"a-1", "decision", ApiJson(ABurst()).dump()}, At(0s), style);
    std::istringstream lines(all);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(SeenWidth(line), width) << line;
      EXPECT_EQ(line.find('\033'), std::string::npos) << "coloured without being asked: " << line;
    }
  }
}

TEST(ApiViews, WhatIsNoAnswerOfTheApiIsRefused) {
  const json nonsense = {{{"name", 7}}};
  EXPECT_THROW(ClustersView(nonsense, At(0s), {}), json::exception);
  EXPECT_THROW(PoliciesView(nonsense, {}), json::exception);
  EXPECT_THROW(AccountsView(nonsense, At(0s), {}), json::exception);
  EXPECT_THROW(AuditView(nonsense, At(0s), {}), json::exception);
  EXPECT_THROW(WhyNotView(json::object(), At(0s), {}), json::exception);
  EXPECT_THROW(StateOf(nonsense, json::array(), json::array()), json::exception);
  EXPECT_THROW(EventLine({"", "host", "{}"}, At(0s), {}), json::exception);
}

}  // namespace
}  // namespace spillway
