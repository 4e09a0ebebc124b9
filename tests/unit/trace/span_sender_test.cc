// The sender before a collector over a real socket; time is driven.
#include "scaler/trace/span_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>

#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "tests/fakes/http_server.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using fakes::Delivery;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SpanSenderTest : public ::testing::Test {
 protected:
  void Start(SpanSenderLimits limits = {}) {
    TracesConfig config;
    config.endpoint = collector_.url();
    config.headers["x-key"].file = scratch_.Write("key", "open sesame\n");
    config.timeout = 200ms;
    sender_.emplace(config, TraceSource{"prod", "prod-1"},
                    Postbox{loop_, workers_, http_, random_, metrics_, log_}, limits);
  }
  void Add(int from, int to) {
    for (int i = from; i <= to; ++i) {
      Span span;
      span.trace = TraceOf("prod-1", std::to_string(i));
      span.id = SpanIdOf(span.trace, "decide");
      span.name = std::to_string(i);
      sender_->Add(span);
    }
  }
  void Prepare(std::vector<fakes::Response> answers) {
    const std::lock_guard lock(mutex_);
    prepared_ = std::move(answers);
  }
  // The names of the spans of each request.
  std::vector<std::vector<std::string>> Requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::string Exposed() { return metrics_.Expose(); }

 private:
  fakes::Response Take(const fakes::Request& request) {
    const std::lock_guard lock(mutex_);
    const bool is_right = request.target == "/v1/traces" &&
                          request.headers.at("content-type") == "application/json" &&
                          request.headers.at("x-key") == "open sesame";
    if (!is_right) return {.status = 400};
    std::vector<std::string> names;
    const nlohmann::json body = nlohmann::json::parse(request.body);
    for (const auto& span : body.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans")) {
      names.push_back(span.at("name"));
    }
    requests_.push_back(names);
    if (prepared_.empty()) return {.body = "{}", .content_type = "application/json"};
    fakes::Response answer = prepared_.front();
    prepared_.erase(prepared_.begin());
    return answer;
  }

  std::mutex mutex_;  // guards the two below
  std::vector<fakes::Response> prepared_;
  std::vector<std::vector<std::string>> requests_;

 protected:
  ScratchDir scratch_;
  fakes::HttpServer collector_{[this](const fakes::Request& request) { return Take(request); }};
  SimulatedLoop loop_{At(0s)};
  SimulatedWorkers workers_{loop_, 1, 1ms, 1ms};
  HttpClient http_;
  Random random_{1};
  Metrics metrics_;
  Log log_{LogLevel::kOff};
  std::optional<SpanSender> sender_;
};

TEST_F(SpanSenderTest, SendsWhatCameTogetherAfterAWhileAndAFullBatchAtOnce) {
  Start({.batch = 3});
  Add(1, 2);
  loop_.RunFor(4s);
  EXPECT_THAT(Requests(), IsEmpty());
  loop_.RunFor(2s);
  EXPECT_THAT(Requests(), ElementsAre(ElementsAre("1", "2")));
  Add(3, 6);
  loop_.RunFor(100ms);
  EXPECT_THAT(Requests(), ElementsAre(SizeIs(2), ElementsAre("3", "4", "5")));
  loop_.RunFor(10s);
  EXPECT_THAT(Requests(), ElementsAre(SizeIs(2), SizeIs(3), ElementsAre("6")));
  EXPECT_THAT(Exposed(), HasSubstr("spillway_trace_spans_total 6\n"));
}

TEST_F(SpanSenderTest, RepeatsABatchThatMayBeRepeatedAndCountsItOnce) {
  Start();
  Prepare({{.status = 503}, {.status = 200, .delivery = Delivery::kHang}, {.status = 429}});
  Add(1, 2);
  loop_.RunFor(5s);
  Add(3, 3);
  loop_.RunFor(1min);
  const auto same = ElementsAre("1", "2");
  EXPECT_THAT(Requests(), ElementsAre(same, same, same, same, ElementsAre("3")));
  EXPECT_THAT(Exposed(), HasSubstr("spillway_trace_spans_total 3\n"));
}

TEST_F(SpanSenderTest, LetsGoWhatIsRefusedOrNotTakenAndCountsIt) {
  Start({.attempts = 3});
  Prepare({{.status = 400},
           {.body = R"({"partialSuccess":{"rejectedSpans":"1"}})"},
           {.status = 503},
           {.status = 503},
           {.status = 503}});
  Add(1, 2);
  loop_.RunFor(1min);
  EXPECT_THAT(Exposed(), HasSubstr("spillway_trace_dropped_total{reason=\"refused\"} 2\n"));
  Add(3, 4);
  loop_.RunFor(1min);
  EXPECT_THAT(Exposed(), HasSubstr("spillway_trace_dropped_total{reason=\"refused\"} 3\n"));
  Add(5, 7);
  loop_.RunFor(10min);
  EXPECT_THAT(Exposed(), HasSubstr("spillway_trace_dropped_total{reason=\"not_taken\"} 3\n"));
  Add(8, 8);
  loop_.RunFor(1min);
  EXPECT_THAT(Requests().back(), ElementsAre("8"));
  EXPECT_THAT(Exposed(), HasSubstr("spillway_trace_spans_total 2\n"));
}

TEST_F(SpanSenderTest, LetsTheOldestGoWhenTooManyWait) {
  Start({.queued = 4, .batch = 10});
  Add(1, 6);
  loop_.RunFor(1min);
  EXPECT_THAT(Requests(), ElementsAre(ElementsAre("3", "4", "5", "6")));
  EXPECT_THAT(Exposed(), HasSubstr("spillway_trace_dropped_total{reason=\"queue_full\"} 2\n"));
}

}  // namespace
}  // namespace spillway
