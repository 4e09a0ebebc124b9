#include "scaler/trace/span.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scaler/trace/otlp.h"

namespace spillway {
namespace {

using nlohmann::json;
using ::testing::MatchesRegex;

TEST(TraceIds, AreMadeOfWhatIsStoredAndOfNothingElse) {
  const std::string trace = TraceOf("dep-1", "edge-7");
  EXPECT_THAT(trace, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(TraceOf("dep-1", "edge-7"), trace);
  EXPECT_NE(TraceOf("dep-2", "edge-7"), trace);
  EXPECT_NE(TraceOf("dep-1", "edge-8"), trace);
  EXPECT_THAT(SpanIdOf(trace, "boot", "h-1"), MatchesRegex("[0-9a-f]{16}"));
  EXPECT_NE(SpanIdOf(trace, "boot", "h-1"), SpanIdOf(trace, "boot", "h-2"));
  EXPECT_NE(SpanIdOf(trace, "boot", "h-1"), SpanIdOf(trace, "enrol", "h-1"));
}

TEST(TraceIds, AreSampledByTheShareThatIsAskedFor) {
  constexpr int kTraces = 2000;
  for (const double share : {0.0, 0.1, 0.5, 1.0}) {
    int sampled = 0;
    for (int i = 0; i < kTraces; ++i) {
      sampled += IsSampled(TraceOf("dep-1", "edge-" + std::to_string(i)), share) ? 1 : 0;
    }
    // Five standard deviations of a fair draw.
    EXPECT_NEAR(sampled, share * kTraces, 5 * std::sqrt(share * (1 - share) * kTraces)) << share;
  }
}

TEST(Otlp, WritesSpansAsTheProtocolHasThem) {
  Span root;
  root.trace = std::string(32, 'a');
  root.id = std::string(16, 'b');
  root.name = "decide";
  root.start = SpanTime(1772409600000000000);
  root.end = SpanTime(1772409600000123456);
  root.attributes = {{"text", std::string("caf\xe9")},
                     {"whole", std::int64_t{9007199254740993}},
                     {"share", 0.5},
                     {"flag", true}};
  Span failed = root;
  failed.id = std::string(16, 'c');
  failed.parent = root.id;
  failed.error = "no machine";
  const std::vector<Span> spans = {root, failed};
  const json body = json::parse(OtlpTraces(spans, {"prod", "prod-1"}));
  const json expected = json::parse(R"({"resourceSpans":[{
    "resource":{"attributes":[
      {"key":"service.name","value":{"stringValue":"spillway"}},
      {"key":"service.namespace","value":{"stringValue":"prod"}},
      {"key":"service.instance.id","value":{"stringValue":"prod-1"}}]},
    "scopeSpans":[{"scope":{"name":"spillway"},"spans":[
      {"traceId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","spanId":"bbbbbbbbbbbbbbbb","name":"decide",
       "kind":1,"startTimeUnixNano":"1772409600000000000","endTimeUnixNano":"1772409600000123456",
       "attributes":[{"key":"text","value":{"stringValue":"caf\ufffd"}},
                     {"key":"whole","value":{"intValue":"9007199254740993"}},
                     {"key":"share","value":{"doubleValue":0.5}},
                     {"key":"flag","value":{"boolValue":true}}]},
      {"traceId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","spanId":"cccccccccccccccc",
       "parentSpanId":"bbbbbbbbbbbbbbbb","name":"decide","kind":1,
       "startTimeUnixNano":"1772409600000000000","endTimeUnixNano":"1772409600000123456",
       "attributes":[{"key":"text","value":{"stringValue":"caf\ufffd"}},
                     {"key":"whole","value":{"intValue":"9007199254740993"}},
                     {"key":"share","value":{"doubleValue":0.5}},
                     {"key":"flag","value":{"boolValue":true}}],
       "status":{"code":2,"message":"no machine"}}]}]}]})");
  EXPECT_EQ(body, expected) << body.dump(2);
}

TEST(Otlp, ReadsWhatACollectorHasRefused) {
  EXPECT_EQ(RefusedSpans(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"full"}})"), 3);
  EXPECT_EQ(RefusedSpans(R"({"partialSuccess":{"rejectedSpans":2}})"), 2);
  for (const char* nothing :
       {"", "{}", "[]", "<html>", R"({"partialSuccess":{}})",
        R"({"partialSuccess":{"rejectedSpans":null}})", R"({"partialSuccess":7})"}) {
    EXPECT_EQ(RefusedSpans(nothing), 0) << nothing;
  }
}

}  // namespace
}  // namespace spillway
