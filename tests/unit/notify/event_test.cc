#include "scaler/notify/event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/records.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using nlohmann::json;

TEST(CloudEvent, CarriesADecisionWithItsReasons) {
  const CloudEvent event =
      MakeCloudEvent(EventOf(ADecision("edge-7", At(250ms))), "life-1", "/spillway/dep-1");
  const json text = json::parse(event.text);
  EXPECT_EQ(text.at("specversion"), "1.0");
  EXPECT_EQ(text.at("id"), "life-1");
  EXPECT_EQ(text.at("source"), "/spillway/dep-1");
  EXPECT_EQ(text.at("type"), "spillway.decision.grow");
  EXPECT_EQ(text.at("subject"), "edge-7");
  EXPECT_EQ(text.at("time"), "2026-03-02T00:00:00.250Z");
  EXPECT_EQ(text.at("datacontenttype"), "application/json");
  EXPECT_EQ(text.at("cluster"), "edge");
  EXPECT_EQ(text.at("data").at("reasons").at(0).at("code"), "merged");
  EXPECT_EQ(text.at("data").at("plan").at("take").at(0).at("count"), 2);
  EXPECT_FALSE(text.at("data").at("plan").contains("offers"));
}

TEST(CloudEvent, CarriesAHostWithoutWhatIsNobodysBusiness) {
  const HostRecord host = AFullHost("edge-a1");
  const CloudEvent event = MakeCloudEvent(EventOf(nullptr, host), "life-2", "/spillway/dep-1");
  const json data = json::parse(event.text).at("data");
  EXPECT_EQ(event.kind, "host.draining");
  EXPECT_EQ(data.at("id"), "edge-a1");
  EXPECT_EQ(data.at("address"), host.address);
  for (const char* own : {"token", "login", "probes"}) EXPECT_FALSE(data.contains(own)) << own;
  EXPECT_EQ(event.text.find(host.token), std::string::npos);
}

TEST(CloudEvent, NamesTheStateThatAHostEnteredOrThatItTurned) {
  const HostRecord before = AHost("h", HostState::kReady);
  HostRecord after = before;
  after.goal = HostGoal::kRetire;
  EXPECT_EQ(EventOf(&before, after).kind, "host.turned");
  after.state = HostState::kCordoned;
  EXPECT_EQ(EventOf(&before, after).kind, "host.cordoned");
  for (const char* known : {"host", "decision", "host.turned", "host.ready", "decision.hold"}) {
    EXPECT_TRUE(IsEventKind(known)) << known;
  }
  for (const char* unknown : {"", "host.", "hosts", "host.grow", "decision.ready"}) {
    EXPECT_FALSE(IsEventKind(unknown)) << unknown;
  }
}

TEST(CloudEvent, IsKnownAgainByItsTextAlone) {
  const CloudEvent made = MakeCloudEvent(EventOf(nullptr, AHost("h")), "life-3", "/spillway/d");
  const std::optional<CloudEvent> read = CloudEventFrom(made.text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, made.id);
  EXPECT_EQ(read->kind, made.kind);
  EXPECT_EQ(read->cluster, made.cluster);
  EXPECT_EQ(read->time, made.time);
  EXPECT_EQ(read->text, made.text);
  for (const char* other :
       {"", "{}", "[1]", "{\"type\":\"other\",\"time\":\"2026-01-01T00:00:00Z\"}"}) {
    EXPECT_FALSE(CloudEventFrom(other)) << other;
  }
}

TEST(CloudEvent, MendsTextsThatAreNoUtf8) {
  HostRecord host = AHost("h");
  host.failure = "caf\xe9";
  const CloudEvent event = MakeCloudEvent(EventOf(nullptr, host), "life-4", "/spillway/d");
  EXPECT_EQ(json::parse(event.text).at("data").at("failure"), "caf\ufffd");
}

}  // namespace
}  // namespace spillway
