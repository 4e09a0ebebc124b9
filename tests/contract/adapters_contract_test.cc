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

// Every kind of instrument, its sums once as they are and once since the last report.
constexpr const char* kOtlpExporter = R"(
import sys
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import Observation
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

def report(compression, temporality):
    preferred = {Counter: temporality, Histogram: temporality}
    reader = PeriodicExportingMetricReader(
        OTLPMetricExporter(sys.argv[1], compression=compression, preferred_temporality=preferred),
        export_interval_millis=float("inf"))
    provider = MeterProvider([reader], Resource({"host.name": "n1", "cpus": [0, 1]}))
    meter = provider.get_meter("shop")
    meter.create_observable_gauge("load", [lambda _: [Observation(0.75, {"core": 3})]])
    meter.create_counter("requests").add(7)
    meter.create_histogram("took").record(1.5)
    provider.force_flush()
    provider.shutdown()

report(Compression.Gzip, AggregationTemporality.CUMULATIVE)
report(Compression.NoCompression, AggregationTemporality.DELTA)
)";

TEST(OtlpContract, TheExporterOfOpenTelemetryIsUnderstood) {
  SKIP_WITHOUT("opentelemetry.exporter.otlp.proto.http", "opentelemetry-exporter-otlp-proto-http");
  AdapterWorld world(
      "sources: [{name: otlp, type: otlp, cluster: edge, map: ["
      "{metric: \"*_per_second\", rename: rate_of_*, scale: 0, labels: [host.name]}, "
      "{labels: [host.name, core, otel.scope.name, quantile]}]}]");
  ASSERT_TRUE(RunProgram({Python(), "-c", kOtlpExporter, world.url() + "/otlp/v1/metrics"}));
  EXPECT_THAT(world.Arrived(10),
              ::testing::IsSupersetOf({"edge: load{core=3,host.name=n1,otel.scope.name=shop} 0.75",
                                       "edge: requests{host.name=n1,otel.scope.name=shop} 7",
                                       "edge: took_count{host.name=n1,otel.scope.name=shop} 1",
                                       "edge: took_sum{host.name=n1,otel.scope.name=shop} 1.5",
                                       "edge: rate_of_requests{host.name=n1} 0",
                                       "edge: rate_of_took_count{host.name=n1} 0",
                                       "edge: rate_of_took_sum{host.name=n1} 0",
                                       "edge: took_mean{host.name=n1,otel.scope.name=shop} 1.5",
                                       "edge: took{host.name=n1,otel.scope.name=shop,"
                                       "quantile=0.95} 4.75"}));
  EXPECT_TRUE(
      world.Counts("spillway_adapter_rejected_total{adapter=\"otlp\",reason=\"bad_reading\"} 0"));
  EXPECT_TRUE(world.Counts("spillway_adapter_requests_total{adapter=\"otlp\",code=\"200\"} 2"));
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

// An Alertmanager that tells its one receiver of everything at once.
std::string AlertmanagerConfig(const std::string& url) {
  return fmt::format(
      "route: {{receiver: spillway, group_by: ['...'], group_wait: 10ms, group_interval: 100ms, "
      "repeat_interval: 100ms}}\n"
      "receivers: [{{name: spillway, webhook_configs: [{{url: '{}', send_resolved: true, "
      "http_config: {{authorization: {{credentials: open-sesame}}}}}}]}}]\n",
      url);
}

TEST(AlertmanagerContract, AnAlertIsOneAndThenZeroAlsoWhenItWasRefusedAtFirst) {
  if (!RunProgram({"prometheus-alertmanager", "--version"})) {
    GTEST_SKIP() << "there is no Alertmanager here (Debian: prometheus-alertmanager)";
  }
  const ScratchDir scratch;
  const std::string token = scratch.Write("token", "open-sesame");
  AdapterWorld world(
      "sources: [{name: am, type: alertmanager, cluster: {label: site}, token: "
      "{file: \"" +
      token + "\"}, map: [{rename: \"alert.*\", labels: [queue]}]}]");
  world.SetBehind(true);
  const int port = FreePort();
  const std::string address = "127.0.0.1:" + std::to_string(port);
  const std::string config =
      scratch.Write("alertmanager.yml", AlertmanagerConfig(world.url() + "/am/webhook"));
  BackgroundProgram alertmanager({"prometheus-alertmanager", "--config.file=" + config,
                                  "--storage.path=" + scratch.File("data"),
                                  "--web.listen-address=" + address,
                                  "--cluster.listen-address=", "--log.level=error"});
  ASSERT_TRUE(WaitForPort(port, alertmanager));
  HttpClient http;
  const auto tell = [&](const std::string& ends) {
    HttpRequest request;
    request.method = "POST";
    request.url = "http://" + address + "/api/v2/alerts";
    request.headers = {{"Content-Type", "application/json"}};
    request.body =
        R"([{"labels": {"alertname": "TooLong", "site": "edge", "queue": "mail"})" + ends + "}]";
    const Result<HttpResponse> response = http.Send(request);
    ASSERT_TRUE(response) << Describe(response.error());
    EXPECT_EQ(response->status, 200) << response->body;
  };
  tell("");
  ASSERT_TRUE(world.Until([&] {
    return !world.Counts("spillway_adapter_rejected_total{adapter=\"am\",reason=\"busy\"} 0");
  })) << "nothing was sent";
  world.SetBehind(false);
  EXPECT_EQ(world.Arrived(1).front(), "edge: alert.TooLong{queue=mail} 1");
  tell(R"(, "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2020-01-02T00:00:00Z")");
  EXPECT_TRUE(
      world.Until([&] { return world.Arrived(1).back() == "edge: alert.TooLong{queue=mail} 0"; }));
  EXPECT_TRUE(world.Counts("spillway_adapter_rejected_total{adapter=\"am\",reason=\"denied\"} 0"));
}

// A collectd that measures this machine's load each second.
std::string CollectdConfig(const std::string& folder, const std::string& url) {
  return fmt::format(R"(
Hostname "n1"
FQDNLookup false
BaseDir "{0}"
PIDFile "{0}/pid"
Interval 1
LoadPlugin load
LoadPlugin cpu
<LoadPlugin write_http>
  FlushInterval 1
</LoadPlugin>
<Plugin write_http>
  <Node "spillway">
    URL "{1}"
    Header "Authorization: Bearer open-sesame"
    Format "JSON"
    StoreRates true
    BufferSize 1024
  </Node>
</Plugin>
)",
                     folder, url);
}

TEST(CollectdContract, ItsValuesArrive) {
  // The plugin of its own library too: Debian only recommends what it needs.
  if (!RunProgram({"sh", "-c", "collectd -h && ldconfig -p | grep libyajl.so.2"})) {
    GTEST_SKIP() << "there is no collectd with write_http here (Debian: collectd-core, libyajl2)";
  }
  const ScratchDir scratch;
  const std::string token = scratch.Write("token", "open-sesame");
  AdapterWorld world("sources: [{name: cd, type: collectd, cluster: edge, token: {file: \"" +
                     token +
                     "\"}, map: [{metric: load_shortterm, rename: load, scale: 0, "
                     "labels: [host]}, {metric: cpu, where: {type_instance: idle}, scale: 0, "
                     "labels: [plugin_instance]}]}]");
  const std::string config =
      scratch.Write("collectd.conf", CollectdConfig(scratch.File(""), world.url() + "/cd/write"));
  BackgroundProgram collectd({"collectd", "-f", "-C", config});
  const auto has_come = [&](const std::string& sample) {
    const auto& came = world.Arrived(0);
    return std::find(came.begin(), came.end(), sample) != came.end();
  };
  EXPECT_TRUE(world.Until([&] { return has_come("edge: load{host=n1} 0"); }));
  EXPECT_TRUE(world.Until([&] { return has_come("edge: cpu{plugin_instance=0} 0"); }));
  for (const char* reason : {"bad_body", "bad_reading", "denied"}) {
    EXPECT_TRUE(world.Counts("spillway_adapter_rejected_total{adapter=\"cd\",reason=\"" +
                             std::string(reason) + "\"} 0"));
  }
}

// What is in a pipeline comes as one datagram, so that no flush can part it.
constexpr const char* kStatsdClient = R"(
import sys
from datetime import timedelta
from statsd import StatsClient

client = StatsClient("127.0.0.1", int(sys.argv[1]), prefix="shop")
client.incr("alone")
with client.pipeline() as pipe:
    pipe.incr("orders", 3)
    pipe.decr("orders")
    pipe.gauge("queue", 70)
    pipe.gauge("queue", -8, delta=True)
    pipe.gauge("queue", 1.5, delta=True)
    pipe.gauge("depth", -5)
    for user in ("ann", "bob", "ann"):
        pipe.set("users", user)
    pipe.timing("took", timedelta(seconds=0.25))
    pipe.timing("took", 750)
)";

TEST(StatsdContract, TheClientOfPythonIsUnderstood) {
  SKIP_WITHOUT("statsd", "statsd");
  // How much a second it is depends on when it comes: that it comes is enough.
  AdapterWorld world(
      "sources: [{name: statsd, type: statsd, port: 0, flush_interval: 100ms, percentiles: [50], "
      "cluster: edge, map: [{metric: shop.*_per_second, scale: 0, rename: \"rate.*\"}, "
      "{metric: shop.*, rename: \"*\"}]}]");
  const std::string port = std::to_string(world.datagram_port("statsd"));
  ASSERT_TRUE(RunProgram({Python(), "-c", kStatsdClient, port}));
  EXPECT_THAT(
      world.Arrived(9),
      ::testing::UnorderedElementsAre(
          "edge: rate.alone{} 0", "edge: rate.orders{} 0", "edge: queue{} 63.5", "edge: depth{} -5",
          "edge: users_count{} 2", "edge: rate.took{} 0", "edge: took_mean{} 500",
          "edge: took_max{} 750", ::testing::StartsWith("edge: took{quantile=0.5} 25")));
  EXPECT_TRUE(
      world.Counts("spillway_adapter_rejected_total{adapter=\"statsd\",reason=\"bad_reading\"} 0"));
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
