// The adapters against the clients of those whose protocols they speak. Each test is skipped, with
// the reason, when its program is not there.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "tests/contract/program.h"
#include "tests/support/adapter_world.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {
namespace {

using ::testing::ElementsAre;

std::string Python() {
  const char* python = std::getenv("SPILLWAY_CONTRACT_PYTHON");
  return python != nullptr && *python != '\0' ? python : "python3";
}

bool HasModule(const std::string& module) {
  return RunProgram({Python(), "-c", "import " + module}).has_value();
}

#define SKIP_WITHOUT(module, package)                                                           \
  if (!HasModule(module)) {                                                                     \
    GTEST_SKIP() << Python() << " has no " package " (SPILLWAY_CONTRACT_PYTHON names another)"; \
  }

constexpr const char* kInfluxClient2 = R"(
import sys
from influxdb_client import InfluxDBClient, Point, WritePrecision
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

with InfluxDBClient(url=sys.argv[1], token="t", org="o", enable_gzip=True) as client:
    write = client.write_api(write_options=SYNCHRONOUS)
    write.write("b", record=[
        Point("cpu").tag("host", "rack 7, left").field("busy", 0.5).time(1795428000, WritePrecision.S),
        Point("cpu").tag("host", "n=2").field("busy", 1).field("name", "x \"y\"").field("up", True)
            .time(1795428000, WritePrecision.S)])
    try:
        write.write("b", record="load value=7\nload value=x")
    except ApiException as error:
        print("status", error.status, error.message)
    print("ping", client.ping())
)";

TEST(InfluxContract, TheClientOfVersion2IsUnderstood) {
  SKIP_WITHOUT("influxdb_client", "influxdb-client");
  AdapterWorld world("sources: [{name: telegraf, type: influx, cluster: edge}]");
  const auto said = RunProgram({Python(), "-c", kInfluxClient2, world.url() + "/telegraf"});
  ASSERT_TRUE(said);
  EXPECT_THAT(*said, ::testing::HasSubstr("status 400 partial write: line 2"));
  EXPECT_THAT(*said, ::testing::HasSubstr("ping True"));
  EXPECT_THAT(world.Arrived(4),
              ElementsAre("edge: cpu_busy{host=rack 7, left} 0.5", "edge: cpu_busy{host=n=2} 1",
                          "edge: cpu_up{host=n=2} 1", "edge: load{} 7"));
  EXPECT_EQ(world.times().at(0), Time(std::chrono::seconds(1795428000)));
}

// A Prometheus that scrapes itself four times a second and sends on what it sees.
std::string PrometheusConfig(int port, const std::string& url) {
  return fmt::format(
      "global: {{scrape_interval: 250ms}}\n"
      "scrape_configs:\n"
      "  - {{job_name: self, static_configs: [{{targets: ['127.0.0.1:{}'], labels: {{site: "
      "edge}}}}]}}\n"
      "remote_write:\n"
      "  - {{url: '{}', queue_config: {{min_backoff: 10ms, max_backoff: 50ms, "
      "batch_send_deadline: 100ms}}, write_relabel_configs: "
      "[{{source_labels: [__name__], regex: 'up|process_open_fds', action: keep}}]}}\n",
      port, url);
}

TEST(PrometheusContract, ItsSamplesArriveAlsoThoseThatWereRefusedAtFirst) {
  if (!RunProgram({"prometheus", "--version"})) {
    GTEST_SKIP() << "there is no prometheus here (Debian: prometheus)";
  }
  AdapterWorld world(
      "sources: [{name: prom, type: prometheus, cluster: {label: site}, "
      "map: [{metric: up, labels: [job]}]}]");
  world.SetBehind(true);
  const ScratchDir scratch;
  const int port = FreePort();
  const std::string config =
      scratch.Write("prometheus.yml", PrometheusConfig(port, world.url() + "/prom/api/v1/write"));
  BackgroundProgram prometheus(
      {"prometheus", "--config.file=" + config, "--storage.tsdb.path=" + scratch.File("data"),
       "--web.listen-address=127.0.0.1:" + std::to_string(port), "--log.level=error"});
  const auto counts = [&](const std::string& reason) {
    const std::string line =
        "spillway_adapter_rejected_total{adapter=\"prom\",reason=\"" + reason + "\"} ";
    return !world.Counts(line + "0");
  };
  ASSERT_TRUE(world.Until([&] { return counts("busy"); })) << "nothing was sent";
  const auto refused_until =
      std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  world.SetBehind(false);
  ASSERT_GE(world.Arrived(4).size(), 4u);
  for (const std::string& sample : world.Arrived(4)) {
    EXPECT_TRUE(sample == "edge: up{job=self} 1" || sample == "edge: up{job=self} 0") << sample;
  }
  EXPECT_LT(world.times().front(), refused_until) << "what was refused did not come again";
  EXPECT_TRUE(world.Until([&] { return counts("unmapped"); }));
  EXPECT_FALSE(counts("bad_body"));
  EXPECT_FALSE(counts("bad_encoding"));
}

// One that is asked: scrapes itself often, and under other names a target that can be taken away
// and one that it looks at rarely.
class AskedPrometheus {
 public:
  AskedPrometheus() {
    SetTarget(true);
    config_ = scratch_.Write(
        "prometheus.yml",
        fmt::format("global: {{scrape_interval: 250ms}}\n"
                    "scrape_configs:\n"
                    "  - {{job_name: self, static_configs: [{{targets: ['{0}']}}]}}\n"
                    "  - {{job_name: rare, scrape_interval: 4s, static_configs: [{{targets: "
                    "['{0}']}}]}}\n"
                    "  - {{job_name: leaving, file_sd_configs: [{{files: ['{1}']}}]}}\n",
                    address(), scratch_.File("targets.json")));
    Start();
  }

  void Start() {
    program_.emplace(std::vector<std::string>{
        "prometheus", "--config.file=" + config_, "--storage.tsdb.path=" + scratch_.File("data"),
        "--web.listen-address=" + address(), "--log.level=error"});
    ASSERT_TRUE(WaitForPort(port_, *program_));
  }
  void Kill() { program_.reset(); }
  void SetTarget(bool is_there) {
    const std::string written =
        scratch_.Write("targets.new", is_there ? "[{\"targets\": [\"" + address() + "\"]}]" : "[]");
    std::filesystem::rename(written, scratch_.File("targets.json"));
  }
  std::string url() const { return "http://" + address(); }

 private:
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  const int port_ = FreePort();
  const ScratchDir scratch_;
  std::string config_;
  std::optional<BackgroundProgram> program_;
};

bool Contains(const std::vector<std::string>& samples, std::size_t from, const std::string& part) {
  return std::any_of(samples.begin() + static_cast<std::ptrdiff_t>(from), samples.end(),
                     [&](const std::string& one) { return one.find(part) != std::string::npos; });
}

std::string PromqlSource(const std::string& url) {
  return "sources: [{name: prom, type: promql, cluster: edge, every: 250ms, max_age: 1s, url: '" +
         url +
         "', queries: [{metric: up, query: 'up'}, {metric: targets, query: 'sum(up)'}, "
         "{metric: clock, query: 'time()'}, {metric: none, query: '0 / vector(0)'}, "
         "{metric: range, query: 'up[1m]'}, {metric: bad, query: 'up{'}], "
         "map: [{metric: up, labels: [job]}, {}]}]";
}

TEST(PromqlContract, WhatItAnswersArrivesAndWhatHasEndedDoesNot) {
  if (!RunProgram({"prometheus", "--version"})) {
    GTEST_SKIP() << "there is no prometheus here (Debian: prometheus)";
  }
  AskedPrometheus prometheus;
  AdapterWorld world(PromqlSource(prometheus.url()));
  const auto counts = [&](const std::string& reason) {
    return !world.Counts("spillway_adapter_rejected_total{adapter=\"prom\",reason=\"" + reason +
                         "\"} 0");
  };
  const auto arrives = [&](std::size_t from, const std::string& part) {
    return world.Until([&] { return Contains(world.Arrived(0), from, part); });
  };
  EXPECT_TRUE(arrives(0, "edge: up{job=self} 1"));
  EXPECT_TRUE(arrives(0, "edge: up{job=leaving} 1"));
  EXPECT_TRUE(arrives(0, "edge: targets{} 3"));
  EXPECT_TRUE(arrives(0, "edge: clock{} "));
  EXPECT_TRUE(counts("refused"));
  EXPECT_TRUE(counts("not_finite"));
  EXPECT_TRUE(world.Until([&] { return counts("too_old"); }))
      << "what it looks at every four seconds is older than a second now and then";

  prometheus.SetTarget(false);
  EXPECT_TRUE(arrives(world.Arrived(0).size(), "edge: targets{} 2"));
  const std::size_t gone = world.Arrived(0).size();
  EXPECT_TRUE(arrives(gone, "edge: up{job=self} 1"));
  EXPECT_FALSE(Contains(world.Arrived(0), gone, "leaving")) << "Prometheus has marked it stale";
}

TEST(PromqlContract, ItDiesAndComesBack) {
  if (!RunProgram({"prometheus", "--version"})) {
    GTEST_SKIP() << "there is no prometheus here (Debian: prometheus)";
  }
  AskedPrometheus prometheus;
  AdapterWorld world(PromqlSource(prometheus.url()));
  ASSERT_GE(world.Arrived(1).size(), 1u);
  prometheus.Kill();
  EXPECT_TRUE(world.Until([&] {
    return !world.Counts(
        "spillway_adapter_rejected_total{adapter=\"prom\",reason=\"no_answer\"} 0");
  }));
  const std::size_t before = world.Arrived(0).size();
  prometheus.Start();
  EXPECT_TRUE(
      world.Until([&] { return Contains(world.Arrived(0), before, "edge: up{job=self} 1"); }));
}

}  // namespace
}  // namespace spillway::testing
