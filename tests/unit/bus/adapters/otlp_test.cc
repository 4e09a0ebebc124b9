#include "bus/adapters/otlp/otlp.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bus/adapters/otlp/data_points.h"
#include "bus/adapters/otlp/histogram_quantile.h"
#include "bus/adapters/otlp/metrics.pb.h"
#include "tests/unit/bus/adapters/decoding.h"
#include "tests/unit/bus/adapters/gzip.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;
using ::testing::HasSubstr;

constexpr const char* kJson = "application/json";
constexpr const char* kProtobuf = "application/x-protobuf";
constexpr const char* kOtlp = "sources: [{name: o, type: otlp, cluster: edge}]";

Decoded Decode(const std::string& body, const char* content_type) {
  return DecodeBy("otlp", body, content_type);
}

// A request with these metrics, of the host n1 and the scope lib.
std::string Request(const std::string& metrics) {
  return R"({"resourceMetrics": [{"resource": {"attributes": [
      {"key": "host.name", "value": {"stringValue": "n1"}}]},
      "scopeMetrics": [{"scope": {"name": "lib"}, "metrics": [)" +
         metrics + "]}]}]}";
}

otlp::ExportMetricsServiceRequest Message(const std::string& request) {
  otlp::ExportMetricsServiceRequest message;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(request, &message, options).ok())
      << request;
  return message;
}

std::string Protobuf(const std::string& request) { return Message(request).SerializeAsString(); }

// Without the labels that all of a Request have.
std::string TextWithout(std::vector<Reading> readings) {
  for (Reading& reading : readings) {
    std::erase_if(reading.labels, [](const auto& label) {
      return label.first == "host.name" || label.first == "otel.scope.name";
    });
  }
  return Text(readings);
}

TEST(Otlp, EveryKindOfMetricIsReadTheSameAsProtobufAndAsJson) {
  struct Row {
    const char* metric;
    const char* expected;
  };
  const Row rows[] = {
      {R"({"name": "cpu", "gauge": {"dataPoints": [
           {"timeUnixNano": "1795428000500999999", "asDouble": 0.5},
           {"asInt": "-3"}]}})",
       "cpu{} 0.5 @1795428000500; cpu{} -3"},
      {R"({"name": "requests", "sum": {"aggregationTemporality": 2, "isMonotonic": true,
           "dataPoints": [{"startTimeUnixNano": "9000000000", "timeUnixNano": "1000000000",
                           "asInt": 7}]}})",
       "requests{} 7 @1000"},
      {R"({"name": "hits", "sum": {"aggregationTemporality": 1, "dataPoints": [
           {"startTimeUnixNano": "1000000000", "timeUnixNano": "5000000000", "asInt": "8"}]}})",
       "hits_per_second{} 2 @5000"},
      {R"({"name": "took", "histogram": {"aggregationTemporality": 2, "dataPoints": [
           {"timeUnixNano": "1000000000", "count": "4", "sum": 1.5, "bucketCounts": ["1", "3"],
            "explicitBounds": [0.1]},
           {"timeUnixNano": "1000000000", "count": "5"}]}})",
       "took_count{} 4 @1000; took_sum{} 1.5 @1000; took_count{} 5 @1000"},
      {R"({"name": "took", "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [
           {"startTimeUnixNano": "1000000000", "timeUnixNano": "3000000000", "count": "4",
            "sum": 1.5}]}})",
       "took_count_per_second{} 2 @3000; took_sum_per_second{} 0.75 @3000; "
       "took_mean{} 0.375 @3000"},
      {R"({"name": "took", "histogram": {"aggregationTemporality": 1, "dataPoints": [
           {"startTimeUnixNano": "1000000000", "timeUnixNano": "3000000000", "count": "20",
            "sum": 5, "bucketCounts": ["10", "8", "2"], "explicitBounds": [0.5, 1]},
           {"startTimeUnixNano": "1000000000", "timeUnixNano": "3000000000", "count": "0"}]}})",
       "took_count_per_second{} 10 @3000; took_sum_per_second{} 2.5 @3000; "
       "took_mean{} 0.25 @3000; took{quantile=0.95,} 1 @3000; "
       "took_count_per_second{} 0 @3000"},
      {R"({"name": "gc", "summary": {"dataPoints": [
           {"timeUnixNano": "1000000000", "count": "4", "sum": 1.5,
            "quantileValues": [{"quantile": 0.5, "value": 3}, {"quantile": 1, "value": 9}]}]}})",
       "gc_count{} 4 @1000; gc_sum{} 1.5 @1000; gc{quantile=0.5,} 3 @1000; "
       "gc{quantile=1,} 9 @1000"},
      {R"({"name": "labelled", "gauge": {"dataPoints": [{"asInt": 1, "attributes": [
           {"key": "core", "value": {"intValue": "3"}}, {"key": "up", "value": {"boolValue": true}},
           {"key": "load", "value": {"doubleValue": 0.25}}, {"key": "nothing"}]}]}})",
       "labelled{core=3,up=true,load=0.25,} 1"},
      {R"({"name": "no data"})", ""},
  };
  for (const Row& row : rows) {
    for (const bool is_json : {true, false}) {
      const std::string request = Request(row.metric);
      const Decoded decoded = is_json ? Decode(request, "application/json; charset=utf-8")
                                      : Decode(Protobuf(request), kProtobuf);
      EXPECT_EQ(TextWithout(decoded.readings), row.expected);
      EXPECT_TRUE(decoded.lost.empty());
      EXPECT_EQ(decoded.answer.status, 200);
      EXPECT_EQ(decoded.answer.content_type, is_json ? kJson : kProtobuf);
      EXPECT_EQ(decoded.answer.body, is_json ? "{}" : "");
    }
  }
}

TEST(Otlp, QuantilesLieEvenlyInTheirBucket) {
  struct Row {
    CountedBuckets buckets;
    double q;
    double expected;
  };
  const Row rows[] = {
      {{{10, 0, 0}, {2, 4}}, 0.5, 1},      {{{10, 10, 0}, {2, 4}}, 0.75, 3},
      {{{0, 10, 0}, {2, 4}}, 0.5, 3},      {{{5, 0, 5}, {2, 4}}, 0.5, 2},
      {{{5, 0, 5}, {2, 4}}, 0.51, 4},      {{{0, 0, 5}, {2, 4}}, 0.5, 4},
      {{{10, 10}, {-2}}, 0.25, -2},        {{{0, 4}, {1}}, 0.99, 1},
      {{{1, 1, 0}, {-4, -2}}, 0.75, -3.0},
  };
  for (const Row& row : rows) {
    EXPECT_TRUE(row.buckets.is_sound());
    EXPECT_DOUBLE_EQ(QuantileOf(row.buckets, row.q), row.expected) << row.q;
  }
  for (const CountedBuckets& bad :
       {CountedBuckets{{1}, {1}}, CountedBuckets{{1, 1, 1}, {2, 1}},
        CountedBuckets{{1, 1, 1}, {1, 1}}, CountedBuckets{{1, 1}, {INFINITY}}, CountedBuckets{}}) {
    EXPECT_FALSE(bad.is_sound());
  }
}

TEST(Otlp, WhatIsNotOfItsMetricsIsSkipped) {
  const Decoded decoded = Decode(Request(R"({"name": "cpu", "unit": "1", "metadata": [], "gauge": {
      "dataPoints": [{"asInt": 1, "attributes": [
        {"key": "list", "value": {"arrayValue": {"values": [{"stringValue": "x"}]}}}],
        "exemplars": [{"asInt": "2", "traceId": "5b8efff798038103d269b633813fc60c"}]}]}})"),
                                 kJson);
  EXPECT_EQ(TextWithout(decoded.readings), "cpu{} 1");
}

TEST(Otlp, TheNearestAttributeOfANameGoesBeforeTheOthers) {
  const Decoded decoded = Decode(R"({"resourceMetrics": [{
      "resource": {"attributes": [{"key": "a", "value": {"stringValue": "resource"}},
                                  {"key": "b", "value": {"stringValue": "resource"}},
                                  {"key": "c", "value": {"stringValue": "resource"}}]},
      "scopeMetrics": [{
        "scope": {"name": "lib", "attributes": [{"key": "b", "value": {"stringValue": "scope"}},
                                                {"key": "c", "value": {"stringValue": "scope"}}]},
        "metrics": [{"name": "m", "gauge": {"dataPoints": [{"asInt": 1, "attributes": [
          {"key": "c", "value": {"stringValue": "point"}}]}]}}]}]}]})",
                                 kJson);
  ASSERT_EQ(decoded.readings.size(), 1u);
  EXPECT_EQ(
      decoded.readings[0].labels,
      (Labels{{"c", "point"}, {"b", "scope"}, {"otel.scope.name", "lib"}, {"a", "resource"}}));
}

TEST(Otlp, APointThatIsWrongIsToldAndTheOthersAreTaken) {
  struct Row {
    const char* metric;
    const char* expected;  // in the answer; empty: no mistake of the sender's
    Loss reason;
  };
  const Row rows[] = {
      {R"({"name": "x", "gauge": {"dataPoints": [{}]}})", "x: expected a value", Loss::kBadReading},
      {R"({"gauge": {"dataPoints": [{"asInt": 1}]}})", ": expected a name", Loss::kBadReading},
      {R"({"name": "x", "sum": {"dataPoints": [{"asInt": 1}]}})", "x: expected the temporality",
       Loss::kBadReading},
      {R"({"name": "x", "sum": {"aggregationTemporality": 1, "dataPoints": [
           {"asInt": 1, "timeUnixNano": "1000000000"}]}})",
       "x: expected the start of a delta", Loss::kBadReading},
      {R"({"name": "x", "histogram": {"aggregationTemporality": 1, "dataPoints": [
           {"count": 1, "timeUnixNano": "1000000000", "startTimeUnixNano": "1000000000"}]}})",
       "x: expected the start of a delta", Loss::kBadReading},
      {R"({"name": "x", "histogram": {"aggregationTemporality": 2, "dataPoints": [
           {"count": 1, "bucketCounts": [1, 0], "explicitBounds": [2, 1]}]}})",
       "x: expected bounds that rise", Loss::kBadReading},
      {R"({"name": "x", "gauge": {"dataPoints": [{"flags": 1}]}})", "", Loss::kStale},
  };
  for (const Row& row : rows) {
    const Decoded decoded =
        Decode(Request(R"({"name": "good", "gauge": {"dataPoints": [{"asInt": 1}]}},)" +
                       std::string(row.metric)),
               kJson);
    EXPECT_EQ(TextWithout(decoded.readings), "good{} 1") << row.metric;
    ASSERT_EQ(decoded.lost.size(), 1u) << row.metric;
    EXPECT_EQ(Name(decoded.lost[0].reason), Name(row.reason)) << row.metric;
    EXPECT_EQ(decoded.answer.status, 200);
    const nlohmann::json answer = nlohmann::json::parse(decoded.answer.body);
    if (*row.expected == '\0') {
      EXPECT_EQ(answer, nlohmann::json::object());
    } else {
      EXPECT_EQ(answer.at("partialSuccess").at("rejectedDataPoints"), "1");
      EXPECT_THAT(answer.at("partialSuccess").at("errorMessage").get<std::string>(),
                  HasSubstr(row.expected));
    }
  }
}

TEST(Otlp, ABodyThatIsNoRequestIsRefusedInItsOwnForm) {
  const std::string good =
      Protobuf(Request(R"({"name": "x", "gauge": {"dataPoints": [{"asInt": 1}]}})"));
  struct Row {
    std::string body;
    const char* content_type;
    int status;
    const char* form;
  };
  const Row rows[] = {
      {"", kJson, 400, kJson},
      {"[]", kJson, 400, kJson},
      {R"({"resourceMetrics": 7})", kJson, 400, kJson},
      {R"({"resourceMetrics": [{}]} more)", kJson, 400, kJson},
      {Request(R"({"name": "x", "gauge": {"dataPoints": [{"asInt": "seven"}]}})"), kJson, 400,
       kJson},
      {std::string(10'000, '[') + std::string(10'000, ']'), kJson, 400, kJson},
      {good.substr(0, good.size() - 1), kProtobuf, 400, kProtobuf},
      {"hello, world", kProtobuf, 400, kProtobuf},
      {std::string("\x0a\x03\x0a\x01\xff", 5), kProtobuf, 400, kProtobuf},
      {good, "text/plain", 415, kProtobuf},
      {good, "application/jsonl", 415, kProtobuf},
  };
  for (const Row& row : rows) {
    const Decoded decoded = Decode(row.body, row.content_type);
    const std::string what = row.body.substr(0, 60);
    EXPECT_TRUE(decoded.readings.empty()) << what;
    ASSERT_EQ(decoded.lost.size(), 1u) << what;
    EXPECT_EQ(decoded.lost[0].reason, Loss::kBadBody) << what;
    EXPECT_EQ(decoded.answer.status, row.status) << what;
    EXPECT_EQ(decoded.answer.content_type, row.form) << what;
    if (row.form == kJson) {
      EXPECT_EQ(nlohmann::json::parse(decoded.answer.body).at("code"), 3) << what;
    } else {
      otlp::Status status;
      EXPECT_TRUE(status.ParseFromString(decoded.answer.body)) << what;
      EXPECT_EQ(status.message(), decoded.lost[0].detail) << what;
    }
  }
  EXPECT_EQ(Decode("", kProtobuf).answer.status, 200);  // a message without metrics
}

TEST(Otlp, ARequestThatUnfoldsToTooMuchIsLostAsAWhole) {
  std::string points = R"({"asInt": 1})";
  for (int i = 0; i < 99; ++i) points += R"(, {"asInt": 1})";
  const auto message =
      Message(Request(R"({"name": "x", "gauge": {"dataPoints": [)" + points + "]}}"));
  const auto most = ReadOtlp(message, {}, 100'000);
  ASSERT_TRUE(std::holds_alternative<OtlpReadings>(most));
  EXPECT_EQ(std::get<OtlpReadings>(most).readings.size(), 100u);
  const auto too_much = ReadOtlp(message, {}, 1'000);
  ASSERT_TRUE(std::holds_alternative<Lost>(too_much));
  EXPECT_EQ(std::get<Lost>(too_much).reason, Loss::kTooLarge);
}

TEST(Otlp, APackedRequestArrivesAndRefusalsHaveTheFormOfTheRequest) {
  AdapterWorld world(kOtlp);
  const std::string body =
      Protobuf(Request(R"({"name": "load", "gauge": {"dataPoints": [{"asInt": 3}]}})"));
  EXPECT_EQ(world
                .Post("/o/v1/metrics", Gzip(body),
                      {{"Content-Encoding", "gzip"}, {"Content-Type", kProtobuf}})
                .status,
            200);
  EXPECT_EQ(world.Arrived(1).at(0), "edge: load{host.name=n1,otel.scope.name=lib} 3");
  world.SetBehind(true);
  const HttpResponse busy = world.Post("/o/v1/metrics", "{}", {{"Content-Type", kJson}});
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.headers.at("retry-after"), "1");
  EXPECT_EQ(nlohmann::json::parse(busy.body).at("code"), 14);
}

}  // namespace
}  // namespace spillway::adapters
