#include "bus/adapters/promql/promql.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "bus/adapters/promql/promql_answer.h"
#include "tests/fakes/http_server.h"
#include "tests/support/adapter_world.h"
#include "tests/support/scratch_dir.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Vector(const std::string& series) {
  return R"({"status":"success","data":{"resultType":"vector","result":[)" + series + "]}}";
}
std::string Scalar(const std::string& value) {
  return R"({"status":"success","data":{"resultType":"scalar","result":)" + value + "}}";
}
std::string Series(const std::string& labels, const std::string& value) {
  return R"({"metric":{)" + labels + R"(},"value":)" + value + "}";
}
constexpr const char* kUp = R"("__name__":"up","job":"x")";
Time Ms(std::int64_t ms) { return Time(Duration(ms)); }

TEST(PromqlAnswer, VectorsAndScalarsAreRead) {
  const auto vector =
      std::get<PromqlAnswer>(ReadPromqlAnswer(200,
                                              Vector(Series(kUp, R"([1795439352.049,"1e-3"])") +
                                                     "," + Series("", R"([1795439352,"+Inf"])")),
                                              10));
  EXPECT_THAT(
      vector.values,
      ElementsAre(PromqlValue{{{"job", "x"}}, 0.001, Ms(1795439352049)},
                  PromqlValue{{}, std::numeric_limits<double>::infinity(), Ms(1795439352000)}));
  EXPECT_FALSE(vector.is_scalar);
  const auto scalar = std::get<PromqlAnswer>(ReadPromqlAnswer(200, Scalar(R"([5,"NaN"])"), 10));
  EXPECT_TRUE(scalar.is_scalar);
  EXPECT_TRUE(std::isnan(scalar.values.at(0).value));
}

TEST(PromqlAnswer, WarningsAndHistogramsAreTold) {
  const auto answer = std::get<PromqlAnswer>(ReadPromqlAnswer(
      200,
      R"({"status":"success","warnings":["a store is down"],"data":{"resultType":"vector",
          "result":[{"metric":{},"histogram":[5,{}]}]}})",
      10));
  EXPECT_THAT(answer.warnings, ElementsAre("a store is down"));
  EXPECT_THAT(answer.values, IsEmpty());
  EXPECT_EQ(answer.lost.at(0).reason, Loss::kNotANumber);
}

TEST(PromqlAnswer, AnythingElseIsRefusedWithItsReason) {
  struct Row {
    int status;
    std::string body;
    Loss reason;
    const char* words;
  };
  const std::string parse_error =
      R"({"status":"error","errorType":"bad_data","error":"1:4: parse error"})";
  const Row rows[] = {
      {400, parse_error, Loss::kRefused, "bad_data: 1:4: parse error"},
      {200, parse_error, Loss::kRefused, "bad_data: 1:4: parse error"},
      {401, "Unauthorized", Loss::kDenied, "HTTP 401"},
      {404, "404 page not found", Loss::kRefused, "HTTP 404, expected an answer of Prometheus"},
      {502, "<html>", Loss::kRefused, "HTTP 502"},
      {200, "<html>", Loss::kBadBody, "expected JSON with data"},
      {200, "", Loss::kBadBody, "expected JSON"},
      {200, "[]", Loss::kBadBody, "expected JSON"},
      {200, R"({"data":[]})", Loss::kBadBody, "expected JSON with data"},
      {200, R"({"data":{"resultType":"vector"}})", Loss::kBadBody, "expected data with a result"},
      {200, R"({"data":{"resultType":"matrix","result":[]}})", Loss::kRefused, "gives a matrix"},
      {200, Vector("7"), Loss::kBadBody, "expected labels"},
      {200, Vector(R"({"metric":{"job":7},"value":[1,"1"]})"), Loss::kBadBody, "expected labels"},
      {200, Vector(R"({"metric":{}})"), Loss::kBadBody, "expected a time and a number"},
      {200, Vector(Series("", R"([1,1])")), Loss::kBadBody, "expected a time and a number"},
      {200, Vector(Series("", R"([1,"one"])")), Loss::kBadBody, "expected a time and a number"},
      {200, Vector(Series("", R"([1e300,"1"])")), Loss::kBadBody, "expected a time and a number"},
      {200,
       Vector(Series("", R"([1,"1"])") + "," + Series(kUp, R"([1,"1"])") + "," +
              Series(R"("a":"b")", R"([1,"1"])")),
       Loss::kTooMany, "3 series, expected at most 2"},
      {200, Scalar(R"(["x"])"), Loss::kBadBody, "expected a time and a number"},
      {200, std::string(100'000, '['), Loss::kBadBody, "expected JSON"},
  };
  for (const Row& row : rows) {
    const auto answer = ReadPromqlAnswer(row.status, row.body, 2);
    const auto* lost = std::get_if<Lost>(&answer);
    ASSERT_TRUE(lost) << row.body.substr(0, 80);
    EXPECT_EQ(lost->reason, row.reason) << row.body.substr(0, 80);
    EXPECT_THAT(lost->detail, HasSubstr(row.words)) << row.body.substr(0, 80);
  }
}

// Answers each query as it is told to.
class FakePrometheus {
 public:
  using Answers = std::map<std::string, fakes::Response>;
  explicit FakePrometheus(Answers answers) : answers_(std::move(answers)) {}

  std::string url() const { return server_.url(); }
  std::vector<std::map<std::string, std::string>> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  fakes::Response Answer(const fakes::Request& request) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(fakes::ParseForm(request.body));
    asked_.back()["authorization"] =
        request.headers.contains("authorization") ? request.headers.at("authorization") : "";
    asked_.back()["target"] = request.method + " " + request.target;
    const auto found = answers_.find(asked_.back()["query"]);
    return found == answers_.end() ? fakes::Response{404, "no such query"} : found->second;
  }

  const Answers answers_;
  std::mutex mutex_;
  std::vector<std::map<std::string, std::string>> asked_;
  fakes::HttpServer server_{[this](const fakes::Request& request) { return Answer(request); }};
};

Pulled Ask(const FakePrometheus& server, std::vector<PromqlQuery> queries,
           std::vector<Secret> credentials = {}, Duration timeout = std::chrono::seconds(20)) {
  HttpClient http;
  PromqlConfig config;
  config.url = server.url();
  config.queries = std::move(queries);
  config.timeout = timeout;
  config.max_age = std::chrono::seconds(60);
  return OpenPromql(config, std::move(credentials), {http, "prom", Secret()})->Pull(Ms(0));
}

TEST(Promql, AComputedValueHasTheTimeOfItsEvaluation) {
  const FakePrometheus server(
      {{"sum(load)", {200, Vector(Series(R"("site":"a")", R"([100.5,"7"])"))}},
       {"time()", {200, Scalar(R"([100.5,"100.5"])")}}});
  const Pulled pulled = Ask(server, {{"demand", "sum(load)"}, {"clock", "time()"}});
  EXPECT_THAT(pulled.readings, ElementsAre(Reading{"demand", {{"site", "a"}}, 7, Ms(100'500)},
                                           Reading{"clock", {}, 100.5, Ms(100'500)}));
  EXPECT_FALSE(pulled.failure);
}

TEST(Promql, APlainSeriesHasTheTimeOfItsSampleAndOneThatIsTooOldIsPassedOver) {
  const std::string old = R"("__name__":"up","job":"old")";
  FakePrometheus server(
      {{"up",
        {200, Vector(Series(kUp, R"([1000,"1"])") + "," + Series(old, R"([1000,"1"])") + "," +
                     Series(R"("job":"ended")", R"([1000,"1"])"))}},
       {"timestamp(up)",
        {200, Vector(Series(R"("job":"x")", R"([1000,"940.25"])") + "," +
                     Series(R"("job":"old")", R"([1000,"939"])"))}}});
  const Pulled pulled = Ask(server, {{"up", "up"}});
  EXPECT_THAT(pulled.readings, ElementsAre(Reading{"up", {{"job", "x"}}, 1, Ms(940'250)}));
  EXPECT_THAT(pulled.lost, ElementsAre(Lost{Loss::kTooOld, "up: a value of 61 s ago"}));
  EXPECT_EQ(server.asked().at(1).at("time"), "1000.000") << "the same moment for both";
  EXPECT_EQ(server.asked().at(1).at("target"), "POST /api/v1/query");
}

TEST(Promql, AQueryThatIsRefusedDoesNotHoldUpTheOthers) {
  const FakePrometheus server(
      {{"bad(", {400, R"({"status":"error","errorType":"bad_data","error":"parse error"})"}},
       {"slow()", {503, R"({"status":"error","errorType":"timeout","error":"timed out"})"}},
       {"good()", {200, Scalar(R"([1,"7"])")}}});
  const Pulled pulled = Ask(server, {{"a", "bad("}, {"b", "slow()"}, {"c", "good()"}});
  EXPECT_EQ(pulled.readings.size(), 1u);
  EXPECT_THAT(pulled.lost, ElementsAre(Lost{Loss::kRefused, "a: bad_data: parse error"},
                                       Lost{Loss::kRefused, "b: timeout: timed out"}));
  EXPECT_FALSE(pulled.failure);
  EXPECT_EQ(Ask(server, {{"a", "bad("}}).failure.value().reason, Loss::kRefused)
      << "nothing was answered";
}

TEST(Promql, ThatNobodyAnswersEndsTheRound) {
  using fakes::Delivery;
  const std::string blanks(10'000, ' ');  // so that half of the answer has a whole head
  for (const Delivery delivery : {Delivery::kCutBefore, Delivery::kCutWithin, Delivery::kHang}) {
    FakePrometheus server(
        {{"good()", {200, Scalar(R"([1,"7"])")}},
         {"gone()", {200, Scalar(R"([1,"7"])") + blanks, "application/json", {}, delivery}}});
    const Pulled pulled = Ask(server, {{"a", "good()"}, {"b", "gone()"}, {"c", "good()"}}, {},
                              std::chrono::milliseconds(500));
    EXPECT_EQ(pulled.readings.size(), 1u);
    EXPECT_EQ(pulled.failure.value().reason, Loss::kNoAnswer);
    const auto asked = server.asked();
    EXPECT_EQ(std::count_if(asked.begin(), asked.end(),
                            [](auto form) { return form["query"] == "good()"; }),
              1);
  }
}

TEST(Promql, CredentialsAreSentAndNeverTold) {
  const std::string echo = R"({"status":"error","errorType":"bad_data","error":"open-sesame!"})";
  FakePrometheus server({{"a()", {400, echo}}, {"b()", {401, "open-sesame"}}});
  const Pulled pulled = Ask(server, {{"a", "a()"}, {"b", "b()"}},
                            {Secret("Bearer open-sesame"), Secret("open-sesame")});
  EXPECT_EQ(server.asked().at(0).at("authorization"), "Bearer open-sesame");
  EXPECT_EQ(pulled.lost.at(0).detail, "a: bad_data: ***!");
  EXPECT_EQ(pulled.failure.value().reason, Loss::kDenied);
  EXPECT_THAT(pulled.failure.value().detail, Not(HasSubstr("sesame")));
}

TEST(Promql, AsAnAdapterItsValuesArriveWithItsCredentials) {
  FakePrometheus server({{"demand()", {200, Scalar(fmt::format("[{},\"7\"]", 1795428000))}}});
  const ScratchDir scratch;
  const std::string file = scratch.Write("secret", "open-sesame\n");
  const std::string source = "name: prom, type: promql, url: '" + server.url() +
                             "/', every: 100ms, cluster: edge, "
                             "queries: [{metric: demand, query: demand()}]";
  {
    AdapterWorld world("sources: [{" + source + ", token: {file: \"" + file + "\"}}]");
    EXPECT_EQ(world.Arrived(2).at(1), "edge: demand{} 7");
    EXPECT_EQ(world.times().at(0), Ms(1795428000000));
    EXPECT_FALSE(world.listens()) << "nobody sends";
    EXPECT_EQ(server.asked().back().at("authorization"), "Bearer open-sesame");
  }
  AdapterWorld world("sources: [{" + source + ", basic_auth: {user: me, password: {file: \"" +
                     file + "\"}}}]");
  EXPECT_EQ(world.Arrived(1).at(0), "edge: demand{} 7");
  EXPECT_EQ(server.asked().back().at("authorization"), "Basic " + Base64("me:open-sesame"));
}

TEST(Promql, MistakesOfTheConfigurationAreTold) {
  const std::string good = "url: http://x, queries: [{metric: a, query: b}]";
  struct Row {
    std::string yaml;
    const char* expected;
  };
  const Row rows[] = {
      {good, ""},
      {good + ", token: {variable: A}", ""},
      {good + ", basic_auth: {user: a, password: {variable: A}}", ""},
      {"queries: [{metric: a, query: b}]", "url: is required"},
      {"url: http://x", "queries: is required"},
      {"url: http://x, queries: [{metric: a}]", "queries[0].query: is required"},
      {"url: 'http://a:b@x', queries: [{metric: a, query: b}]", "expected an address such as"},
      {"url: 'ftp://x', queries: [{metric: a, query: b}]", "expected an address such as"},
      {good + ", every: 1ms", "every: expected"},
      {good + ", timeout: soon", "timeout: expected"},
      {good + ", max_series: 0", "max_series: expected"},
      {good + ", basic_auth: {user: a}", "basic_auth.password: is required"},
      {good + ", basic_auth: {user: 'a:b', password: {variable: A}}", "without a colon"},
      {good + ", token: {variable: A}, basic_auth: {user: a, password: {variable: A}}",
       "is of no use beside token"},
      {good + ", querys: []", "unknown key"},
  };
  for (const Row& row : rows) {
    const std::string errors =
        ReadAdapters("sources: [{name: p, type: promql, cluster: edge, " + row.yaml + "}]").second;
    if (*row.expected == '\0') {
      EXPECT_EQ(errors, "") << row.yaml;
    } else {
      EXPECT_THAT(errors, HasSubstr(row.expected)) << row.yaml;
    }
  }
}

}  // namespace
}  // namespace spillway::adapters
