#include "bus/adapters/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/adapter_world.h"
#include "tests/support/scratch_dir.h"
#include "tests/unit/bus/adapters/gzip.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kTelegraf = "sources: [{name: telegraf, type: influx, cluster: edge}]";

std::string Rejected(const std::string& reason, int count,
                     const std::string& adapter = "telegraf") {
  return "spillway_adapter_rejected_total{adapter=\"" + adapter + "\",reason=\"" + reason + "\"} " +
         std::to_string(count);
}

TEST(Ingest, SamplesOfBothVersionsOfInfluxArrive) {
  AdapterWorld world(kTelegraf);
  EXPECT_EQ(
      world.Post("/telegraf/write?db=x&precision=s", "cpu,host=n1 busy=0.5 1795428000").status,
      204);
  EXPECT_EQ(world
                .Post("/telegraf/api/v2/write?org=o&bucket=b&precision=ms",
                      Gzip("cpu,host=n2 busy=0.75 1795428000500\nload value=3i 1795428000500"),
                      {{"Content-Encoding", "gzip"}})
                .status,
            204);
  EXPECT_THAT(world.Arrived(3), ElementsAre("edge: cpu_busy{host=n1} 0.5",
                                            "edge: cpu_busy{host=n2} 0.75", "edge: load{} 3"));
  EXPECT_EQ(world.times().at(0), Time(std::chrono::milliseconds(1795428000000)));
  EXPECT_EQ(world.times().at(1), Time(std::chrono::milliseconds(1795428000500)));
  EXPECT_TRUE(world.Counts("spillway_adapter_samples_total{adapter=\"telegraf\"} 3"));
  EXPECT_TRUE(world.Counts("spillway_adapter_requests_total{adapter=\"telegraf\",code=\"204\"} 2"));
}

TEST(Ingest, AWriteDoneInPartIsToldAsInfluxDoes) {
  AdapterWorld world(kTelegraf);
  const HttpResponse one = world.Post("/telegraf/write", "load value=1\nnonsense\n");
  EXPECT_EQ(one.status, 400);
  EXPECT_THAT(nlohmann::json::parse(one.body).at("error").get<std::string>(),
              HasSubstr("partial write: line 2: expected"));
  const HttpResponse two = world.Post("/telegraf/api/v2/write", "load value=2\nnonsense\n");
  EXPECT_EQ(two.status, 400);
  const nlohmann::json body = nlohmann::json::parse(two.body);
  EXPECT_EQ(body.at("code"), "invalid");
  EXPECT_THAT(body.at("message").get<std::string>(), HasSubstr("1 of 2 points not taken"));
  EXPECT_THAT(world.Arrived(2), ElementsAre("edge: load{} 1", "edge: load{} 2"));
  EXPECT_TRUE(world.Counts(Rejected("bad_reading", 2)));
}

TEST(Ingest, WhatIsNotTakenIsAnsweredAndCounted) {
  AdapterWorld world(
      "{ingest: {max_body_bytes: 2000, max_unpacked_bytes: 3000}, "
      "sources: [{name: telegraf, type: influx, cluster: edge, map: [{metric: load}]}]}");
  struct Row {
    const char* path;
    std::string body;
    const char* encoding;
    int status;
    const char* reason;
  };
  const Row rows[] = {
      {"/telegraf/nowhere", "", "", 404, "not_found"},
      {"/telegraf/write", std::string(2'001, ' '), "", 413, "too_large"},
      {"/telegraf/api/v2/write", Gzip(std::string(3'001, ' ')), "gzip", 413, "too_large"},
      {"/telegraf/write", "not gzip", "gzip", 400, "bad_encoding"},
      {"/telegraf/write", "load value=1", "br", 415, "bad_encoding"},
      {"/telegraf/write?precision=years", "load value=1", "", 400, "bad_body"},
      {"/telegraf/write", "other value=1", "", 204, "unmapped"},
      {"/telegraf/write", "load value=\"text\"", "", 204, "not_a_number"},
  };
  std::map<std::string, int> counts;
  for (const Row& row : rows) {
    const std::string what = std::string(row.path) + " " + row.encoding + " " + row.reason;
    EXPECT_EQ(world.Post(row.path, row.body, {{"Content-Encoding", row.encoding}}).status,
              row.status)
        << what;
    EXPECT_TRUE(world.Counts(Rejected(row.reason, ++counts[row.reason]))) << what;
  }
  EXPECT_EQ(world.Post("/stranger/write", "load value=1").status, 404);
  EXPECT_TRUE(world.Counts(Rejected("not_found", 1, "")));
  EXPECT_EQ(world.Post("/telegraf/write", "load value=9").status, 204);
  EXPECT_THAT(world.Arrived(1), ElementsAre("edge: load{} 9"));
}

TEST(Ingest, WhileTheBusIsBehindSendersAreToldToComeAgain) {
  AdapterWorld world(kTelegraf);
  world.SetBehind(true);
  for (const char* path : {"/telegraf/write", "/telegraf/api/v2/write"}) {
    const HttpResponse response = world.Post(path, "load value=1");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.headers.at("retry-after"), "1");
  }
  EXPECT_TRUE(world.Counts(Rejected("busy", 2)));
  EXPECT_TRUE(world.Counts("spillway_adapter_samples_total{adapter=\"telegraf\"} 0"));
  world.SetBehind(false);
  EXPECT_EQ(world.Post("/telegraf/write", "load value=2").status, 204);
  EXPECT_THAT(world.Arrived(1), ElementsAre("edge: load{} 2"));
}

TEST(Ingest, WithATokenOnlyThoseWhoKnowItAreHeard) {
  const ScratchDir scratch;
  const std::string file = scratch.Write("token", "open-sesame\n");
  AdapterWorld world("sources: [{name: telegraf, type: influx, cluster: edge, token: {file: \"" +
                     file + "\"}}]");
  for (const char* wrong : {"", "open-sesame", "Bearer open-sesam", "Bearer open-sesame2",
                            "Bearer ", "Basic open-sesame"}) {
    const HttpResponse response =
        world.Post("/telegraf/write", "load value=1", {{"Authorization", wrong}});
    EXPECT_EQ(response.status, 401) << wrong;
    EXPECT_EQ(response.body.find("sesame"), std::string::npos);
  }
  EXPECT_TRUE(world.Counts(Rejected("denied", 6)));
  for (const char* right : {"Bearer open-sesame", "bearer open-sesame", "Token open-sesame"}) {
    EXPECT_EQ(world.Post("/telegraf/write", "load value=2", {{"Authorization", right}}).status,
              204);
  }
  EXPECT_EQ(world.Arrived(3).size(), 3u);
}

TEST(Ingest, ATokenThatIsNotThereStopsTheStart) {
  for (const char* source : {"{variable: SPILLWAY_TEST_NO_SUCH_TOKEN}", "{file: /no/such/file}"}) {
    try {
      AdapterWorld world(
          "sources: [{name: a, type: influx, cluster: edge, token: " + std::string(source) + "}]");
      FAIL() << source << " was found";
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr("the token is not in the ")) << source;
    }
  }
}

TEST(Ingest, MistakesOfTheConfigurationAreTold) {
  struct Row {
    const char* yaml;
    const char* expected;
  };
  const Row rows[] = {
      {"ingest: {address: 0.0.0.0}", "ingest.address: 0.0.0.0 can be reached from elsewhere"},
      {"ingest: {port: 99999}", "ingest.port"},
      {"sources: [{name: Telegraf, type: influx, cluster: edge}]", "small letters"},
      {"sources: [{name: a, type: influx, cluster: edge}, {name: a, type: influx, cluster: edge}]",
       "stands twice"},
      {"sources: [{name: a, type: influks, cluster: edge}]", "sources[0].type: expected one of"},
      {"sources: [{name: a, type: influx, cluster: edge, token: secret}]", "sources[0].token"},
      {"sources: [{name: a, type: influx, cluster: edge, token: {variable: A, file: B}}]",
       "expected where it is"},
  };
  for (const Row& row : rows) EXPECT_THAT(ReadAdapters(row.yaml).second, HasSubstr(row.expected));
  EXPECT_EQ(ReadAdapters("ingest: {address: 0.0.0.0, plain_text: true}").second, "");
}

}  // namespace
}  // namespace spillway::adapters
