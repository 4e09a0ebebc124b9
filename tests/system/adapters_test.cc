// Samples of other systems through the real binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "tests/fakes/http_server.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using ::testing::HasSubstr;

DeploymentOptions WithTelegraf() {
  DeploymentOptions options;
  options.adapters = {
      "{name: telegraf, type: influx, token: {variable: TELEGRAF_TOKEN}, cluster: edge, "
      "map: [{metric: farm_*, rename: \"*\", scale: 0.01, labels: []}]}"};
  options.environment = {{"TELEGRAF_TOKEN", "not-a-real-secret"}};
  return options;
}

TEST(Adapters, ASampleOverHttpBecomesADecision) {
  DeploymentOptions options = WithTelegraf();
  options.adapters[0] =
      "{name: telegraf, type: influx, cluster: edge, "
      "map: [{metric: farm_*, rename: \"*\", scale: 0.01, labels: []}]}";
  Deployment deployment(options);
  deployment.Start();
  const HttpResponse answer =
      deployment.PostToAdapter("/telegraf/write", "farm,host=n1 load=300,other=1\n");
  EXPECT_EQ(answer.status, 204);
  deployment.WaitFor("3 wanted hosts", [&] { return deployment.wanted_vcpus() == 3 * kHostVcpus; });
  EXPECT_EQ(deployment.Metric("spillway_adapter_samples_total", "telegraf"), 2);
  EXPECT_EQ(deployment.Stop(), 0);
}

TEST(Adapters, WithoutTheTokenNothingIsTaken) {
  Deployment deployment(WithTelegraf());
  deployment.Start();
  EXPECT_EQ(deployment.PostToAdapter("/telegraf/write", "farm load=300").status, 401);
  EXPECT_EQ(deployment.Metric("spillway_adapter_rejected_total", "reason=\"denied\""), 1);
  EXPECT_EQ(deployment.log().find("not-a-real-secret"), std::string::npos);
  EXPECT_EQ(deployment.Stop(), 0);
}

TEST(Adapters, TestShowsWhatWouldArriveAndWhatNot) {
  Deployment deployment(WithTelegraf());
  const std::string body = deployment.scratch().Write(
      "body",
      "farm,host=n1 load=150 1795428000000000000\nfarm load=x\ncpu idle=1\n"
      "farm load=200 1695428000000000000\n");
  const std::vector<std::string> command = {"adapters", "test",
                                            "telegraf", body,
                                            "--config", deployment.config_path(),
                                            "--now",    "2026-11-23T10:00:10Z"};
  const Finished text = deployment.Command(command);
  EXPECT_EQ(text.exit_code, 1) << text.err;
  EXPECT_THAT(text.out, HasSubstr("edge     load      1.5  2026-11-23T10:00:00Z\n"));
  EXPECT_THAT(text.out, HasSubstr("1 would arrive, 3 not; the sender would be answered with 400"));
  std::vector<std::string> as_json = command;
  as_json.insert(as_json.end(), {"--output", "json"});
  const nlohmann::json shown = nlohmann::json::parse(deployment.Command(as_json).out);
  EXPECT_EQ(shown.at("samples"),
            nlohmann::json::parse(R"([{"cluster": "edge", "metric": "load", "labels": {},
                                       "value": 1.5, "time": 1795428000000}])"));
  std::vector<std::string> reasons;
  for (const nlohmann::json& lost : shown.at("lost")) reasons.push_back(lost.at("reason"));
  EXPECT_THAT(reasons, ::testing::ElementsAre("bad_reading", "unmapped", "too_old"));
  const Finished unknown = deployment.Command(
      {"adapters", "test", "nobody", body, "--config", deployment.config_path()});
  EXPECT_EQ(unknown.exit_code, 4);
  EXPECT_THAT(unknown.err, HasSubstr("no adapter \"nobody\" but telegraf"));
}

TEST(Adapters, TestTakesADatagramToo) {
  DeploymentOptions options;
  options.adapters = {"{name: statsd, type: statsd, port: 0, cluster: edge}"};
  Deployment deployment(options);
  const std::string body = deployment.scratch().Write("body", "orders:20|c\nqueue:x|g\n");
  const Finished text = deployment.Command(
      {"adapters", "test", "statsd", body, "--config", deployment.config_path()});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("edge     orders_per_second      2  on arrival"));
  EXPECT_THAT(text.out, HasSubstr("1 would arrive, 1 not\n"));
}

TEST(Adapters, TestAsksWhoIsToBeAskedAndShowsWhatWouldArrive) {
  const std::string answer =
      R"({"status": "success", "warnings": ["a store is down"], "data": {"resultType": "vector",
          "result": [{"metric": {"site": "a"}, "value": [1795428000, "2.5"]}]}})";
  std::optional<fakes::HttpServer> prometheus(std::in_place, [&](const fakes::Request&) {
    return fakes::Response{200, answer};
  });
  DeploymentOptions options;
  options.adapters = {"{name: prom, type: promql, url: '" + prometheus->url() +
                      "', cluster: edge, queries: [{metric: load, query: sum(x)}]}"};
  Deployment deployment(options);
  const std::vector<std::string> command = {"adapters",
                                            "test",
                                            "prom",
                                            "--config",
                                            deployment.config_path(),
                                            "--now",
                                            "2026-11-23T10:00:10Z"};
  const Finished text = deployment.Command(command);
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("edge     load      2.5  2026-11-23T10:00:00Z  site=a\n"));
  EXPECT_THAT(text.out, HasSubstr("warning: load: a store is down\n1 would arrive, 0 not\n"));
  prometheus.reset();
  const Finished silent = deployment.Command(command);
  EXPECT_EQ(silent.exit_code, 1);
  EXPECT_THAT(silent.out, HasSubstr("no_answer"));
}

}  // namespace
}  // namespace spillway::testing
